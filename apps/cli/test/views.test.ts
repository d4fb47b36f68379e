import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  agentListSchema,
  bgpDiffSchema,
  bgpPeerListSchema,
  bgpRoutesSchema,
  deviceListSchema,
  exporterListSchema,
  flowTopSchema,
  ipv6ShareSchema,
  linkListSchema,
  linkLoadSchema,
  matrixSchema,
  neighbourListSchema,
  type Session,
  sessionListSchema,
  statusSchema,
  trafficSeriesSchema,
} from '@vagus/api'
import {
  approvalResourceSchema,
  borderListSchema,
  proposalListSchema,
  proposalResourceSchema,
} from '@vagus/api/steering'
import { deviceTopSchema } from '@vagus/api/telemetry'
import { bgpRoutesText } from '../src/bgp/routes-view.ts'
import { agentListText } from '../src/commands/agent-ls.ts'
import { bgpDiffText } from '../src/commands/bgp-diff.ts'
import { bgpPeersText } from '../src/commands/bgp-peers.ts'
import { deviceTopText } from '../src/commands/device-top.ts'
import { deviceListText } from '../src/commands/device-ls.ts'
import { exporterListText } from '../src/commands/exporter-ls.ts'
import { trafficSeriesText } from '../src/commands/flow-series.ts'
import { flowTopText } from '../src/commands/flow-top.ts'
import { neighbourListText } from '../src/commands/grasp-ls.ts'
import { ipv6ShareText } from '../src/commands/ipv6-share.ts'
import { linkListText } from '../src/commands/link-ls.ts'
import { linkLoadText } from '../src/commands/link-show.ts'
import { matrixText } from '../src/commands/matrix.ts'
import { inForceText, possibleText } from '../src/commands/proposal-approve.ts'
import { proposalListText } from '../src/commands/proposal-ls.ts'
import { sessionListText } from '../src/commands/session-ls.ts'
import { sessionText } from '../src/commands/session-show.ts'
import { statusText } from '../src/commands/status.ts'
import type { Canvas } from '../src/controller-options.ts'
import { noPaint } from '../src/paint.ts'
import { borderListText, borderText } from '../src/steering/border-text.ts'
import { decisionRecord } from '../src/steering/decision-record.ts'
import {
  bgpDiff,
  bgpPeers,
  bgpRoutes,
  deviceList,
  exporterList,
  flowTop,
  linkList,
  matrix,
  neighbourList,
  status,
  trafficSeries,
} from './samples.ts'
import { sessionList, sessionsNow } from './session-samples.ts'
import {
  approvalOf,
  borderList,
  capacities,
  inForce,
  measured,
  open,
  possible,
  proposalList,
  resourceOf,
  taken,
} from './steering-samples.ts'

const canvas = (columns: number): Canvas => ({ columns, paint: noPaint, detail: 'plain' })
const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8')

const writersAndBoss = { ...sessionList, items: [sessionList.items[0]!, sessionList.items[3]!] }
const views = [
  { name: 'status', schema: statusSchema, resource: status, draw: (on: Canvas) => statusText(status, on) },
  { name: 'matrix', schema: matrixSchema, resource: matrix, draw: (on: Canvas) => matrixText(matrix, on) },
  {
    name: 'grasp-ls',
    schema: neighbourListSchema,
    resource: neighbourList,
    draw: (on: Canvas) => neighbourListText(neighbourList, on),
  },
  { name: 'flow-top', schema: flowTopSchema, resource: flowTop, draw: (on: Canvas) => flowTopText(flowTop, on) },
  {
    name: 'flow-series',
    schema: trafficSeriesSchema,
    resource: trafficSeries,
    draw: (on: Canvas) => trafficSeriesText(trafficSeries, on),
  },
  { name: 'link-ls', schema: linkListSchema, resource: linkList, draw: (on: Canvas) => linkListText(linkList, on) },
  {
    name: 'device-ls',
    schema: deviceListSchema,
    resource: deviceList,
    draw: (on: Canvas) => deviceListText(deviceList, on),
  },
  {
    name: 'exporter-ls',
    schema: exporterListSchema,
    resource: exporterList,
    draw: (on: Canvas) => exporterListText(exporterList, on),
  },
  {
    name: 'bgp-peers',
    schema: bgpPeerListSchema,
    resource: bgpPeers,
    draw: (on: Canvas) => bgpPeersText(bgpPeers, on),
  },
  {
    name: 'session-ls',
    schema: sessionListSchema,
    resource: sessionList,
    draw: (on: Canvas) => sessionListText(sessionList, on, sessionsNow),
  },
  {
    name: 'session-show',
    schema: sessionListSchema,
    resource: writersAndBoss,
    draw: (on: Canvas) => sessionText(writersAndBoss, 'writer', on, sessionsNow),
  },
  { name: 'bgp-rib', schema: bgpRoutesSchema, resource: bgpRoutes, draw: (on: Canvas) => bgpRoutesText(bgpRoutes, on) },
  { name: 'bgp-diff', schema: bgpDiffSchema, resource: bgpDiff, draw: (on: Canvas) => bgpDiffText(bgpDiff, on) },
  {
    name: 'border-ls',
    schema: borderListSchema,
    resource: borderList,
    draw: (on: Canvas) => borderListText(borderList, on),
  },
  {
    name: 'border-show',
    schema: borderListSchema,
    resource: borderList,
    draw: (on: Canvas) => borderText(borderList.items[0]!, borderList.now, on),
  },
  {
    name: 'proposal-ls',
    schema: proposalListSchema,
    resource: proposalList,
    draw: (on: Canvas) => proposalListText(proposalList, on),
  },
  {
    name: 'proposal-approve-possible',
    schema: approvalResourceSchema,
    resource: approvalOf(open, possible),
    draw: (on: Canvas) => possibleText(resourceOf(open), approvalOf(open, possible), 3600, on),
  },
  {
    name: 'proposal-approve-in-force',
    schema: approvalResourceSchema,
    resource: approvalOf(open, inForce),
    draw: (on: Canvas) => inForceText(resourceOf(open), approvalOf(open, inForce), on),
  },
  // Lines to copy are not broken, so these are as long as the longest command.
  ...[open, taken, measured].map((proposal) => ({
    name: `proposal-show-${proposal.state}`,
    schema: proposalResourceSchema,
    resource: resourceOf(proposal),
    draw: (on: Canvas) => decisionRecord(resourceOf(proposal), capacities, on),
    widths: [100],
  })),
]

for (const { name, schema, resource, draw, ...more } of views) {
  describe(name, () => {
    test('is drawn from what the contract allows', () => void schema.parse(resource))
    for (const columns of 'widths' in more ? more.widths : [80, 100]) {
      test(`reads as the golden text at ${columns} columns, and fits`, () => {
        const drawn = draw(canvas(columns))
        assert.equal(`${drawn}\n`, golden(`${name}-${columns}`))
        for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
      })
    }
  })
}

describe('session ls', () => {
  const [up, relay, silent, responder] = sessionList.items as [Session, Session, Session, Session]
  const drawn = (items: Session[]) => sessionListText({ ...sessionList, items }, canvas(100), sessionsNow)
  test('calls a session silent of which only the responder says so, as when the initiator is dead, and goes by it', () => {
    const dead = { ...responder, state: 'silent' as const, paths: silent.paths }
    const before = { ...up, toldAt: '2026-11-03T12:40:40.000Z' }
    assert.match(drawn([before, dead]), /^writer +boss +relay z6Mk\S+ +63 ms +silent .*\n1 session, 1 silent$/m)
  })
  test('shows each session of two agents that have two', () => {
    const older = { ...up, since: '2026-11-03T12:30:00.000Z' }
    assert.match(drawn([older, up, relay]), /3m 20s[^]*11m 08s[^]*\n3 sessions, 0 silent$/)
  })
})

test('session show shows the newest of several sessions', () => {
  const older = { ...writersAndBoss.items[0]!, since: '2026-11-03T12:30:00.000Z', moves: 77 }
  const list = { ...writersAndBoss, items: [older, ...writersAndBoss.items] }
  assert.equal(
    sessionText(list, 'writer', canvas(100), sessionsNow),
    sessionText(writersAndBoss, 'writer', canvas(100), sessionsNow),
  )
})

test('session show says what a radio takes, of each end that lets one sleep', () => {
  const radio = { network: 'wwan0', access: 'lte', seconds: 3600, wakes: 40, joules: 480 }
  const items = writersAndBoss.items.map((item, at) =>
    at === 0 ? { ...item, radio: { ...radio, atOnce: { wakes: 180, joules: 2160 } } } : item,
  )
  const text = sessionText({ ...writersAndBoss, items }, 'writer', canvas(140), sessionsNow)
  assert.match(text, /^radio .*wwan0 as lte: 40 wakes\/h, 480 J\/h; at once 180 wakes\/h, 2160 J\/h/m)
  assert.match(text, /^radio .*always on/m)
  assert.doesNotMatch(sessionText(writersAndBoss, 'writer', canvas(140), sessionsNow), /^radio/m)
})

test('the status says what the disk has not taken', () => {
  const store = { ...status.store, state: 'disk-full' as const, waiting: 236_080, dropped: 1200 }
  const drawn = statusText({ ...status, store }, canvas(1000))
  assert.match(drawn, / behind · 236,080 wait in memory · 1,200 given\s+up · oldest /)
})

describe('a matrix of many sites', () => {
  const names = Array.from({ length: 23 }, (_, at) => `site-${at}`)
  const large = {
    ...matrix,
    names,
    bitsPerSecond: names.map((_, source) => names.map((_, sink) => (source === sink ? 0 : 1e6 * (source + 1)))),
    ipv6Share: names.map(() => names.map(() => 0.5)),
  }
  test('goes into several tables, none wider than the terminal, none with a figure left out', () => {
    const drawn = matrixText({ ...large, version: '6' }, canvas(100))
    for (const line of drawn.split('\n')) assert.ok(line.length <= 100, line)
    const heads = drawn.split('\n').filter((line) => line.startsWith('FROM'))
    assert.ok(heads.length > 1)
    assert.deepEqual(heads.join(' ').match(/site-\d+/g), names)
  })
})

describe('a matrix of one large pair among small ones', () => {
  const bitsPerSecond = matrix.names.map((_, source) =>
    matrix.names.map((__, sink) => (source === sink ? 0 : source + sink === 1 ? 4.7e9 : 1e6 * (2 + source + sink))),
  )
  const uneven = { ...matrix, bitsPerSecond, version: '4' as const }
  test('has every figure in a unit in which it can be read, within the width', () => {
    for (const columns of [80, 100]) {
      const drawn = matrixText(uneven, canvas(columns))
      assert.match(drawn, /^Gb\/s unless marked, between sites, IPv4 only\n/)
      assert.match(drawn, /^dc-east +· +4\.7 +4\.0M +5\.0M +6\.0M +7\.0M +4\.7$/m)
      assert.ok(!drawn.includes('<0.1'))
      for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
    }
  })
  test('has figures in full where it is wide', () => {
    const drawn = matrixText(uneven, { ...canvas(Infinity), detail: 'wide' })
    assert.match(drawn, /^between sites, IPv4 only\n/)
    assert.match(drawn, /^dc-east +· +4\.70 Gb\/s +4\.00 Mb\/s .* 4\.72 Gb\/s$/m)
  })
})

test('estimated pairs of a matrix are marked, and a line says why they are and how far off they may be', () => {
  const cells = matrix.names.map((_, source) => matrix.names.map((__, sink) => source === 0 && sink !== 0))
  const estimated = { cells, devices: ['pe-3'], share: 0.3, explained: 0.94, error: 0.081 }
  const drawn = matrixText(matrixSchema.parse({ ...matrix, estimated }), canvas(80))
  assert.match(drawn, /^dc-east +· +~/m)
  assert.ok(!/^dc-west.*~/m.test(drawn))
  assert.match(drawn, /^~ estimated, 30\.0 % of the traffic \(flows of pe-3 are missing\): /m)
  for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= 80, line)
  const untried = matrixText(
    { ...matrix, estimated: { ...estimated, devices: [], error: null, explained: null } },
    canvas(99),
  )
  assert.match(untried, /^~ estimated, 30\.0 % of the traffic: how far off is not known yet$/m)
})

test('a matrix in which nothing flowed is one line, not two tables of dots', () => {
  const still = { ...matrix, bitsPerSecond: matrix.bitsPerSecond.map((row) => row.map(() => 0)) }
  const drawn = matrixText(still, canvas(80))
  assert.match(drawn, /^nothing flowed between sites in this time\n/)
  assert.ok(!drawn.includes('FROM'))
})

describe('the trend of the IPv6 share', () => {
  const share = {
    apiVersion: 'vagus/v1',
    kind: 'Ipv6Share',
    window: { from: '2026-11-03T12:00:00Z', to: '2026-11-03T13:00:00Z', seconds: 3600 },
    stepSeconds: 10,
    coverage: 1,
    share: 0.5,
    ipv4: [1e6, 1e6],
    ipv6: [1e6, 1e6],
    blind: [],
    trend: { perDay: 0.48, low: 0.24, high: 0.72 },
  } as const
  const long = { ...share.window, seconds: 86_400 }
  const drawn = (other: object) => ipv6ShareText(ipv6ShareSchema.parse({ ...share, ...other }), canvas(80))
  test('is told by the minute, the hour or the day, as long as the window is', () => {
    const short = { ...share.window, seconds: 300 }
    assert.match(drawn({ window: short, trend: { perDay: 14.4, low: 7.2, high: 28.8 } }), /\+1\.0 points a minute/)
    assert.match(drawn({}), /trend \+2\.0 points an hour \(95 %: \+1\.0 to \+3\.0\)/)
    assert.match(drawn({ window: long }), /trend \+48\.0 points a day/)
  })
  test('is none to be seen where its interval holds zero', () => {
    assert.match(drawn({ trend: { perDay: 0.1, low: -0.2, high: 0.3 }, window: long }), /no visible trend: \+10\.0/)
  })
  test('is not asked for where nothing flowed', () => {
    const none = { share: null, trend: null, ipv4: [0, 0], ipv6: [0, 0], coverage: null }
    assert.match(drawn(none), /^nothing flowed in this time\n\n1h to .*coverage unknown$/)
  })
})

describe("a device's heaviest flows", () => {
  const flow = '[2001:db8:19:0:fd72:c47d:7147:2447]:45901 → [2001:db8:16:0:d6b6:c85a:9fc4:19c1]:46991 tcp'
  const top = {
    apiVersion: 'vagus/v1',
    kind: 'DeviceTop',
    device: 'pe-1',
    view: 'flow',
    windowMs: 9000,
    measuredAt: '2026-11-03T12:00:00Z',
    ageSeconds: 1,
    totals: { ipv4: 0, ipv6: 1e6 },
    items: [{ key: flow, bitsPerSecond: 1e6, share: 1, trend: null }],
  } as const
  const drawn = (columns: number): string => deviceTopText(deviceTopSchema.parse(top), canvas(columns)).split('\n')[1]!
  test('show something of both ends in 80 columns, and all of both in 120', () => {
    assert.match(drawn(80), /^\[2001:db8:19:0:fd72:\S+…  \[2001:db8:16:0:d6b6:\S+…  1\.00 Mb\/s$/)
    for (const end of flow.split(' → ')) assert.ok(drawn(120).includes(end), end)
  })
})

test('estimated tops show their error', () => {
  const estimated = { ...flowTop, method: 'space-saving' as const, items: [{ ...flowTop.items[0]!, error: 1234 }] }
  assert.match(flowTopText(estimated, canvas(130)), /OCTETS +±.*\n.*1\.23 kB/)
  for (let columns = 60; columns < 130; columns++) {
    const drawn = flowTopText(estimated, canvas(columns))
    assert.ok(!drawn.includes('±') || drawn.includes('OCTETS'), `an error of nothing at ${columns} columns`)
  }
})
test('an agent without skills or networks has a dash there, as other tables have', () => {
  const at = '2026-11-03T12:00:00Z'
  const reader = { name: 'reader', id: 'did:key:z6Mk', tag: 'fd00::1', role: 'agent', skills: [], epoch: 1 }
  const state = { state: 'reachable', site: null, seenAt: at, expiresAt: at, locators: [] } as const
  const list = agentListSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'AgentList',
    items: [{ ...reader, ...state }],
    more: 0,
  })
  const wide: Canvas = { ...canvas(Infinity), detail: 'wide' }
  assert.match(agentListText(list, wide, at), /\nreader +agent +– +reachable +.* +– +did:key:z6Mk +–$/)
})
test('the list of agents tells what the owner of a fleet says from what agents say, and who is in quarantine', () => {
  const at = '2026-11-03T12:00:00Z'
  const said = { id: 'did:key:z6Mk', tag: 'fd00::1', role: 'boss', skills: [], epoch: 1 }
  const agent = { ...said, state: 'reachable', site: null, seenAt: at, expiresAt: at, locators: [] } as const
  const owner = `did:key:z6Mk${'h'.repeat(44)}`
  const member = { owner, name: 'writer', roles: ['report-writer'], enforces: 3 }
  const quarantined = { since: at, reason: 'stolen' }
  const list = agentListSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'AgentList',
    items: [
      { ...agent, name: 'writer', member },
      { ...agent, name: 'clerk', member: { ...member, name: 'clerk', roles: [], quarantined } },
      { ...agent, name: 'stranger' },
    ],
    more: 0,
  })
  const text = agentListText(list, canvas(100), at)
  assert.match(text, /^NAME +MEMBER AS +ROLE .*\nwriter +report-writer +boss +– +reachable /)
  assert.match(text, /\nclerk +clerk +boss +– +in quarantine .*\nstranger +– +boss +– +reachable /)
})
test('coverage above what counters saw says that it is', () => {
  assert.match(flowTopText({ ...flowTop, coverage: 1.18 }, canvas(100)), /coverage 118 % \(more than counters saw\)$/)
  assert.match(flowTopText({ ...flowTop, coverage: 1.02 }, canvas(100)), /coverage 102 %$/)
  const traffic = { ...status.traffic, coverage: 1.22 }
  assert.match(statusText({ ...status, traffic }, canvas(100)), /coverage 122 % \(more than counters saw\)/)
})

test('a figure whose window is no longer kept whole says since when it is', () => {
  const keptSince = '2026-11-02T12:00:00Z'
  const line = /\nonly from 2026-11-02 12:00:00Z on: what came before is no longer kept$/
  const cut = flowTopSchema.parse({ ...flowTop, keptSince })
  assert.match(flowTopText(cut, canvas(100)), line)
  assert.match(flowTopText({ ...cut, items: [] }, canvas(100)), line)
  assert.match(matrixText(matrixSchema.parse({ ...matrix, keptSince }), canvas(100)), line)
})
test('the status says what is in force, until when and by whom, and nothing where nothing is', () => {
  const drawn = (...all: Parameters<typeof statusText>[2] & object) => statusText(status, canvas(100), all)
  const one = { proposal: 'transit-8', approval: inForce }
  assert.match(drawn(one), /\nsteering 2 leases in force until 13:40:02Z, by the operator: transit-8\n/)
  const later = { proposal: 'ix-1', approval: { ...inForce, by: 'vagus', until: '2026-11-03T13:50:02.000Z' } as const }
  assert.match(
    drawn(one, later),
    /\nsteering 4 leases in force until 13:50:02Z, by the operator and vagus itself: transit-8, ix-1\n/,
  )
  assert.doesNotMatch(drawn(), /steering/)
})
test('a store that does not answer has no figures', () => {
  const store = { ...status.store, state: 'unknown', records: 0 } as const
  assert.match(statusText({ ...status, store }, canvas(100)), /\nstore +does not answer\n/)
})
test('traffic over time leaves out the others where there are none, and fits any terminal', () => {
  assert.match(trafficSeriesText(trafficSeries, canvas(100)), /\nothers .*\nall /)
  const none = { ...trafficSeries, rest: trafficSeries.rest.map((rate) => rate && 0) }
  assert.doesNotMatch(trafficSeriesText(none, canvas(100)), /\nothers /)
  for (let columns = 40; columns < 130; columns++)
    for (const line of trafficSeriesText(trafficSeries, canvas(columns)).split('\n'))
      assert.ok(Array.from(line).length <= columns, line)
  const still = { ...trafficSeries, items: [], rest: none.rest }
  assert.match(
    trafficSeriesText(still, canvas(80)),
    /^nothing flowed in this time\n\n15m per step · 2h of it not known ·/,
  )
})

test('an empty table says so instead of showing a header alone', () => {
  assert.match(flowTopText({ ...flowTop, items: [] }, canvas(80)), /^no flows in this time\n/)
  assert.match(linkListText({ ...linkList, items: [] }, canvas(80)), /^no links configured\n/)
  assert.match(exporterListText({ ...exporterList, items: [] }, canvas(80)), /^no exporter/)
})

test('below the tables stands whose clock is wrong', () => {
  const clock = { behindSeconds: -3600, isWrong: true }
  const says = /^wrong clock: pe-1 is 1h ahead; times of flows are corrected$/m
  assert.match(exporterListText({ ...exporterList, items: [{ ...exporterList.items[0]!, clock }] }, canvas(80)), says)
  assert.match(deviceListText({ ...deviceList, items: [{ ...deviceList.items[0]!, clock }] }, canvas(80)), says)
})

test('a link of whose load nothing is known says so, without figures', () => {
  const load = {
    apiVersion: 'vagus/v1',
    kind: 'LinkLoad',
    name: 'uplink',
    capacity: 1e6,
    source: 'flows',
    window: { from: '2026-11-03T12:00:00Z', to: '2026-11-03T12:01:00Z', seconds: 60 },
    stepSeconds: 10,
    aToZ: [null, null],
    zToA: [null, 5e5],
  } as const
  const drawn = linkLoadText(linkLoadSchema.parse(load), canvas(80))
  assert.match(drawn, /^A→Z {2}no data for this time\nZ→A {2}now 500 kb\/s \(50\.0 %\)/m)
})

describe('a link that is about to be full', () => {
  const expected = { utilisation: 0.8, by: '2026-11-03T12:30:00Z', aToZ: 0.7, zToA: 0.021 }
  const [first, ...others] = linkList.items
  const load = {
    apiVersion: 'vagus/v1',
    kind: 'LinkLoad',
    name: 'uplink',
    capacity: 1e6,
    source: 'counters',
    window: { from: '2026-11-03T12:00:00Z', to: '2026-11-03T12:01:00Z', seconds: 60 },
    stepSeconds: 10,
    aToZ: [1e5],
    zToA: [1e5],
  }

  test('is marked with its chance, under the time until when, and others with theirs', () => {
    const calm = { ...expected, aToZ: 0.004 }
    const drawn = linkListText(
      {
        ...linkList,
        items: [
          { ...first!, expected },
          { ...others[0]!, expected: calm },
        ],
      },
      canvas(120),
    )
    assert.match(drawn, / 80 % BY 12:30Z/)
    assert.match(drawn, /^transit-1 .*! 0\.70$/m)
    assert.match(drawn, /^transit-2 .* 0\.02$/m)
    assert.ok(!linkListText(linkList, canvas(120)).includes(' BY '))
  })

  test('says by when and how likely, or that nothing is known yet, and why', () => {
    const text = (of: object): string => linkLoadText(linkLoadSchema.parse({ ...load, expected: of }), canvas(80))
    assert.match(text(expected), /^likely over 80 % by 12:30:00Z: chance 0\.70 A→Z, 0\.02 Z→A$/m)
    assert.match(text({ ...expected, aToZ: 0.3 }), /^over 80 % by 12:30:00Z: chance 0\.30 A→Z, 0\.02 Z→A$/m)
    const young = { ...expected, aToZ: null, zToA: null, unknown: 'still learning: 12 % of the first day' }
    assert.match(text(young), /^not known yet whether it fills up: still learning: 12 % of the first day$/m)
  })
})

test('one link is not called links', () => {
  const one = { ...linkList, items: linkList.items.slice(0, 1) }
  assert.match(linkListText(one, canvas(100)), /\n1 link, 0 down · /)
})

test('a locator stands whole in 80 columns, port and all, and whatever else has to leave', () => {
  const locator = '[fe80::a8bb:ccff:fe00:1234%ix-lan-frankfurt]:40123'
  const long = { ...neighbourList, items: neighbourList.items.map((one) => ({ ...one, locator })) }
  const drawn = neighbourListText(long, canvas(80))
  assert.ok(drawn.includes(locator), drawn)
  for (const line of drawn.split('\n')) assert.ok(line.length <= 80, line)
})

test('a table without routes says of which family it has none, and a peer what it carries besides', () => {
  const empty = { ...bgpRoutes, table: 'adj-out/controller', total: 0, items: [], next: null }
  assert.equal(bgpRoutesText(empty, canvas(80)), 'adj-out/controller has no routes of ipv4-unicast')
  const peers = { ...bgpPeers, items: bgpPeers.items.map((peer) => ({ ...peer, announced: { 'link-state': 10 } })) }
  assert.match(bgpPeersText(peers, canvas(100)), /10 link-state/)
})

test('a peer that cannot be told of some routes says of how many', () => {
  const peers = { ...bgpPeers, items: bgpPeers.items.map((peer) => ({ ...peer, unsendable: 1200 })) }
  assert.match(bgpPeersText(peers, canvas(120)), / 1, 1,200 unsendable/)
})
