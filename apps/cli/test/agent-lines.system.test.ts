/**
 * An AI agent orders its own line: a program with the stock MCP SDK, its side-car, a session, the controller with its
 * side-car, and the agents of four routers. Each a process of its own, but for the routers.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Lookup } from '@vagus/agent'
import { sentenceOf, type AgentResource, type EventList } from '@vagus/api'
import type { LineQuote, LineResource } from '@vagus/api/lines'
import type { Member } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { newSeeds } from '../../../packages/agent/test/identities.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { diamond } from '../../controller/test/lines/diamond.ts'
import { LineResponder } from '../../controller/test/support/line-responder.ts'
import { idOfSeeds } from '../../controller/test/support/med-responder.ts'
import { agentsAt } from '../../sidecar/test/fleet.ts'
import { type Started, started, vagus } from '../../sidecar/test/started.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-agent-lines-'))
const kind = { role: 'agent', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
const keyringAt = (home: string): Keyring => new Keyring(join(folder, home, 'agents'))
const idOf = (name: string, home: string): string => keyringAt(home).create(name, kind, Date.now()).identity.id

const owner = idOf('acme', 'hq')
const members: readonly Member[] = [
  { id: idOf('network', 'controller'), name: 'network', roles: ['network'] },
  { id: idOf('writer', 'agents'), name: 'writer', roles: ['planner'] },
  { id: idOf('boss', 'agents'), name: 'boss', roles: ['planner'] },
  { id: idOf('reader', 'agents'), name: 'reader', roles: ['reader'] },
]
const policies = `
@id("all") permit (principal, action, resource);
@id("planners change the network")
forbid (principal, action == Action::"mcp", resource) when { context has tool &&
  ["network_line_order", "network_line_change", "network_line_release"].contains(context.tool) }
  unless { principal in Role::"planner" };
`
const sign = (of: readonly Member[]): string =>
  keyringAt('hq').signRoster('acme', () => ({ members: of, policies }), Date.now()).jws

const seeds = ['r1', 'r2', 'r3', 'r4'].map((name) => newSeeds(name))
const { agent, lines, devices, sites, links } = diamond(seeds.map(idOfSeeds))
const config = {
  agent,
  lines: { ...lines, agents: { rate: 20e6, for: '1h', each: 2 } },
  access: { owners: [{ name: 'acme', id: owner }] },
  fleet: { owner: 'acme', listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'] },
  devices,
  sites,
  links,
}
const wish = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' }
const home = join(folder, 'controller')
let base: string
let controller: Started
let routers: readonly LineResponder[]
const sides = new Map<string, Started>()

async function startController(): Promise<void> {
  const words = ['controller', '-c', join(folder, 'vagus.yaml'), '--home', home, '--flow.listen', '127.0.0.1:0']
  const listen = base === undefined ? '127.0.0.1:0' : new URL(base).host
  controller = started(process.execPath, [vagus, ...words, '--listen', listen], {})
  const [, url] = await controller.says(/API and console: (http:\S+)/)
  base = url!
}

async function json<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(base + path, init)
  assert.ok(response.ok, `${path}: ${response.status}`)
  return (await response.json()) as Answer
}
const asOperator = () => ({ authorization: `Bearer ${readFileSync(join(home, 'operator.key'), 'utf8')}` })
const lineOf = (id: string): Promise<LineResource> => json(`/v1/lines/${id}`)
const publish = (of: readonly Member[]): Promise<unknown> =>
  json(`/v1/rosters/${owner}`, { method: 'PUT', body: sign(of), headers: { 'content-type': 'application/jose' } })
const lookup: Lookup = {
  find: async (name) => [{ document: (await json<AgentResource>(`/v1/agents/${encodeURIComponent(name)}`)).document }],
}
const areConnected = async (): Promise<boolean> => {
  const { considered } = await json<LineQuote>('/v1/line-quotes', { method: 'POST', body: JSON.stringify(wish) })
  return considered.length === 2 && considered.every(({ problem }) => problem === null)
}

/** The program of an agent: it knows its side-car, and nothing of Vagus. */
async function program(name: string): Promise<Client> {
  const client = new Client({ name, version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${agentsAt(sides.get(name)!)}network/mcp`)))
  return client
}

async function call(name: string, tool: string, args: Readonly<Record<string, unknown>>) {
  const client = await program(name)
  try {
    const {
      isError = false,
      content,
      structuredContent,
    } = await client.callTool({ name: tool, arguments: { ...args } })
    const [first] = content as readonly { readonly text?: string }[]
    return { isError, text: first?.text ?? '', answer: structuredContent as Readonly<Record<string, unknown>> }
  } finally {
    await client.close()
  }
}

before(async () => {
  writeFileSync(join(folder, 'vagus.yaml'), JSON.stringify(config))
  mkdirSync(home, { recursive: true })
  await startController()
  const own = await json<AgentResource>('/v1/agents/controller')
  routers = await Promise.all(
    seeds.map((one, at) => LineResponder.open({ name: `r${at + 1}`, steeredBy: own.id, lookup, seeds: one })),
  )
  await publish(members)
  for (const [name, address] of [
    ['writer', '10.1.0.7'],
    ['boss', '10.1.0.8'],
    ['reader', '10.2.0.7'],
  ] as const) {
    const words = ['--roster', owner, '--reached-at', `udp://${address}:7601`, '--controller', base]
    const side = started(process.execPath, [vagus, 'run', '--name', name, ...words], {
      VAGUS_HOME: join(folder, 'agents'),
    })
    sides.set(name, side)
    await side.says(/calls others at/)
  }
  await eventually('all agents of routers are connected', areConnected)
})
after(async () => {
  const programs = [controller, ...sides.values()]
  for (const { child } of programs) child.kill('SIGKILL')
  await Promise.all(programs.map(({ exit }) => exit))
  await Promise.all(routers.map((router) => router.close()))
  rmSync(folder, { recursive: true, force: true })
})

describe('an agent with the stock MCP SDK, through its side-car', { concurrency: false, timeout: 300_000 }, () => {
  test('finds tools that change the network beside those that read, and is told what they do', async () => {
    const client = await program('writer')
    const { tools } = await client.listTools()
    await client.close()
    const hints = tools.flatMap(({ name, annotations }) =>
      annotations?.readOnlyHint === true ? [] : [[name, annotations?.destructiveHint]],
    )
    assert.deepEqual(hints, [
      ['network_line_order', false],
      ['network_line_change', false],
      ['network_line_release', true],
    ])
    assert.ok(tools.some(({ name }) => name === 'network_status'))
  })

  test('has a quote, orders it, and waits until its line is there', async (t) => {
    const began = performance.now()
    const quoted = await call('writer', 'network_line_quote', wish)
    assert.equal(quoted.answer['possible'], true, quoted.text)
    const ordered = await call('writer', 'network_line_order', { quote: quoted.answer['quote'], key: 'task-1' })
    assert.equal(ordered.isError, false, ordered.text)
    assert.match(String(ordered.answer['undo']), /^network_line_release with id line-1; else it ends at /)
    const there = await call('writer', 'network_line', { id: 'line-1', waitFor: 'active', seconds: 20 })
    assert.equal(there.answer['state'], 'active', there.text)
    t.diagnostic(`from the quote to an active line ${Math.round(performance.now() - began)} ms`)
    const { by, number } = await lineOf('line-1')
    assert.deepEqual(by, { kind: 'agent', id: members[1]!.id, name: 'writer' })
    assert.deepEqual(routers[0]!.inForce, [`hold ${number}`, `steer ${number}`])
    const { items } = await json<EventList>('/v1/events?topics=line')
    assert.match(sentenceOf(items[0]!), /^Line line-1 from dc-east to dc-west is ordered: .* \(by writer\)$/)
  })

  test('without the role is refused by the fleet, which names the policy', async () => {
    await assert.rejects(call('reader', 'network_line_order', { ...wish, key: 'k' }), /planners change the network/)
    assert.equal((await call('reader', 'network_lines', {})).isError, false)
  })

  test('beyond a bound is refused with what would be possible', async () => {
    const { isError, text } = await call('boss', 'network_line_order', { ...wish, bitsPerSecond: 25e6, key: 'k' })
    assert.deepEqual([isError, text], [true, '25 Mbit/s is above lines.agents.rate; up to 20 Mbit/s is possible'])
    const elsewhere = await call('reader', 'network_line_quote', { ...wish, from: 'dc-east', to: 'dc-east' })
    assert.equal(elsewhere.answer['quote'], null)
  })

  test('touches no line of another agent', async () => {
    for (const [tool, args] of [
      ['network_line_release', {}],
      ['network_line_change', { bitsPerSecond: 5e6 }],
    ] as const) {
      const { isError, text } = await call('boss', tool, { id: 'line-1', ...args })
      assert.equal(isError, true)
      assert.match(
        text,
        /^line-1 was ordered by writer; an agent (releases|changes) only lines that it ordered itself$/,
      )
    }
    assert.equal((await lineOf('line-1')).state, 'active')
  })

  test('changes its line while it carries', async () => {
    const { isError, text, answer } = await call('writer', 'network_line_change', { id: 'line-1', bitsPerSecond: 12e6 })
    assert.equal(isError, false, text)
    assert.deepEqual([answer['bitsPerSecond'], answer['state'], answer['moves']], [12e6, 'active', 1])
  })

  test('is nobody where it only says who it is: at the open port a written Vagus-Agent gives nothing', async () => {
    const forged = { 'vagus-agent': members[1]!.id, 'vagus-member-name': 'writer', 'content-type': 'application/json' }
    const body = JSON.stringify({ ...wish, from: 'dc-east', key: 'forged' })
    assert.equal((await fetch(`${base}/v1/lines`, { method: 'POST', headers: forged, body })).status, 403)
    assert.equal((await fetch(`${base}/v1/lines/line-1`, { method: 'DELETE', headers: forged })).status, 403)
    const client = new Client({ name: 'forger', version: '1' })
    const init = { requestInit: { headers: forged } }
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', base), init))
    const { tools } = await client.listTools()
    assert.ok(tools.every(({ annotations }) => annotations?.readOnlyHint === true))
    await assert.rejects(client.callTool({ name: 'network_line_release', arguments: { id: 'line-1' } }))
    await client.close()
    assert.equal((await lineOf('line-1')).state, 'active')
    assert.doesNotMatch(controller.text(), /\/mcp/) // its address is a secret, and stands in no log
  })

  test('has one line for one key, also when the controller is killed before the line is there', async () => {
    await call('writer', 'network_line_release', { id: 'line-1' })
    for (const router of routers) router.isMute = true // so that it is still being set up
    const order = { ...wish, key: 'task-2' }
    const { answer } = await call('writer', 'network_line_order', order)
    assert.deepEqual([answer['id'], answer['state']], ['line-2', 'setting-up'])
    controller.child.kill('SIGKILL')
    await controller.exit
    for (const router of routers) router.isMute = false
    await startController()
    await eventually('all agents of routers are connected again', areConnected)
    const again = await eventually('the side-cars have met again', async () => {
      const answered = await call('writer', 'network_line_order', order)
      return answered.isError ? undefined : answered.answer
    })
    assert.equal(again['id'], 'line-2')
    const there = await call('writer', 'network_line', { id: 'line-2', waitFor: 'active', seconds: 30 })
    assert.equal(there.answer['state'], 'active', there.text)
  })

  test('leaves its line to the operator, who may always release it', async () => {
    const { state, because } = await json<LineResource>('/v1/lines/line-2', { method: 'DELETE', headers: asOperator() })
    assert.deepEqual([state, because], ['released', 'the operator released it'])
  })

  test('loses its line when it is put in quarantine', async (t) => {
    const { answer } = await call('writer', 'network_line_order', { ...wish, key: 'task-3' })
    const id = String(answer['id'])
    await call('writer', 'network_line', { id, waitFor: 'active' })
    const quarantine = { since: Date.now(), reason: 'key on a stolen laptop' }
    const began = performance.now()
    await publish(members.map((member) => (member.name === 'writer' ? { ...member, quarantine } : member)))
    const over = await eventually('its line is released', async () => {
      const line = await lineOf(id)
      return line.state === 'released' ? line : undefined
    })
    t.diagnostic(`released ${Math.round(performance.now() - began)} ms after the roster was published`)
    assert.match(over.because, /^writer is in quarantine since .*: key on a stolen laptop$/)
    await eventually('no router has anything of it', () => routers.every(({ inForce }) => inForce.length === 0))
    await assert.rejects(call('writer', 'network_line_order', { ...wish, key: 'task-4' }))
  })
})
