/** Tables of routes: intake, decision, limits, and agreement of the quick way with the slow one. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatPrefix, parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import { isLeak } from '../src/rib/route-leak.ts'
import { hash } from './hash.ts'
import { decisionFactsOf } from '../src/update/attribute-facts.ts'
import { attributeContext } from '../src/update/context.ts'
import {
  AdjRibIn,
  AttributeTable,
  type Candidate,
  Decision,
  differencesOf,
  encodeAttributes,
  encodeUpdate,
  endOfRib,
  ipv4Unicast,
  ipv6Unicast,
  LocRib,
  type PathAttributes,
  type PeerFacts,
  role,
  routesOf,
} from '../src/index.ts'
import { external, internal, withPathIds } from './contexts.ts'
import { hex, message } from './octets.ts'
import { bothRows, facts, nextHop6, address, own, peer, plain, route, sequence } from './rib-peer.ts'

const shown = (rib: AdjRibIn | LocRib): readonly string[] =>
  [...routesOf(rib)]
    .map(({ prefix, pathId }) => formatPrefix(prefix) + (pathId === undefined ? '' : ` ${pathId}`))
    .sort()

describe('intake', () => {
  test('routes come and go, and a block of attributes is kept once', () => {
    const { table, rib4, receive } = peer()
    for (const text of ['10.0.0.0/8', '192.0.2.0/24', '0.0.0.0/0']) {
      assert.deepEqual(receive({ announced: [route(text)], attributes: plain }), { type: 'taken' })
    }
    assert.deepEqual(shown(rib4), ['0.0.0.0/0', '10.0.0.0/8', '192.0.2.0/24'])
    assert.equal(table.size, 1)
    assert.deepEqual([...routesOf(rib4)][0]?.attributes, plain)
    receive({ withdrawn: [route('10.0.0.0/8'), route('172.16.0.0/12')] })
    assert.deepEqual(shown(rib4), ['0.0.0.0/0', '192.0.2.0/24'])
    receive({ announced: [route('192.0.2.0/24'), route('0.0.0.0/0')], attributes: { ...plain, multiExitDisc: 5 } })
    assert.deepEqual([table.size, rib4.size], [1, 2])
    rib4.clear()
    assert.deepEqual([table.size, table.octets, rib4.size], [0, 0, 0])
  })

  test('IPv6 routes share attributes although their NLRI are inside them', () => {
    const { table, rib6, receive } = peer()
    const { nextHop: _, ...attributes } = plain
    for (const text of ['2001:db8::/32', '2001:db8:1::/48', '::/0', '2001:db8::1/128']) {
      receive({ announced: [route(text)], attributes, nextHop6 })
    }
    assert.deepEqual([table.size, rib6.size], [1, 4])
    assert.deepEqual([...routesOf(rib6)][0]?.attributes.mpReach?.nextHop, nextHop6)
    receive({ withdrawn: [route('2001:db8:1::/48')] })
    assert.deepEqual(shown(rib6), ['2001:db8::/32', '2001:db8::1/128', '::/0'])
  })

  test('an UPDATE that ends the last route with attributes and announces another with them keeps them', () => {
    const { table, rib4, receive } = peer()
    receive({ announced: [route('10.0.0.0/8')], attributes: plain })
    receive({ withdrawn: [route('10.0.0.0/8')], announced: [route('11.0.0.0/8')], attributes: plain })
    receive({ announced: [route('12.0.0.0/8')], attributes: { ...plain, multiExitDisc: 5 } })
    assert.equal(table.size, 2)
    assert.deepEqual(
      [...routesOf(rib4)].map(({ prefix, attributes }) => [formatPrefix(prefix), attributes.multiExitDisc]),
      [
        ['11.0.0.0/8', undefined],
        ['12.0.0.0/8', 5],
      ],
    )
  })

  test('treat-as-withdraw takes the route out (RFC 7606 §2)', () => {
    const { rib4, receive, intake } = peer()
    receive({ announced: [route('10.0.0.0/8')], attributes: plain })
    const octets = encodeUpdate({ withdrawn: [], announced: [route('10.0.0.0/8')], attributes: plain }, external)
    octets[26] = 9 // ORIGIN
    const got = intake.receive(octets)
    assert.ok(got.type === 'faults' && got.treatment === 'treat-as-withdraw')
    assert.equal(rib4.size, 0)
  })

  test('a fault that ends a family does not let in the routes that another fault withdraws (RFC 7606 §2)', () => {
    const { rib4, receive, intake } = peer()
    receive({ announced: [route('10.0.0.0/8')], attributes: plain })
    const got = intake.receive(message(2, hex('0000 0008 800e05 0002010000 080a')))
    assert.ok(got.type === 'faults' && got.treatment === 'afi-safi-disable')
    assert.equal(rib4.size, 0)
  })

  test('attributes seen without routes that need a next hop do not stand for one', () => {
    const { rib4, rib6, receive } = peer()
    const { nextHop: _, ...attributes } = plain
    receive({ announced: [route('2001:db8::/32')], attributes, nextHop6 })
    const got = receive({ announced: [route('10.0.0.0/8')], attributes })
    assert.ok(got.type === 'faults' && got.treatment === 'treat-as-withdraw')
    assert.deepEqual([rib4.size, rib6.size], [0, 1])
  })

  test('MP_UNREACH with wrong flags ends its family, also when nothing else is there (RFC 7606 §3 c)', () => {
    const { rib6, receive, intake } = peer()
    const { nextHop: _, ...attributes } = plain
    receive({ announced: [route('2001:db8::/32')], attributes, nextHop6 })
    const octets = encodeUpdate({ withdrawn: [route('2001:db8::/32')], announced: [], attributes: {} }, external)
    octets[23] = 0x40 // flags
    const got = intake.receive(octets)
    assert.ok(got.type === 'faults' && got.treatment === 'afi-safi-disable')
    assert.equal(rib6.size, 1)
  })

  test('End-of-RIB is told (RFC 4724 §2)', () => {
    const { intake } = peer()
    assert.deepEqual(intake.receive(endOfRib({ afi: 1, safi: 1 })), { type: 'end-of-rib', family: ipv4Unicast })
    assert.deepEqual(intake.receive(endOfRib({ afi: 2, safi: 1 })), { type: 'end-of-rib', family: ipv6Unicast })
  })

  test('with ADD-PATH every path is kept, and withdrawn alone (RFC 7911 §3)', () => {
    const { rib4, receive } = peer(undefined, withPathIds)
    receive({ announced: [route('10.0.0.0/8', 7), route('10.0.0.0/8', 3)], attributes: plain })
    receive({ announced: [route('10.0.0.0/8', 3)], attributes: { ...plain, multiExitDisc: 1 } })
    assert.deepEqual(shown(rib4), ['10.0.0.0/8 3', '10.0.0.0/8 7'])
    receive({ withdrawn: [route('10.0.0.0/8', 3), route('10.0.0.0/8', 9)] })
    assert.deepEqual(shown(rib4), ['10.0.0.0/8 7'])
    receive({ withdrawn: [route('10.0.0.0/8', 7)] })
    assert.equal(rib4.size, 0)
  })

  test('with ADD-PATH, paths of one prefix above 64 are ignored, and the session goes on', () => {
    const one = peer(undefined, withPathIds)
    for (let pathId = 1; pathId <= 66; pathId++) {
      const announced = [route('10.0.0.0/8', pathId), route('11.0.0.0/8', pathId > 64 ? pathId : 1)]
      assert.equal(one.receive({ announced, attributes: plain }).type, 'taken')
    }
    const paths = (slot: number) => one.rib4.pathsAt(slot).map(({ pathId }) => pathId)
    assert.deepEqual([paths(0).length, paths(1)], [64, [1, 65, 66]])
    assert.deepEqual([one.rib4.size, one.rib4.refused], [2, 2])
    one.receive({ withdrawn: [route('10.0.0.0/8', 1)] })
    one.receive({ announced: [route('10.0.0.0/8', 65)], attributes: plain })
    assert.deepEqual([paths(0).length, paths(0).at(-1)], [64, 65])
  })

  test('routes that are not repeated after a restart go (RFC 4724 §4.2)', () => {
    const { rib4, receive } = peer()
    receive({ announced: [route('10.0.0.0/8'), route('11.0.0.0/8'), route('12.0.0.0/8')], attributes: plain })
    rib4.markStale()
    receive({ announced: [route('11.0.0.0/8')], attributes: plain })
    receive({ withdrawn: [route('12.0.0.0/8')] })
    assert.equal(rib4.dropStale(), 1)
    assert.deepEqual(shown(rib4), ['11.0.0.0/8'])
    assert.equal(rib4.dropStale(), 0)
  })

  test('limits: prefixes of a peer, different attributes of a table', () => {
    const few = peer(undefined, external, 2)
    const three = ['10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8'].map((text) => route(text))
    assert.deepEqual(few.receive({ announced: three, attributes: plain }), { type: 'limit', of: 'prefixes' })
    assert.deepEqual([few.rib4.size, few.rib4.refused], [2, 1])
    const small = peer(bothRows(new AttributeTable({ own, hash, maxSets: 3 })))
    const results = Array.from({ length: 5 }, (_, med) =>
      small.receive({ announced: [route(`10.${med}.0.0/16`)], attributes: { ...plain, multiExitDisc: med } }),
    )
    assert.deepEqual(
      results.map(({ type }) => type),
      ['taken', 'taken', 'taken', 'limit', 'limit'],
    )
    assert.equal(small.table.size, 3)
  })
})

/** A candidate from attributes alone. */
function candidate(table: AttributeTable, attributes: PathAttributes, from: PeerFacts, more: Partial<Candidate> = {}) {
  const context = from.peer === 'internal' ? internal : external
  const block = encodeAttributes(attributes, context)
  const [number, hash] = [attributeContext(context), Math.imul(block.length, 7) >>> 0]
  const set = table.insert(block, 0, block.length, number, hash, decisionFactsOf(attributes, own))
  return { peerNumber: from.bgpIdentifier, facts: from, set, pathId: 0, ...more }
}

describe('decision (RFC 4271 §9.1.2.2)', () => {
  const med = (as: number, multiExitDisc: number): PathAttributes => ({ ...plain, asPath: sequence(as), multiExitDisc })
  const rows: readonly (readonly [
    string,
    readonly (readonly [PathAttributes, PeerFacts, Partial<Candidate>?])[],
    number,
  ])[] = [
    [
      'the highest LOCAL_PREF',
      [
        [{ ...plain, localPref: 90 }, facts(1, 'internal')],
        [plain, facts(2)],
      ],
      2,
    ],
    [
      'a: the shortest path',
      [
        [{ ...plain, asPath: sequence(1, 2) }, facts(1)],
        [plain, facts(2)],
      ],
      2,
    ],
    [
      'b: the lowest ORIGIN',
      [
        [{ ...plain, origin: 2 }, facts(1)],
        [plain, facts(2)],
      ],
      2,
    ],
    [
      'c: the lowest MED of one neighbour AS',
      [
        [med(1, 20), facts(1)],
        [med(1, 10), facts(2)],
      ],
      2,
    ],
    [
      'c: a MED that is not there is the lowest',
      [
        [med(65001, 1), facts(1)],
        [plain, facts(2)],
      ],
      2,
    ],
    [
      'c: not between neighbour ASes',
      [
        [med(1, 20), facts(1)],
        [med(2, 10), facts(2)],
      ],
      1,
    ],
    [
      'd: external before internal',
      [
        [{ ...plain, localPref: 100 }, facts(1, 'internal')],
        [plain, facts(2)],
      ],
      2,
    ],
    [
      'e: the nearest next hop',
      [
        [plain, facts(1), { interiorCost: 5 }],
        [plain, facts(2), { interiorCost: 4 }],
      ],
      2,
    ],
    [
      'f: the lowest identifier',
      [
        [plain, facts(2)],
        [plain, facts(1)],
      ],
      1,
    ],
    [
      'f: the originator’s, where reflected (RFC 4456 §9)',
      [
        [{ ...plain, originatorId: 9 }, facts(1, 'internal')],
        [{ ...plain, originatorId: 8 }, facts(2, 'internal')],
      ],
      2,
    ],
    [
      'the shorter CLUSTER_LIST (RFC 4456 §9)',
      [
        [{ ...plain, originatorId: 9, clusterList: [1, 2] }, facts(1, 'internal')],
        [{ ...plain, originatorId: 9, clusterList: [1] }, facts(2, 'internal')],
      ],
      2,
    ],
    [
      'g: the lowest address',
      [
        [plain, { ...facts(1), address: address(9) }, { peerNumber: 1 }],
        [plain, { ...facts(1), address: address(8) }, { peerNumber: 2 }],
      ],
      2,
    ],
  ]
  for (const [name, routes, expected] of rows) {
    test(name, () => {
      const table = new AttributeTable({ own, hash })
      const all = routes.map(([attributes, from, more]) => candidate(table, attributes, from, more))
      assert.equal(new Decision(table).bestOf(all)?.peerNumber, expected)
      assert.equal(new Decision(table).bestOf([...all].reverse())?.peerNumber, expected)
    })
  }

  test('the order in which routes came changes nothing, MED included (RFC 3345)', () => {
    const one = fc.record({ as: fc.integer({ min: 1, max: 3 }), med: fc.nat(3), cost: fc.nat(2) })
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 6 }), fc.nat(), (routes, turn) => {
        const table = new AttributeTable({ own, hash })
        const all = routes.map(({ as, med: value, cost }, index) =>
          candidate(table, med(as, value), facts(index + 1), { interiorCost: cost }),
        )
        const turned = all.map((_, index) => all[(index + turn) % all.length]!)
        assert.equal(new Decision(table).bestOf(turned)?.peerNumber, new Decision(table).bestOf(all)?.peerNumber)
      }),
      { numRuns: 100 },
    )
  })
})

describe('Loc-RIB', () => {
  const two = () => {
    const shared = bothRows()
    const { table } = shared.rows4
    const [one, other] = [peer(shared), peer(shared)]
    const locRib = new LocRib({ rows: shared.rows4 })
    const numbers = [locRib.addPeer(one.rib4, facts(1)), locRib.addPeer(other.rib4, facts(2))]
    return { table, one, other, locRib, numbers }
  }

  test('follows the best route of two peers', () => {
    const { one, other, locRib, table, numbers } = two()
    const best = () => {
      locRib.decide()
      const slot = locRib.index.find(new Uint32Array([0x0a000000]), 0, 8)
      return slot < 0 ? 'none' : numbers.indexOf(locRib.peerOf(slot)) + 1
    }
    other.receive({ announced: [route('10.0.0.0/8')], attributes: plain })
    assert.equal(best(), 2)
    one.receive({ announced: [route('10.0.0.0/8')], attributes: { ...plain, asPath: sequence(1, 2) } })
    assert.equal(best(), 2)
    one.receive({ announced: [route('10.0.0.0/8')], attributes: plain })
    assert.equal(best(), 1)
    locRib.removePeer(0)
    assert.equal(best(), 2)
    other.receive({ withdrawn: [route('10.0.0.0/8')] })
    assert.equal(best(), 'none')
    assert.deepEqual([table.size, locRib.size, locRib.index.size], [0, 0, 0])
  })

  test('a route through our own AS is kept but never chosen (RFC 4271 §9.1.2)', () => {
    const { one, locRib } = two()
    one.receive({ announced: [route('10.0.0.0/8')], attributes: { ...plain, asPath: sequence(65001, own.as) } })
    locRib.decide()
    assert.deepEqual([one.rib4.size, locRib.size], [1, 0])
  })

  test('works in steps that the caller sets', () => {
    const { one, locRib } = two()
    one.receive({ announced: Array.from({ length: 250 }, (_, n) => route(`10.${n}.0.0/16`)), attributes: plain })
    assert.equal(locRib.decide(100), 150)
    assert.equal(locRib.size, 100)
    assert.equal(locRib.decide(), 0)
  })

  test('differences of two tables', () => {
    const { one, other } = two()
    one.receive({ announced: [route('10.0.0.0/8'), route('11.0.0.0/8'), route('12.0.0.0/8')], attributes: plain })
    other.receive({ announced: [route('10.0.0.0/8')], attributes: { ...plain, multiExitDisc: 1 } })
    other.receive({ announced: [route('12.0.0.0/8'), route('13.0.0.0/8')], attributes: plain })
    const found = [...differencesOf(one.rib4, other.rib4)].map(
      ({ prefix, before, after }) => `${before ? '-' : ''}${after ? '+' : ''}${formatPrefix(prefix)}`,
    )
    assert.deepEqual(found.sort(), ['+13.0.0.0/8', '-+10.0.0.0/8', '-11.0.0.0/8'])
  })
})

test('tables hold what a plain map would, whatever comes and goes', () => {
  const change = fc.record({
    prefix: fc.nat(40).map((n) => `10.${n}.0.0/${16 + (n % 3)}`),
    med: fc.nat(4),
    kind: fc.constantFrom('announce', 'announce', 'withdraw'),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
      const { table, rib4, receive } = peer()
      const locRib = new LocRib({ rows: rib4.rows })
      locRib.addPeer(rib4, facts(1))
      const expected = new Map<string, number>()
      for (const { prefix, med, kind } of changes) {
        const text = formatPrefix(parsePrefix(prefix))
        if (kind === 'announce') {
          receive({ announced: [route(prefix)], attributes: { ...plain, multiExitDisc: med } })
          expected.set(text, med)
        } else {
          receive({ withdrawn: [route(prefix)] })
          expected.delete(text)
        }
        if (med === 0) locRib.decide()
      }
      locRib.decide()
      for (const rib of [rib4, locRib]) {
        const got = [...routesOf(rib)].map(({ prefix, attributes }) => [formatPrefix(prefix), attributes.multiExitDisc])
        assert.deepEqual(new Map(got as [string, number][]), expected)
      }
      assert.equal(table.size, new Set(expected.values()).size)
    }),
    { numRuns: 60 },
  )
})

describe('roles on receipt (RFC 9234 §5)', () => {
  const from = (role_: number): PeerFacts => ({ ...facts(1), role: role_, as: 65001 })

  test('a marked route of a customer or client is a leak; of a peer, unless the peer marked it', () => {
    for (const [own, onlyToCustomer, leak] of [
      [role.provider, 65009, true],
      [role.routeServer, 65001, true],
      [role.peer, 65009, true],
      [role.peer, 65001, false],
      [role.customer, 65009, false],
      [role.provider, 0, false],
    ] as const) {
      assert.equal(isLeak(onlyToCustomer, from(own)), leak, `${own} ${onlyToCustomer}`)
    }
    assert.equal(isLeak(65009, facts(1)), false, 'without a role nothing is known')
  })
})
