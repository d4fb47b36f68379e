/** Routes and rules of paths: as `ip` prints them, and the commands that make what is wanted of what is there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  guardCountsOf,
  guardText,
  hostAddressesOf,
  linkLocalNeighboursOf,
  noSegments,
  segmentCommands,
  type SegmentRoute,
  segmentRoutesOf,
  type SegmentRule,
  segmentRulesOf,
  type SegmentState,
} from '../src/index.ts'

const marks = { protocol: 86, priority: 20_086 }
const printed = `[{"dst":"10.2.0.0/16","encap":"seg6","mode":"encap","segs":["fd00:c:4:7::4"],"dev":"eth1","table":"20007","protocol":"86","scope":"link","flags":[]},
{"dst":"fd00:c:1:7::4","encap":"seg6local","action":"End.DX4","nh4":"0.0.0.0","dev":"eth1","protocol":"86","metric":1024},
{"dst":"fd00:c:4:7::/64","gateway":"fe80::1","dev":"eth1","protocol":"86","metric":1024},
{"dst":"fd00:c:9:9::/64","dev":"eth1","protocol":"86","metric":1024},
{"type":"7","dst":"fd00:c::/32","dev":"lo","table":"20000","metric":1024,"flags":[],"pref":"medium"},
{"type":"2","dst":"fd00:c:1:7::a","dev":"lo","table":"20000","metric":1024,"flags":[],"pref":"medium"}]`
const [steer, sid, held, , dead, own] = segmentRoutesOf(printed) as readonly [
  SegmentRoute,
  SegmentRoute,
  SegmentRoute,
  SegmentRoute,
  SegmentRoute,
  SegmentRoute,
]
const rules = segmentRulesOf(
  `[{"priority":0,"src":"all","table":"local"},
  {"priority":20086,"src":"10.1.0.0","srclen":16,"iif":"eth3","table":"20007","protocol":"86"},
  {"priority":9,"src":"10.1.0.1","iif":"eth3","table":"20007","protocol":"86"},
  {"priority":20086,"src":"all","dst":"fd00:c::","dstlen":32,"table":"20000","protocol":"86"},
  {"priority":100,"src":"10.1.0.0","srclen":16,"iif":"eth3","table":"7","protocol":"static"}]`,
  86,
)

describe('routes of segments', () => {
  test('are read as they are printed', () => {
    assert.deepEqual(steer.how, { type: 'encapsulate', segment: 'fd00:c:4:7::4' })
    assert.deepEqual([sid.to, sid.table, sid.how], ['fd00:c:1:7::4/128', 'main', { type: 'decapsulate', inner: 4 }])
    assert.deepEqual(held.how, { type: 'via', gateway: 'fe80::1' })
    assert.deepEqual([own.to, own.table, own.how], ['fd00:c:1:7::a/128', 20_000, { type: 'local' }])
    assert.deepEqual([dead.to, dead.table, dead.how], ['fd00:c::/32', 20_000, { type: 'unreachable' }])
    assert.deepEqual(rules, [
      { type: 'from', interface: 'eth3', from: '10.1.0.0/16', table: 20_007 },
      { type: 'from', interface: 'eth3', from: '10.1.0.1/32', table: 20_007 },
      { type: 'to', to: 'fd00:c::/32', table: 20_000 },
    ])
  })

  test('are made before the rules that lead to them, each in its IP version', () => {
    const wanted = { routes: [held, sid, steer, dead, own], rules: rules.slice(0, 1) }
    assert.deepEqual(segmentCommands(wanted, noSegments, marks), {
      add: {
        v4: [
          'route replace 10.2.0.0/16 encap seg6 mode encap segs fd00:c:4:7::4 dev eth1 table 20007 proto 86',
          'rule add priority 20086 iif eth3 from 10.1.0.0/16 lookup 20007 protocol 86',
        ],
        v6: [
          'route replace fd00:c:4:7::/64 via fe80::1 dev eth1 proto 86',
          'route replace fd00:c:1:7::4/128 encap seg6local action End.DX4 nh4 0.0.0.0 dev eth1 proto 86',
          'route replace unreachable fd00:c::/32 table 20000 proto 86',
          'route replace local fd00:c:1:7::a/128 dev lo table 20000 proto 86',
        ],
      },
      unsteer: { v4: [], v6: [] },
      remove: { v4: [], v6: [] },
    })
  })

  test('of the protocol that nobody wants go, also those of another form', () => {
    const { remove, unsteer } = segmentCommands(
      noSegments,
      { ...noSegments, routes: segmentRoutesOf(printed), rules },
      marks,
    )
    assert.deepEqual(
      [unsteer.v4.length, unsteer.v6],
      [2, ['rule del priority 20086 to fd00:c::/32 lookup 20000 protocol 86']],
    )
    assert.ok(remove.v6.includes('route del fd00:c:9:9::/64 dev eth1 proto 86'), remove.v6.join('\n'))
  })

  test('no address is put on the loopback, where daemons would announce it, and one of an earlier agent goes', () => {
    const now = { ...noSegments, addresses: ['fd00:c:1:7::a'] }
    const { add, remove } = segmentCommands({ routes: [own], rules: [] }, now, marks)
    assert.deepEqual(add.v6, ['route replace local fd00:c:1:7::a/128 dev lo table 20000 proto 86'])
    assert.deepEqual(remove.v6, ['address del fd00:c:1:7::a/128 dev lo'])
  })

  test('over another neighbour replace the old one, which is not removed besides', () => {
    const other = { ...held, how: { type: 'via' as const, gateway: 'fe80::2' } }
    const { add, remove } = segmentCommands(
      { ...noSegments, routes: [other] },
      { ...noSegments, routes: [held] },
      marks,
    )
    assert.deepEqual([add.v6.length, remove.v6.length], [1, 0])
  })

  test('whatever is there, what follows needs no further command', () => {
    const route: fc.Arbitrary<SegmentRoute> = fc.constantFrom(...segmentRoutesOf(printed))
    const rule: fc.Arbitrary<SegmentRule> = fc.constantFrom(...rules)
    const state: fc.Arbitrary<SegmentState> = fc.record({
      routes: fc.uniqueArray(route),
      rules: fc.uniqueArray(rule),
      addresses: fc.constant([]),
    })
    fc.assert(
      fc.property(state, (wanted) => {
        const { add, unsteer, remove } = segmentCommands(wanted, wanted, marks)
        assert.deepEqual(
          [add, unsteer, remove].flatMap(({ v4, v6 }) => [...v4, ...v6]),
          [],
        )
      }),
    )
  })

  test('neighbours that answered, and addresses of hosts, are found among others', () => {
    assert.deepEqual(
      linkLocalNeighboursOf(`[{"dst":"fe80::1","lladdr":"02:00:00:00:00:01","state":["STALE"]},
        {"dst":"fe80::2","state":["FAILED"]},{"dst":"2001:db8::1","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]}]`),
      ['fe80::1'],
    )
    assert.deepEqual(
      hostAddressesOf('[{"addr_info":[{"local":"::1","prefixlen":128},{"local":"fd00::1","prefixlen":64}]}]'),
      ['::1'],
    )
    for (const text of ['', '[]', '{}', '[{}]']) {
      assert.deepEqual([segmentRoutesOf(text), segmentRulesOf(text, 86), hostAddressesOf(text)], [[], [], []])
    }
  })
})

test('the guard names what is kept out, and its counters are read by their comments', () => {
  const text = guardText({ table: 'lines', block: 'fd00:c::/32', inner: ['eth1'], priority: '5641:fffd' })
  assert.match(text, /iifname \{ "lo", "eth1" \} return\n {4}ip6 daddr fd00:c::\/32 counter drop comment "block"/)
  const rule = (comment: string, packets: number) => ({ rule: { comment, expr: [{ counter: { packets } }] } })
  const listed = JSON.stringify({ nftables: [{ metainfo: {} }, rule('block', 3), rule('routing header', 1)] })
  assert.deepEqual(guardCountsOf(listed), { toBlock: 3, routingHeader: 1 })
  assert.equal(guardCountsOf('{"nftables":[]}'), undefined)
})
