import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { callsOf, type FrrView, type RouteMapEntry, type WayOut } from '../src/frr/calls.ts'
import type { PolicyPlan } from '../src/router.ts'

const plan: PolicyPlan = {
  as: 65001,
  agentAddress: '169.254.77.2',
  holdTime: 9,
  classes: [],
  links: [
    { ifIndex: 2, name: 'eth0', neighbours: ['10.0.1.2'] },
    { ifIndex: 4, name: 'eth2', neighbours: ['10.0.2.2'] },
  ],
  internal: ['10.255.0.2'],
  telemetryPrefixes: 'refuse',
}
const closed = { outboundEbgpRequiresPolicy: 'Outbound updates discarded due to missing policy' }
const out = (name: string) => ({ routeMapForOutgoingAdvertisements: name })
const way = (ipv4Unicast: object, remoteAs = 65002): WayOut => ({
  remoteAs,
  localAs: 65001,
  addressFamilyInfo: { ipv4Unicast },
})
const entry = (sequenceNumber: number, callClause?: string): RouteMapEntry => ({
  sequenceNumber,
  type: 'permit',
  ...(callClause === undefined ? {} : { callClause }),
})

async function callsBeside(view: Partial<FrrView> & { readonly maps?: Readonly<Record<string, RouteMapEntry[]>> }) {
  const { neighbors = {}, running = 'frr defaults traditional\n', maps = {} } = view
  const { blocks, problems } = await callsOf(plan, { neighbors, running, entriesOf: async (name) => maps[name] ?? [] })
  return { lines: blocks.map(({ context, lines }) => `${context.at(-1)} > ${lines.join()}`), problems }
}
const given = (neighbour: string, map: string): string =>
  `address-family ipv4 unicast > neighbor ${neighbour} route-map ${map} out`

describe('a neighbour without a route-map', () => {
  test('stays closed where it is sent nothing for want of a policy (RFC 8212)', async () => {
    const { lines, problems } = await callsBeside({
      neighbors: { '10.0.1.2': way(closed), '10.0.2.2': way({ outgoingUpdatePrefixFilterList: 'P' }) },
    })
    assert.deepEqual(lines, [given('10.0.2.2', 'VAGUS-eth2')])
    assert.match(problems.join(), /^10\.0\.1\.2 \(ipv4 unicast\) has no outbound policy of its own and is sent nothing/)
  })

  test('is told of where ours alone has opened it', async () => {
    const neighbors = {
      '10.0.1.2': way(out('VAGUS-eth0')),
      '10.0.2.2': way({ ...out('VAGUS-eth2'), outgoingUpdateAsPathFilterList: 'A' }),
      '10.255.0.2': way(out('VAGUS-INTERNAL'), 65001),
    }
    const { lines, problems } = await callsBeside({ neighbors })
    assert.deepEqual(lines, [given('10.0.2.2', 'VAGUS-eth2'), given('10.255.0.2', 'VAGUS-INTERNAL')])
    assert.match(problems.join(), /^10\.0\.1\.2 \(ipv4 unicast\) has no outbound policy but VAGUS-eth0/)
  })

  for (const running of [
    'router bgp 65001\n no bgp ebgp-requires-policy\n',
    'frr defaults datacenter\nrouter bgp 65001\n bgp router-id 10.0.0.1\n',
  ]) {
    test(`gets ours where it is sent everything anyway: ${running.split('\n')[0]}`, async () => {
      const neighbors = { '10.0.1.2': way({}), '10.0.2.2': way(out('VAGUS-eth2')) }
      const { lines, problems } = await callsBeside({ neighbors, running })
      assert.deepEqual(lines, [given('10.0.1.2', 'VAGUS-eth0'), given('10.0.2.2', 'VAGUS-eth2')])
      assert.deepEqual(problems, [])
    })
  }
})

describe('a route-map of the operator', () => {
  test('that leads to two links is left alone, and the others call theirs', async () => {
    const neighbors = {
      '10.0.1.2': way(out('MY-OUT')),
      '10.0.2.2': way(out('MY-OUT')),
      '10.255.0.2': way(out('INSIDE'), 65001),
    }
    const maps = { 'MY-OUT': [entry(10, 'VAGUS-eth2'), entry(20)], INSIDE: [entry(10)] }
    const { lines, problems } = await callsBeside({ neighbors, maps })
    assert.deepEqual(lines, ['route-map INSIDE permit 10 > call VAGUS-INTERNAL'])
    assert.deepEqual(problems, [
      'route-map MY-OUT would have to call VAGUS-eth0 for 10.0.1.2 and VAGUS-eth2 for 10.0.2.2, and can call one; give each a copy of it',
    ])
  })

  test('that calls another calls ours from there', async () => {
    const neighbors = { '10.0.1.2': way(out('MY-OUT')), '10.0.2.2': way(out('TO-2')) }
    const maps = {
      'MY-OUT': [entry(10, 'OTHER'), entry(20)],
      OTHER: [{ ...entry(5), type: 'deny' }, entry(10)],
      'TO-2': [entry(1)],
    }
    const { lines, problems } = await callsBeside({ neighbors, maps })
    assert.deepEqual(lines, [
      'route-map OTHER permit 10 > call VAGUS-eth0',
      'route-map MY-OUT permit 20 > call VAGUS-eth0',
      'route-map TO-2 permit 1 > call VAGUS-eth2',
    ])
    assert.deepEqual(problems, [])
  })

  for (const [what, calls, problem] of [
    ['none that is there', 'GONE', 'route-map MY-OUT calls GONE, which is not there: write it first'],
    ['itself', 'MY-OUT', 'route-map MY-OUT calls MY-OUT: end that first'],
  ] as const) {
    test(`that calls ${what} is told of, and the others call theirs`, async () => {
      const neighbors = { '10.0.1.2': way(out('MY-OUT')), '10.0.2.2': way(out('TO-2')) }
      const maps = { 'MY-OUT': [entry(10, calls)], 'TO-2': [entry(1)] }
      const found = await callsBeside({ neighbors, maps })
      assert.deepEqual(found, { lines: ['route-map TO-2 permit 1 > call VAGUS-eth2'], problems: [problem] })
    })
  }
})
