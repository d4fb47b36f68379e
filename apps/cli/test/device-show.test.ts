import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceAgent, DevicePolicy } from '@vagus/api/telemetry'
import { deviceAgentText } from '../src/commands/device-show.ts'
import { noPaint } from '../src/paint.ts'

const now = '2026-11-26T03:00:00.000Z'
const agent: DeviceAgent = {
  apiVersion: 'vagus/v1',
  kind: 'DeviceAgent',
  device: 'pe-1',
  now,
  startedAt: now,
  router: { kind: 'frr', software: 'FRRouting 8.4.4', as: 64512, identifier: '10.0.0.1' },
  policy: {
    state: 'incomplete',
    missing: ['the policy "vagus-import" is not there, or another one than this version has'],
    problems: [],
  },
  sessions: [
    { name: 'router', state: 'idle', since: now, lastReason: 'sent NOTIFICATION 2/3 bad BGP identifier: \u001b[2J' },
    { name: 'controller', state: 'established', since: now, lastReason: 'the connection ended' },
  ],
  links: [],
  others: { links: 0, devices: 0 },
  actuations: [],
}

test('an agent is shown in 80 columns, with why a session is not there and what the policy lacks', () => {
  const text = deviceAgentText(agent, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.match(text, /^sessions {2}router idle for .*: sent NOTIFICATION 2\/3 bad BGP identifier/m)
  assert.match(text, /^ {10}controller established for [^:]*$/m)
  assert.match(text, /^policy {4}incomplete: the policy "vagus-import" is not there/m)
  assert.ok(!text.includes('\u001b'))
})

test('of a policy it is said first what only the operator can resolve, and why it is unknown', () => {
  const shown = (policy: DevicePolicy): string =>
    deviceAgentText({ ...agent, policy }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.match(
    shown({ state: 'incomplete', missing: ['a', 'b'], problems: ['10.0.1.2 is sent nothing'] }),
    /^policy {4}incomplete: 10\.0\.1\.2 is sent nothing$/m,
  )
  assert.match(
    shown({ state: 'unknown', missing: [], problems: ['/run/frr/bgpd.vty: nobody listens'] }),
    /^policy {4}unknown: \/run\/frr\/bgpd\.vty: nobody listens$/m,
  )
  assert.match(shown({ state: 'absent', missing: ['a', 'b'], problems: [] }), /^policy {4}absent: 2 lines missing$/m)
})

test('a policy that is not confirmed yet is shown with when it goes back, or that it should have', () => {
  const shown = (goesBackAt: string): string =>
    deviceAgentText(
      { ...agent, policy: { state: 'in-place', missing: [], problems: [], goesBackAt } },
      { columns: 80, paint: noPaint, detail: 'plain' },
    )
  assert.match(shown('2026-11-26T03:01:00.000Z'), /^policy {4}in place\n {10}goes back at 03:01:00Z unless confirmed$/m)
  assert.match(shown('2026-11-26T02:59:00.000Z'), /^ {10}should have gone back at 02:59:00Z; its agent keeps trying$/m)
})

test('classes in force are listed with the whole id that "vagus bgp undo" wants, also in 80 columns', () => {
  const class1 = {
    id: '2001:db8:4000:8000::/49@14#k7f.12',
    owner: 'traffic-engineering-robot',
    prefix: '2001:db8:4000:8000::/49',
    interface: 'enp129s0f0',
    class: 6,
    appliedAt: now,
    expiresAt: '2026-11-26T03:10:00.000Z',
  }
  const text = deviceAgentText({ ...agent, actuations: [class1] }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.match(text, /^classes {3}1 in force$/m)
  assert.match(text, /^2001:db8:4000:8000::\/49@14#k7f\.12 +enp129s0f0 +6 +traffic-\S+ +10m$/m)
  const wide = deviceAgentText({ ...agent, actuations: [class1] }, { columns: 200, paint: noPaint, detail: 'wide' })
  assert.match(wide, / 2001:db8:4000:8000::\/49 +enp129s0f0 /)
})

test('who may steer by the router is shown with its bounds, and what was agreed on with its end', () => {
  const id = `did:key:z6Mk${'a'.repeat(44)}`
  const by = `did:key:z6Mk${'b'.repeat(44)}`
  const steering: NonNullable<DeviceAgent['steering']> = {
    id,
    by,
    state: 'away',
    since: '2026-11-26T02:59:00.000Z',
    problem: 'no controller answers at http://192.0.2.10:7600: \u001b[2J',
    bounds: { meds: [10, 1000], leaseSeconds: 7200, prefixes: [] },
    leases: [
      { prefix: '10.16.0.0/16', interface: 'eth1', med: 200, state: 'confirmed', until: '2026-11-26T03:30:00.000Z' },
    ],
  }
  const text = deviceAgentText({ ...agent, steering }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.ok(text.includes(`steered   by ${by}\n          away for 1m: no controller answers`), text)
  assert.ok(text.includes(`          as ${id}\n`), text)
  assert.match(text, /^ {10}within MED 10, 1000 · at most 2h · every prefix$/m)
  assert.match(text, /^ {10}MED 200 for 10\.16\.0\.0\/16 on eth1, confirmed, ends in 30m$/m)
  assert.ok(!text.includes('\u001b'))
  assert.ok(!deviceAgentText(agent, { columns: 80, paint: noPaint, detail: 'plain' }).includes('steered'))
})

test('what AI agents changed is shown with what keeps and undoes it, and what was last', () => {
  const one: NonNullable<NonNullable<DeviceAgent['commits']>['last']> = {
    id: 'commit-7',
    state: 'pending',
    by: { kind: 'agent', id: 'did:key:z6Mknoc', name: 'noc\u001b[2J' },
    comment: '',
    commands: [],
    added: [],
    removed: [],
    base: '',
    at: '2026-11-26T03:00:00.000Z',
    goesBackAt: '2026-11-26T03:02:00.000Z',
    problem: null,
    ended: null,
  }
  const ended = { at: '2026-11-26T02:00:00.000Z', by: null, because: 'it was not confirmed in time' }
  const last = { ...one, id: 'commit-6', state: 'reverted', goesBackAt: null, ended } as const
  const show = (commits: NonNullable<DeviceAgent['commits']>): string =>
    deviceAgentText({ ...agent, commits }, { columns: 100, paint: noPaint, detail: 'plain' })
  const text = show({ pending: one, last })
  assert.match(text, /^AI agents commit-7 by noc\S*, goes back in 2m$/m)
  assert.match(text, /^ {10}vagus device commits pe-1 --confirm commit-7 keeps it, --revert undoes it$/m)
  assert.match(text, /^ {10}last: commit-6 by noc\S*, reverted: it was not confirmed in time$/m)
  assert.ok(!text.includes('\u001b'))
  assert.match(show({ pending: null, last: null }), /^AI agents nothing pending$/m)
})

test('a link of unknown speed is there, with what the operator can do', () => {
  const link = {
    device: 'pe-1',
    interface: 'ifb7',
    link: null,
    capacity: null,
    out: 1e6,
    in: 0,
    threshold: null,
    congested: 'no',
    drops: 0,
    delayMicroseconds: null,
    confidence: 0,
    windowMs: 500,
    measuredAt: now,
    ageSeconds: 0,
  } as const
  const text = deviceAgentText({ ...agent, links: [link] }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.match(text, /^ifb7 +\? +1\.0+ Mb\/s/m)
  assert.match(text, /^\?: speed unknown, so not announced: give the agent --capacity ifb7=RATE$/m)
})

test('of private lines it is shown what is held, what does not answer, and whether strangers are kept out', () => {
  const hold = { number: 7, type: 'hold' as const, interfaces: ['eth1'], bitsPerSecond: 21_300_000, steered: null }
  const steer = { number: 7, type: 'steer' as const, interfaces: ['eth3'], bitsPerSecond: null, steered: false }
  const lease = { state: 'confirmed', until: '2026-11-26T03:10:00.000Z' } as const
  const lines = {
    block: 'fd00:c::/32',
    links: ['eth1', 'eth2'],
    share: 0.9,
    sites: ['10.0.0.0/8'],
    guarded: { toBlock: 3, routingHeader: 1 },
    parts: [
      { ...hold, ...lease, problem: 'eth1 has 9 Mbit/s for lines now, and they need more' },
      { ...steer, ...lease, problem: null },
    ],
  }
  const shown = (more: object): string =>
    deviceAgentText({ ...agent, lines: { ...lines, ...more } }, { columns: 80, paint: noPaint, detail: 'plain' })
  const text = shown({})
  assert.ok(text.split('\n').every(({ length }) => length <= 80))
  assert.match(
    text,
    /^lines {5}over eth1, eth2 · up to 90.0 % of each · fd00:c::\/32\n {10}from and to 10\.0\.0\.0\/8\n {10}4 packets of strangers dropped$/m,
  )
  assert.match(text, /^ {10}hold of path 7 on eth1, 21\.3 Mb\/s, confirmed, PROBLEM: eth1 has 9\n {10}Mbit\/s/m)
  assert.match(text, /^ {10}steer of path 7 on eth3, confirmed, its probes are lost,/m)
  assert.match(shown({ guarded: null }), /the guard is gone/)
})

test('intents are shown with their state and evidence, those of other devices as a number, and why nothing begins', () => {
  const since = '2026-11-26T02:50:00.000Z'
  const intents: NonNullable<DeviceAgent['intents']> = {
    owner: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
    epoch: 7,
    hash: 'x',
    issuedAt: now,
    expiresAt: now,
    standing: 'holds',
    problem: null,
    items: [
      { name: 'busy', goal: 'keep-below', state: 'degraded', since, evidence: 'eth1 is at 90 %' },
      { name: 'far', goal: 'freeze', state: 'received', since, evidence: null },
      { name: 'launch', goal: 'freeze', state: 'active', since, evidence: null },
    ],
  }
  const shown = (change: Partial<typeof intents>): string =>
    deviceAgentText({ ...agent, intents: { ...intents, ...change } }, { columns: 80, paint: noPaint, detail: 'plain' })
  assert.match(
    shown({}),
    /^intents {3}of did:key:z6Mk\w+\n {10}epoch 7, 3 intents\n {10}busy \(keep-below\) degraded for 10m: eth1 is at 90 %\n {10}launch \(freeze\) active for 10m\n {10}1 intent of other devices$/m,
  )
  const problem = 'no intents of the owner are known yet; until then nothing new begins'
  assert.match(
    shown({ epoch: 0, standing: 'none', problem, items: [] }),
    /^ {10}no intents of the owner are known yet; until/m,
  )
})

test('addresses of agents are shown with their next hops, and why nobody can attach', () => {
  const addresses = {
    block: 'fd00:77::/48',
    links: [
      { name: 'eth3', state: 'open' as const },
      { name: 'eth4', state: 'down' as const },
    ],
    moves: 5,
    leaseSeconds: 30,
    problem: 'the router is away; try another edge, or later',
    dropped: 0,
    refused: 2,
    unreadable: 0,
    attached: [
      {
        address: 'fd00:77:0:5::1',
        id: 'did:key:z6MkExample',
        interface: 'eth3',
        nextHop: '2001:db8:1::2',
        sequence: 1_795_000_000,
        since: now,
        until: '2026-11-26T03:00:20.000Z',
      },
    ],
  }
  const text = deviceAgentText({ ...agent, addresses }, { columns: 80, paint: noPaint, detail: 'plain' })
  for (const line of [
    'addresses within fd00:77::/48 on eth3, eth4',
    '          down: eth4',
    '          nobody can attach: the router is away; try another edge, or later',
    '          1 attached, 2 refused',
  ])
    assert.ok(text.includes(`${line}\n`), text)
  assert.match(text, /fd00:77:0:5::1 on eth3 by 2001:db8:1::2, renewed within 20s?/)
})
