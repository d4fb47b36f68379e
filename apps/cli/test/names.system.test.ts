import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

/** What the words print and end with; with `answer` something listens at the socket. */
async function typed(t: TestContext, words: (socket: string) => readonly string[], answer?: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-names-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const socket = join(folder, 'c.sock')
  if (answer !== undefined) {
    const server = createServer(answer).listen(socket)
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    await new Promise((resolve) => server.once('listening', resolve))
  }
  const around = recorded()
  return { exit: await run(registry, words(socket), around), ...around.written }
}

const config = { devices: [{ name: 'edge-1' }], links: [] }

describe('a name that does not exist is wrong usage', () => {
  test('an id that no class in force has', async (t) => {
    const ended = { apiVersion: 'vagus/v1', kind: 'ActuationUndone', id: 'x', state: 'ended' }
    const { exit, err } = await typed(
      t,
      (socket) => ['bgp', 'undo', 'x', '--socket', socket],
      (_, response) => response.end(JSON.stringify(ended)),
    )
    assert.equal(exit, 2)
    assert.match(err, /no class "x" is in force[^]*vagus device show/)
  })
  test('a device of which there is an agent to be asked', async (t) => {
    const asked = (device: string) =>
      typed(
        t,
        (socket) => ['device', 'policy', device, '--controller', `unix:${socket}`],
        (_, response) => response.end(JSON.stringify(config)),
      )
    const unknown = await asked('nope')
    assert.equal(unknown.exit, 2)
    assert.equal(unknown.err, 'vagus: there is no device "nope"\n  the names: vagus device ls\n')
    const known = await asked('edge-1')
    assert.equal(known.exit, 1)
    assert.match(known.err, /names no agent of device "edge-1"/)
  })
})

describe('agents by what they claim', () => {
  const agentOf = (name: string, role: string, ...skills: readonly string[]) => ({
    name,
    id: `did:key:${name}`,
    tag: 'fd00::1',
    role,
    skills,
    epoch: 1,
    state: 'reachable',
    site: null,
    seenAt: new Date().toISOString(),
    expiresAt: new Date().toISOString(),
    locators: [],
  })
  const all = [agentOf('writer', 'clerk', 'report.write'), agentOf('adder', 'worker', 'calc.add')]
  const list: RequestListener = ({ url }, response) => {
    const { searchParams } = new URL(url!, 'http://localhost')
    const [skill, role] = [searchParams.get('skill'), searchParams.get('role')]
    const items = all.filter((one) => one.role === (role ?? one.role) && one.skills.includes(skill ?? one.skills[0]!))
    response.end(JSON.stringify({ apiVersion: 'vagus/v1', kind: 'AgentList', items, more: 0 }))
  }
  const ls = (t: TestContext, ...words: readonly string[]) =>
    typed(t, (socket) => ['agent', 'ls', ...words, '--controller', `unix:${socket}`], list)

  test('are those that the controller lists for it', async (t) => {
    const { exit, out } = await ls(t, '--skill', 'report.write')
    assert.equal(exit, 0)
    assert.match(out, /writer/)
    assert.doesNotMatch(out, /adder/)
    assert.match((await ls(t, '--role', 'worker')).out, /adder/)
  })
  test('of which there is none are answered by the nearest word that there is', async (t) => {
    const { exit, err } = await ls(t, '--skill', 'report.wirte')
    assert.equal(exit, 2)
    assert.equal(err, 'vagus: none of 2 agents claims the skill "report.wirte"\n  did you mean --skill report.write?\n')
    assert.match((await ls(t, '--role', 'clrk', '--skill', 'calc.add')).err, /\n {2}did you mean --role clerk\?\n$/)
    assert.match((await ls(t, '--skill', 'xyz')).err, /\n {2}what there is: vagus agent ls\n$/)
  })
  test('answer only whom --find names, and its words are checked before anything is done', async (t) => {
    const rows = [
      [['--find', 'Everybody'], /"--find" takes ids, names, @host[^]*got "Everybody"/],
      [['--find', '@lookup'], /"--find @lookup" needs folders\n {2}add --lookup FOLDER/],
      [['--find', 'skill:x=@controller'], /"--find skill:x=@controller" needs a controller/],
      [['--find', '@host', '--side-car', 'http://127.0.0.1:1'], /leave out --side-car, or .*--find/],
    ] as const
    for (const [words, says] of rows) {
      const home = mkdtempSync(join(tmpdir(), 'vagus-names-'))
      t.after(() => rmSync(home, { recursive: true, force: true }))
      const own = words.some((word) => word === '--side-car') ? [] : ['--home', home]
      const { exit, err } = await typed(t, () => ['agent', 'call', 'skill:x', 'hello', ...words, ...own])
      assert.equal(exit, 2, err)
      assert.match(err, says)
    }
  })
})

test('with --socket a link is named by its interface, and no controller is asked', async (t) => {
  const asked: string[] = []
  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '')
    request.on('data', (part: Buffer) => asked.push((JSON.parse(part.toString()) as { interface: string }).interface))
    response.writeHead(404).end(JSON.stringify({ title: 'No', detail: 'no route' }))
  }
  const med = ['bgp', 'med', '10.16.0.0/16', '--link', 'eth0', '--class', '1', '--dry-run']
  const ended = await typed(t, (socket) => [...med, '--socket', socket], answer)
  assert.deepEqual(asked, ['/v1/bgp/plan', 'eth0'])
  assert.match(ended.err, /vagus device show DEVICE --socket .*\n.*vagus bgp adj-in router --controller unix:/)
  // Where a controller is named besides, it knows the links by name.
  const both = await typed(t, (socket) => [...med, '--socket', socket, '--controller', `unix:${socket}`], answer)
  assert.match(both.err, /no route/)
  assert.equal(asked.at(-1), '/v1/config')
  await typed(t, (socket) => ['device', 'show', 'edge-1', '--socket', socket], answer)
  assert.match(asked.at(-1) ?? '', /^\/v1\/agent/)
})

describe('what to type after a refusal', () => {
  const refuse =
    (status: number, detail: string): RequestListener =>
    (_, response) =>
      response.writeHead(status).end(JSON.stringify({ title: 'No', detail }))
  const rows: readonly (readonly [string, RequestListener, number, RegExp])[] = [
    ['device show nope', refuse(404, 'there is no device'), 2, /\n {2}the names: vagus device ls\n/],
    ['device show edge-1', refuse(503, 'no agent'), 1, /\n {2}.*devices\.agent/],
    ['device top edge-1', refuse(503, 'no agent'), 1, /\n {2}.*devices\.agent/],
    ['bgp rib --device nope', refuse(404, 'there is no device'), 2, /\n {2}devices .*vagus device ls/],
    ['bgp rib foo --device a', refuse(400, '"foo" is not a prefix'), 2, /\n {2}a prefix is an address and a length/],
    ['bgp peers --device edge-1', refuse(503, 'no agent'), 1, /\n {2}.*devices\.agent/],
    ['flow top --filter srcSite=nope', refuse(400, 'there is no srcSite "nope"'), 2, /\n {2}.*sites: vagus matrix/],
    ['config check -c /nope.yaml', refuse(500, ''), 2, /there is no file \/nope\.yaml\n {2}.*vagus cheat config/],
  ]
  for (const [line, answer, exit, says] of rows)
    test(`vagus ${line}`, async (t) => {
      const own = line.startsWith('config') ? () => [] : (socket: string) => ['--controller', `unix:${socket}`]
      const ended = await typed(t, (socket) => [...line.split(' '), ...own(socket)], answer)
      assert.match(ended.err, says)
      assert.equal(ended.exit, exit)
    })
})

test('doctor says at which addresses a controller could not listen here', async (t) => {
  const config = ['--flow.listen', '192.0.2.9:4739,127.0.0.1:4739'] // TEST-NET-1 (RFC 5737): no host has it
  const { exit, out } = await typed(t, (socket) => ['doctor', ...config, '--controller', `unix:${socket}`])
  assert.match(out, /FAIL {2}own addresses .*flow\.listen\[0\]: 192\.0\.2\.9 is no address of this host/s)
  assert.equal(out.match(/own addresses/g)!.length, 1)
  assert.equal(exit, 3)
})

test('doctor ends with 3 where the controller that was named does not answer', async (t) => {
  const { exit, out } = await typed(t, (socket) => ['doctor', '--controller', `unix:${socket}`])
  assert.match(out, /FAIL {2}controller /)
  assert.equal(exit, 3)
})
