import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AgentFlows,
  agentFlowsSchema,
  type AgentTraffic,
  agentTrafficSchema,
  type Whois,
  whoisSchema,
} from '@vagus/api/whois'
import { agentIdOf } from '@vagus/identity'
import { flowTopText } from '../src/commands/flow-top.ts'
import { noPaint } from '../src/paint.ts'
import { agentFlowsText, agentTrafficText } from '../src/whois/agent-flows-text.ts'
import { whoisText } from '../src/whois/whois-text.ts'
import { flowTop } from './samples.ts'

const canvas = { columns: 120, paint: noPaint, detail: 'plain' } as const
const id = agentIdOf(new Uint8Array(32).fill(3))
const other = agentIdOf(new Uint8Array(32).fill(4))
const now = '2026-11-28T12:00:00.000Z'
const place = {
  address: '2001:db8::7',
  port: 7601,
  protocol: 'udp',
  from: '2026-11-28T11:58:01.000Z',
  to: null,
  proof: 'agreed',
  because: 'reader reached it there; it tells of a session from there',
  behindNat: false,
  where: null,
} as const

const whois: Whois = whoisSchema.parse({
  apiVersion: 'vagus/v1',
  kind: 'Whois',
  asked: '[2001:db8::7]:7601',
  is: 'address',
  at: now,
  keptSince: '2026-11-27T12:00:00.000Z',
  agents: [
    {
      name: 'writer',
      id,
      state: 'reachable',
      owner: { id: other, name: 'acme' },
      roles: ['report-writer'],
      claims: 'worker',
      quarantined: false,
      actsFor: {
        agent: { id: other, name: 'boss' },
        task: 'r-17',
        until: '2026-11-28T12:05:00.000Z',
        toldBy: { id: other, name: 'reader' },
      },
      device: 'pe-1',
      serial: 'A-1017',
      site: 'north',
      key: { epoch: 41, rotations: 1, since: '2026-11-25T08:00:00.000Z', documentUntil: '2026-12-25T08:00:00.000Z' },
      sessions: 2,
      places: [
        place,
        {
          ...place,
          address: '203.0.113.5',
          port: 4001,
          proof: 'attested',
          behindNat: true,
          because: 'reader reached it there',
        },
      ],
      more: 3,
      bindings: [
        {
          kind: 'spiffe',
          value: 'spiffe://example.org/writer',
          proof: 'attested',
          by: 'acme',
          until: now,
          raisesTrust: true,
          contested: [{ id: other, name: null }],
        },
        {
          kind: 'mac',
          value: '02:00:5e:10:00:01',
          proof: 'claimed',
          by: 'itself',
          until: now,
          raisesTrust: false,
          contested: [],
        },
      ],
    },
  ],
  more: 0,
  conflicts: [
    {
      what: '[2001:db8::7]:7601 udp',
      agents: [
        { id, name: 'writer' },
        { id: other, name: null },
      ],
    },
  ],
  behindNat: 1,
})

describe('who is at an address', () => {
  test('is one fact a line, each place and name with who says so', () => {
    assert.deepEqual(
      whoisText(whois, canvas).split('\n'),
      [
        'writer',
        `  id        ${id}`,
        '  owner     acme, as report-writer',
        '  claims    the role worker',
        '  acts for  boss, task r-17, until 12:05:00Z, as reader was shown',
        '  device    pe-1, serial number A-1017',
        '  site      north',
        '  state     reachable, 2 sessions',
        '  key       first seen 3d 04h ago, rotated once; document of epoch 41',
        '  at        [2001:db8::7]:7601 udp – agreed, since 11:58:01Z: reader reached it there; it tells of a session from there',
        '            203.0.113.5:4001 udp – attested, behind NAT, since 11:58:01Z: reader reached it there',
        '            and 3 more',
        '  is        spiffe spiffe://example.org/writer – attested by acme; also said of z6MkfsvU…GxRB',
        '            mac 02:00:5e:10:00:01 – claimed by itself (proves nothing)',
        '[2001:db8::7]:7601 udp: writer and z6MkfsvU…GxRB, with equally strong evidence',
        '1 agent there behind a translator of addresses (NAT), told apart by port',
      ].map((line) => line.replaceAll('z6MkfsvU…GxRB', shortOther)),
    )
  })
  test('is nobody where nobody is, and says since when anything is known', () => {
    assert.equal(whoisText({ ...whois, agents: [] }, canvas), 'nobody is known at [2001:db8::7]:7601')
    const before = { ...whois, agents: [], at: '2026-11-26T12:00:00.000Z' }
    assert.match(whoisText(before, canvas), /then: what is known begins at 2026-11-27T12:00:00/)
    const here: Whois = { ...whois, is: 'agent', agents: [], asked: '127.0.0.1:7601' }
    assert.match(whoisText(here, canvas), /^nobody is known as 127\.0\.0\.1:7601: loopback/)
  })
  test('was seen later, where one asks for a time before', () => {
    const early = whoisText({ ...whois, at: '2026-11-25T07:00:00.000Z' }, canvas)
    assert.match(early, /first seen later, 08:00:00Z, rotated once/)
  })
  test('never moves the cursor, whatever somebody calls itself', () => {
    const evil = { ...whois.agents[0]!, name: 'a\u001b[2Jb', bindings: [] }
    assert.ok(!whoisText({ ...whois, agents: [evil], conflicts: [] }, canvas).includes('\u001b'))
  })
})

const shortOther = `${other.slice(8, 16)}…${other.slice(-4)}`

const flows: AgentFlows = agentFlowsSchema.parse({
  apiVersion: 'vagus/v1',
  kind: 'AgentFlows',
  window: { from: '2026-11-28T11:55:00.000Z', to: now, seconds: 300 },
  by: 'agent',
  coverage: 0.98,
  total: { octets: 1e9, flows: 900, bitsPerSecond: 26.7e6 },
  attributed: { octets: 4e8, share: 0.4 },
  ambiguous: { octets: 1e7, share: 0.01 },
  items: [
    { key: 'writer', id, sent: 3e8, received: 1e8, octets: 4e8, flows: 90, bitsPerSecond: 10.7e6, share: 0.4 },
    { key: other, id: other, sent: 0, received: 3e8, octets: 3e8, flows: 40, bitsPerSecond: 8e6, share: 0.3 },
  ],
  more: 2,
  leftOut: 0,
})

test('traffic by agent says how much of all has an agent at an end, and how much could be of several', () => {
  const [head, first, second, ...foot] = agentFlowsText(flows, canvas).split('\n')
  assert.match(head!, /^AGENT +RATE +SHARE +SENT +RECEIVED +FLOWS$/)
  assert.match(first!, /^writer +10\.7 Mb\/s +40(\.0)? % +300 MB +100 MB +90$/)
  assert.ok(second!.startsWith(shortOther))
  assert.match(
    foot.join(' '),
    /of all 26\.7 Mb\/s, 40(\.0)? % has an agent at an end · 1(\.0+)? % is at an address that several hold · 2 more beyond -n/,
  )
  assert.match(agentFlowsText({ ...flows, items: [] }, canvas), /^no traffic of agents in this time\n/)
})

test('the traffic of one agent is what flows saw, beside what its side-car counts', () => {
  const way = { octets: 1e6, bitsPerSecond: 8e4 }
  const traffic: AgentTraffic = agentTrafficSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'AgentTraffic',
    agent: { id, name: 'writer' },
    window: flows.window,
    coverage: null,
    flows: { sent: way, received: way },
    sideCar: { sent: way, received: way },
    seen: 0.97,
  })
  const text = agentTrafficText(traffic, 100).replaceAll(/\s+/g, ' ')
  assert.match(
    text,
    /sent 1(\.0+)? MB .* by flows, 5m to 12:00:00Z; its side-car counts .*: flows saw 97(\.0)? % of it/,
  )
  assert.match(agentTrafficText({ ...traffic, sideCar: null, seen: null }, 100), /counts nothing yet/)
})

test('the largest flows have a column for agents where there are any', () => {
  const [first, ...others] = flowTop.items
  const marked = { ...flowTop, items: [{ ...first!, agents: { src: { name: 'writer', id } } }, ...others] }
  const [head, row] = flowTopText(marked, { ...canvas, columns: 200 }).split('\n')
  assert.match(head!, /SRC AGENT/)
  assert.doesNotMatch(head!, /DST AGENT/)
  assert.match(row!, / writer /)
})
