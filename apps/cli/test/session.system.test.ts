import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sessionListSchema, type SessionList } from '@vagus/api'
import { Keyring } from '@vagus/keyring'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { path, session, sessionList } from './session-samples.ts'
import { recorded } from './surroundings.ts'

/** Stands for a controller and for a side-car: `/t/token` is before the paths of a side-car that wants one. */
const home = mkdtempSync(join(tmpdir(), 'vagus-session-'))
const draft = { role: 'writer', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 3600 }
const keyring = new Keyring(join(home, 'agents'))
let list: SessionList = sessionList
const asked: string[] = []
const documents = new Map<string, string>()
const server = createServer((request, response) => {
  const url = new URL(request.url!, 'http://x')
  asked.push(request.url!)
  const answer = (status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const name = url.pathname.slice('/v1/agents/'.length)
  const document = documents.get(name)
  if (url.pathname === '/v1/sessions' || url.pathname === '/t/token/sessions') {
    const { agent, peer } = Object.fromEntries(url.searchParams)
    const is = (end: SessionList['items'][number]['agent'], word: string | undefined): boolean =>
      word === undefined || end.name === word || end.id === word
    const items = list.items.filter((each) => is(each.agent, agent) && is(each.peer, peer))
    return answer(200, sessionListSchema.parse({ ...list, items }))
  }
  if (url.pathname === '/v1/whois') {
    const asked = url.searchParams.get('asked')!
    const is = asked === '192.0.2.7' ? 'address' : 'identifier'
    const [at, keptSince] = ['2026-11-28T12:00:00Z', '2026-11-27T12:00:00Z']
    return answer(200, {
      apiVersion: 'vagus/v1',
      kind: 'Whois',
      asked,
      is,
      at,
      keptSince,
      agents: [],
      more: 0,
      conflicts: [],
      behindNat: 0,
    })
  }
  if (document !== undefined) {
    const id = JSON.parse(Buffer.from(document.split('.')[1]!, 'base64url').toString()) as { readonly id: string }
    return answer(200, { apiVersion: 'vagus/v1', kind: 'Agent', name, id: id.id, document })
  }
  answer(404, { type: 'about:blank', title: 'No', status: 404, detail: `no agent "${name}" is on the list` })
})
let url = ''
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const name of ['boss', 'writer']) {
    keyring.create(name, draft, Date.now())
    const exp = Math.floor(Date.now() / 1000) + 600
    const locators = [{ network: 'lan', sequence: 1, exp, addresses: ['udp://10.18.0.2:7601'] }]
    documents.set(name, keyring.renew(name, { locators }, Date.now()).identity.document)
  }
  documents.set('forged', documents.get('writer')!.slice(0, -4))
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(home, { recursive: true, force: true })
})

async function typed(line: string, environment: Readonly<Record<string, string>> = { VAGUS_CONTROLLER: url }) {
  asked.length = 0
  const around = { ...recorded(), environment }
  const exit = await run(registry, line.split(' '), around)
  return { exit, ...around.written }
}

describe('vagus session', () => {
  test('ls asks the controller, and shows one line for each session', async () => {
    const { exit, out } = await typed('session ls')
    assert.deepEqual([exit, asked], [0, ['/v1/sessions']])
    assert.deepEqual(
      out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(' ')),
      [
        'AGENT PEER',
        'boss writer',
        'boss relay',
        'report-colle… writer',
        'writer z6Mkjchh…jVJG',
        '4 sessions, 1 silent',
        '',
      ],
    )
  })
  test('ls --agent asks for what each end tells, and --json prints the resource', async () => {
    const { out } = await typed('session ls --agent writer --json')
    assert.deepEqual(asked, ['/v1/sessions?agent=writer', '/v1/sessions?peer=writer'])
    assert.equal(sessionListSchema.parse(JSON.parse(out)).items.length, 4)
  })
  test('ls says where sessions are without a controller', async () => {
    const { exit, err } = await typed('session ls', { VAGUS_CONTROLLER: 'http://127.0.0.1:1' })
    assert.equal(exit, 3)
    assert.match(err, /sessions of one agent of this host: --side-car http:\/\/127\.0\.0\.1:PORT/)
  })
  test('ls asks the side-car that is named, or the one around it where no controller is', async () => {
    const around = { VAGUS_AGENTS_URL: `${url}/t/token/agents/` }
    for (const [line, environment] of [
      ['session ls', around],
      [`session ls --side-car ${url}/t/token`, { VAGUS_CONTROLLER: 'http://127.0.0.1:1' }],
    ] as const) {
      assert.equal((await typed(line, environment)).exit, 0)
      assert.deepEqual(asked, ['/t/token/sessions'])
    }
    await typed('session ls', { ...around, VAGUS_CONTROLLER: url })
    assert.deepEqual(asked, ['/v1/sessions'])
  })
  test('ls says so where there is none', async () => {
    list = { ...sessionList, items: [] }
    assert.equal((await typed('session ls')).out, 'no agent reports a session\n')
    list = { ...list, more: 3 }
    assert.match((await typed('session ls')).out, /0 silent · 3 more that agents did not report/)
    list = sessionList
  })
  test('show puts the ends beside each other, the one asked for first, also by id', async () => {
    const { exit, out } = await typed('session show writer boss')
    assert.equal(exit, 0)
    assert.match(out, /^writer – boss\n\n +writer +boss\n/)
    assert.match(out, /role +responder +initiator\n/)
    const one = sessionList.items[2]!
    const alone = await typed(`session show ${one.agent.id} writer`)
    assert.match(alone.out, /writer does not report it/)
  })
  test('show fails where there is none, and says what would be next', async () => {
    const { exit, err } = await typed('session show boss nobody')
    assert.deepEqual(
      [exit, /no end reports a session between boss and nobody\n.*vagus agent path boss nobody/.test(err)],
      [1, true],
    )
  })
  test('fails with 3 where nobody listens and 2 for what is no address, naming whom it asked', async () => {
    const nobody = await typed('session ls --side-car http://127.0.0.1:1')
    assert.deepEqual(
      [nobody.exit, /no side-car at http:\/\/127\.0\.0\.1:1 .*\n.*vagus run/.test(nobody.err)],
      [3, true],
    )
    assert.equal((await typed('session ls --side-car nonsense')).exit, 2)
    const other = await typed(`session ls --side-car ${url}/other`)
    assert.equal(other.exit, 2)
    assert.equal((await typed('session ls', { VAGUS_CONTROLLER: 'http://127.0.0.1:1' })).exit, 3)
  })
})

describe('vagus whois', () => {
  test('asks the controller, at a time, and ends with 1 where nobody is', async () => {
    const { exit, out } = await typed('whois 192.0.2.7 --at 2026-11-27T13:00:00Z')
    assert.deepEqual([exit, out], [1, 'nobody is known at 192.0.2.7\n'])
    assert.deepEqual(asked, ['/v1/whois?asked=192.0.2.7&at=2026-11-27T13%3A00%3A00.000Z'])
  })
  test('needs somebody to ask for, and somebody to ask', async () => {
    assert.equal((await typed('whois')).exit, 2)
    assert.equal((await typed('whois a', { VAGUS_CONTROLLER: 'http://127.0.0.1:1' })).exit, 3)
  })
  test('is what flow top groups by: agent, role and fleet alone, without a filter', async () => {
    assert.equal((await typed('flow top --by role -n 3 --last 1h')).exit, 2)
    assert.deepEqual(asked, ['/v1/flows/agents?by=role&n=3&last=3600s'])
    for (const line of ['flow top --by agent,src', 'flow top --by agent --filter host=192.0.2.7']) {
      const { exit, err } = await typed(line)
      assert.deepEqual([exit, asked, /vagus flow top --by agent/.test(err)], [2, [], true], line)
    }
  })
})

describe('vagus agent path', () => {
  const listed = (name: string) => ({ name, id: keyring.open(name, Date.now()).identity.id })
  before(() => {
    const { agent: _, peer: __, ...told } = session('boss', 'writer')
    list = { ...sessionList, items: [{ ...told, agent: listed('boss'), peer: listed('writer') }] }
  })
  after(() => void (list = sessionList))
  test('joins sessions and the verified document', async () => {
    const { exit, out } = await typed('agent path boss writer')
    assert.equal(exit, 0)
    assert.match(out, /^boss → writer: directly, over UDP, udp 10\.18\.0\.2:7601, 41 ms\n/)
    const json = JSON.parse((await typed('agent path boss writer --json')).out) as Record<string, unknown>
    assert.deepEqual([json['kind'], json['addresses'], json['whyNot']], ['AgentPath', ['udp://10.18.0.2:7601'], []])
  })
  test('asks a side-car for its own agent, which is on no list', async () => {
    const around = { VAGUS_CONTROLLER: url }
    const { exit, out } = await typed(`agent path cli writer --side-car ${url}/t/token`, around)
    assert.equal(exit, 0)
    assert.match(out, /^cli → writer: no session now\n[^]*\n {2}1 {2}udp:\/\/10\.18\.0\.2:7601\n$/)
  })
  test('asks a side-car alone where no controller answers, or none has the document', async () => {
    const { agent: _, peer: __, ...told } = session('boss', 'writer', { paths: [path('relay', { primary: true })] })
    list = {
      ...sessionList,
      items: [{ ...told, agent: listed('boss'), peer: { ...listed('writer'), name: 'scribe' } }],
    }
    const relayed = /^boss → scribe: through a relay[^]*the document of scribe is unknown: no controller has it/
    for (const controller of ['http://127.0.0.1:1', url]) {
      const around = { VAGUS_CONTROLLER: controller }
      const { exit, out } = await typed(`agent path boss scribe --side-car ${url}/t/token`, around)
      assert.deepEqual([exit, relayed.test(out)], [0, true], out)
    }
    const away = await typed(`agent path boss nobody --side-car ${url}/t/token`, {
      VAGUS_CONTROLLER: 'http://127.0.0.1:1',
    })
    assert.deepEqual([away.exit, away.out.split('\n')[0]], [0, 'boss → nobody: no session now'])
    const mistyped = await typed(`agent path boss nobody --side-car ${url}/t/token`, { VAGUS_CONTROLLER: url })
    assert.match(mistyped.err, /no agent "nobody" is on the list/)
  })
  test('fails as agent show does: for names that nobody has, and for documents that do not verify', async () => {
    for (const line of ['agent path boss nobody', 'agent path nobody writer', 'agent show nobody']) {
      const { exit, err } = await typed(line)
      assert.deepEqual([exit, err], [2, 'vagus: no agent "nobody" is on the list\n  the names: vagus agent ls\n'], line)
    }
    for (const line of ['agent path boss forged', 'agent show forged']) {
      const { exit, err } = await typed(line)
      assert.deepEqual([exit, /the document of "forged" is not valid/.test(err)], [4, true], line)
    }
    assert.equal((await typed('agent path boss boss')).exit, 2)
  })
})
