/** UPDATE messages: golden rows, AS number sizes, families, properties. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import {
  type AsPath,
  decodeUpdate,
  encodeAttributes,
  encodeUpdate,
  endOfRib,
  ipv4Unicast,
  ipv6Unicast,
  linkBandwidth,
  linkBandwidthOf,
  passedOn,
  type PathAttributes,
  pathLengthOf,
  readAttributes,
  type Update,
  type UpdateContext,
} from '../src/index.ts'
import { external, external2, internal, withPathIds } from './contexts.ts'
import { concat, hex, message } from './octets.ts'

const sequence = (...as: number[]) => ({ type: 2, as })
const set = (...as: number[]) => ({ type: 1, as })
const route = (text: string) => ({ prefix: parsePrefix(text) })
const plainAttributes = { origin: 0, asPath: [sequence(65001)], nextHop: hex('0a080102') }

function update(block: string, nlri = '', withdrawn = ''): Uint8Array {
  const [attributes, ended] = [hex(block), hex(withdrawn)]
  const length = (octets: Uint8Array) => new Uint8Array([octets.length >> 8, octets.length & 255])
  return message(2, length(ended), ended, length(attributes), attributes, hex(nlri))
}

describe('UPDATE both ways', () => {
  const rows: readonly { name: string; octets: Uint8Array; value: Partial<Update>; context?: UpdateContext }[] = [
    {
      name: 'IPv4 routes announced and withdrawn (RFC 4271 §4.3)',
      octets: update('40010100 40020602010000fde9 4003040a080102', '18c00002 0a0a40', '10ac10'),
      value: {
        withdrawn: [route('172.16.0.0/16')],
        attributes: plainAttributes,
        announced: [route('192.0.2.0/24'), route('10.64.0.0/10')],
      },
    },
    {
      name: 'IPv6 routes with a link-local next hop (RFC 2545 §3)',
      octets: update(
        `40010102 40020602010000fde9
         800e2a 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00 2020010db8
         800f07 0002 01 1820010d`,
      ),
      value: {
        withdrawn: [route('2001:d00::/24')],
        attributes: { origin: 2, asPath: [sequence(65001)] },
        announced: [route('2001:db8::/32')],
        nextHop6: hex('20010db8000000000000000000000001 fe800000000000000000000000000001'),
      },
    },
    {
      name: 'routes with path identifiers (RFC 7911 §3)',
      octets: update('40010100 40020602010000fde9 4003040a080102', '00000007 08 0a', '00000001 08 0b'),
      value: {
        withdrawn: [{ ...route('11.0.0.0/8'), pathId: 1 }],
        attributes: plainAttributes,
        announced: [{ ...route('10.0.0.0/8'), pathId: 7 }],
      },
      context: withPathIds,
    },
    {
      name: 'every attribute that an internal peer may send',
      octets: update(
        `40010101 40020c 0201 0000fde9 0101 00010002 4003040a080102 80040400000064 400504000000c8
         400600 c00708 0000fde9 0a000001 c00808 ffffff01 fde90001 80090401020304 800a08 01020304 05060708
         c01008 4004fde949742400 c01706 0001 0002 0600 c01914 0002 20010db8000000000000000000000001 0001
         801a0b 01 000b 0000000000000064 c0200c 0000fde9 00000001 00000002 c02304 0000fde9
         c0280a 01 0007 00 0000 0000000a c08103 616263`,
        '08 0a',
      ),
      value: {
        attributes: {
          origin: 1,
          asPath: [sequence(65001), set(65538)],
          nextHop: hex('0a080102'),
          multiExitDisc: 100,
          localPref: 200,
          atomicAggregate: 'present',
          aggregator: { as: 65001, address: 0x0a000001 },
          communities: [0xffffff01, 0xfde90001],
          originatorId: 0x01020304,
          clusterList: [0x01020304, 0x05060708],
          extendedCommunities: [0x4004fde949742400n],
          tunnelEncapsulation: hex('0001 0002 0600'),
          ipv6ExtendedCommunities: [hex('000220010db80000000000000000000000010001')],
          aigp: [{ type: 1, value: hex('0000000000000064') }],
          largeCommunities: [{ globalAdministrator: 65001, localData1: 1, localData2: 2 }],
          onlyToCustomer: 65001,
          prefixSid: hex('01 0007 00 0000 0000000a'),
          unknown: [{ flags: 0xc0, code: 129, value: hex('616263') }],
        },
        announced: [route('10.0.0.0/8')],
      },
      context: internal,
    },
  ]
  for (const { name, octets, value, context = external } of rows) {
    test(name, () => {
      const { treatment, faults, ...read } = decodeUpdate(octets, context)
      assert.deepEqual([treatment, faults], ['accept', []])
      const expected = { withdrawn: [], attributes: {}, announced: [], ...value }
      assert.deepEqual(read, expected)
      assert.deepEqual(encodeUpdate(expected, context), octets)
    })
  }

  test('a flow specification is passed through as it came (RFC 8955 §4)', () => {
    const nlri = hex('08 01 18 c00002 03 81 06')
    const octets = update(`40010100 40020602010000fde9 800e0e 0001 85 00 00 ${Buffer.from(nlri).toString('hex')}`)
    const { treatment, attributes } = decodeUpdate(octets, external)
    assert.equal(treatment, 'accept')
    assert.deepEqual(attributes.mpReach, { afi: 1, safi: 133, nextHop: hex(''), nlri })
    assert.deepEqual(encodeUpdate({ withdrawn: [], announced: [], attributes }, external), octets)
  })

  test('an attribute of more than 255 octets takes the extended length (RFC 4271 §4.3)', () => {
    const communities = Array.from({ length: 500 }, (_, index) => index)
    const value = { withdrawn: [], announced: [route('10.0.0.0/8')], attributes: { ...plainAttributes, communities } }
    const octets = encodeUpdate(value, external)
    assert.ok(octets.length > 2000)
    assert.deepEqual(decodeUpdate(octets, external).attributes.communities, communities)
  })

  test('End-of-RIB of both kinds (RFC 4724 §2)', () => {
    assert.equal(decodeUpdate(endOfRib({ afi: 1, safi: 1 }), external).endOfRib, ipv4Unicast)
    assert.equal(decodeUpdate(endOfRib({ afi: 2, safi: 1 }), external).endOfRib, ipv6Unicast)
    assert.equal(endOfRib({ afi: 1, safi: 1 }).length, 23)
    assert.equal(endOfRib({ afi: 2, safi: 1 }).length, 29)
    assert.equal(decodeUpdate(update('80040400000001'), external).endOfRib, undefined)
  })
})

describe('AS numbers of two octets (RFC 6793)', () => {
  test('a large AS goes beside and comes back', () => {
    const attributes: PathAttributes = {
      ...plainAttributes,
      asPath: [sequence(65001, 4_200_000_001), set(70_000, 3)],
      aggregator: { as: 4_200_000_001, address: 1 },
    }
    const octets = encodeUpdate({ withdrawn: [], announced: [route('10.0.0.0/8')], attributes }, external2)
    assert.deepEqual(decodeUpdate(octets, external2).attributes, attributes)
  })

  const path = (...segments: { type: number; as: number[] }[]): AsPath => segments
  const rows: readonly (readonly [string, AsPath, AsPath, AsPath])[] = [
    [
      'ASes that only the short path has stay in front (§4.2.3)',
      path(sequence(10, 23456, 23456)),
      path(sequence(70_000, 80_000)),
      path(sequence(10, 70_000, 80_000)),
    ],
    ['a longer AS4_PATH is ignored', path(sequence(10)), path(sequence(1, 2)), path(sequence(10))],
    [
      'confederation segments in it are dropped',
      path(sequence(10, 23456)),
      path({ type: 3, as: [5] }, sequence(70_000)),
      path(sequence(10, 70_000)),
    ],
    [
      'a set counts as one',
      path(sequence(10), set(1, 2), sequence(23456)),
      path(set(70_001, 70_002), sequence(70_000)),
      path(sequence(10), set(70_001, 70_002), sequence(70_000)),
    ],
  ]
  for (const [name, short, as4Path, expected] of rows) {
    test(name, () => {
      const octets = concat(encodeAttributes({ asPath: short }, external2), encodeAttributes({ as4Path }, external))
      const { attributes, treatment } = readAttributes(octets, 0, octets.length, external2)
      assert.deepEqual([attributes, treatment], [{ asPath: expected }, 'accept'])
    })
  }

  test('an aggregator that saw two octets only since makes both void (§4.2.3)', () => {
    const octets = concat(
      encodeAttributes({ asPath: [sequence(10, 23456)], aggregator: { as: 9, address: 1 } }, external2),
      encodeAttributes({ as4Path: [sequence(70_000)], as4Aggregator: { as: 70_000, address: 2 } }, external),
    )
    const { attributes } = readAttributes(octets, 0, octets.length, external2)
    assert.deepEqual(attributes, { asPath: [sequence(10, 23456)], aggregator: { as: 9, address: 1 } })
  })

  test('the length of a path counts a set once and a confederation not (RFC 4271 §9.1.2.2, RFC 5065 §5.3)', () => {
    assert.equal(pathLengthOf([{ type: 3, as: [1, 2] }, sequence(3, 4), set(5, 6, 7)]), 3)
  })
})

test('segments of a confederation are malformed from an external peer (RFC 5065 §5, RFC 7606 §7.2)', () => {
  for (const type of ['03', '04']) {
    const octets = update(`40010100 40020c ${type}01 0000fde9 0201 0000fdea 4003040a080102`, '080a')
    const { treatment, faults, withdrawn } = decodeUpdate(octets, external)
    assert.deepEqual([treatment, withdrawn.length, faults[0]?.notification.subcode], ['treat-as-withdraw', 1, 11])
    assert.match(faults[0]!.problem, /segments of a confederation from an external peer/)
    assert.equal(decodeUpdate(octets, internal).treatment, 'accept')
  }
})

describe('errors of a combination', () => {
  test('malformed attributes without reachable routes end the session (RFC 7606 §5.2)', () => {
    assert.equal(decodeUpdate(update('400101 09'), external).treatment, 'session-reset')
    assert.equal(decodeUpdate(update('400101 09', '080a'), external).treatment, 'treat-as-withdraw')
  })

  test('treat-as-withdraw withdraws the routes of every field', () => {
    const octets = update('40010109 40020602010000fde9 4003040a080102 800f08 0002 01 20 20010db8', '080a', '080b')
    const { treatment, withdrawn, announced } = decodeUpdate(octets, external)
    assert.equal(treatment, 'treat-as-withdraw')
    assert.deepEqual([withdrawn.length, announced.length], [3, 0])
  })

  test('routes are withdrawn also when a family ends for another fault', () => {
    const got = decodeUpdate(update('40010109 40020602010000fde9 4003040a080102 800e05 0002010000', '080a'), external)
    assert.equal(got.treatment, 'afi-safi-disable')
    assert.deepEqual([got.announced, got.withdrawn], [[], [route('10.0.0.0/8')]])
  })

  test('NEXT_HOP says nothing of routes inside MP_REACH, whatever it is (RFC 4760 §3)', () => {
    const block = `40010100 40020602010000fde9 400304 00000000
      800e1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8`
    const alone = decodeUpdate(update(block), external)
    assert.deepEqual([alone.treatment, alone.announced], ['accept', [route('2001:db8::/32')]])
    assert.equal(decodeUpdate(update(block, '080a'), external).treatment, 'treat-as-withdraw')
  })

  test('a fault says which octets the peer sent (RFC 4271 §6.3)', () => {
    const { faults } = decodeUpdate(update('400101 09 40020602010000fde9 4003040a080102', '080a'), external)
    assert.deepEqual(faults[0]?.notification, { type: 'notification', code: 3, subcode: 6, data: hex('40010109') })
  })

  test('a thousand faults are not a thousand values', () => {
    const { faults, treatment } = decodeUpdate(update('40010100'.repeat(900), '080a'), external)
    assert.ok(faults.length < 20, `${faults.length}`)
    assert.equal(treatment, 'treat-as-withdraw')
  })

  test('faults that cost little cannot hide one that costs more', () => {
    const many = '40010100 40020602010000fde9 4003040a080102' + '40010100'.repeat(20)
    const communities = decodeUpdate(update(`${many} c0080100`, '080a'), external)
    assert.deepEqual([communities.treatment, communities.announced], ['treat-as-withdraw', []])
    const reach = decodeUpdate(update(`${many} 800e05 0002010000`, '080a'), external)
    assert.equal(reach.treatment, 'afi-safi-disable')
    assert.deepEqual(
      reach.faults.flatMap(({ family }) => family ?? []),
      [ipv6Unicast],
    )
    const twice = decodeUpdate(update(`${many} 800f03 000201 800f03 000201`, '080a'), external)
    assert.ok(twice.faults.some((one) => one.treatment === 'session-reset'))
  })
})

describe('passing on', () => {
  test('unknown attributes must be transitive, and become partial (RFC 4271 §5)', () => {
    const unknown = [
      { flags: 0xc0, code: 129, value: hex('01') },
      { flags: 0x80, code: 130, value: hex('02') },
    ]
    assert.deepEqual(passedOn({ origin: 0, unknown }), {
      origin: 0,
      unknown: [{ flags: 0xe0, code: 129, value: hex('01') }],
    })
  })

  test('the Partial bit of a known attribute stays', () => {
    const octets = hex('e00804 00010002')
    const { attributes } = readAttributes(octets, 0, octets.length, external)
    assert.deepEqual(attributes, { communities: [0x00010002], partial: [8] })
    assert.deepEqual(encodeAttributes(attributes, external), octets)
  })
})

describe('the link bandwidth community (RFC 10005)', () => {
  test('both scopes come back as they went', () => {
    for (const scope of ['transitive', 'non-transitive'] as const) {
      const value = { scope, as: 65001, octetsPerSecond: 1_250_000_000 }
      assert.deepEqual(linkBandwidthOf(linkBandwidth(value)), value)
    }
    assert.equal(linkBandwidth({ scope: 'non-transitive', as: 65001, octetsPerSecond: 1_000_000 }), 0x4004fde949742400n)
  })

  test('what is no bandwidth is none', () => {
    for (const value of [0x4004fde97fc00000n, 0x4004fde97f800000n, 0x4004fde9c9742400n, 0x4005fde949742400n]) {
      assert.equal(linkBandwidthOf(value), undefined)
    }
    assert.throws(() => linkBandwidth({ scope: 'transitive', as: 70_000, octetsPerSecond: 1 }), RangeError)
    assert.throws(() => linkBandwidth({ scope: 'transitive', as: 1, octetsPerSecond: 1e300 }), RangeError)
  })
})

const u32 = fc.nat(0xffff_ffff)
const octetsOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((o) => Uint8Array.from(o))
const filled = <T>(element: fc.Arbitrary<T>) => fc.array(element, { minLength: 1, maxLength: 6 })
const anyAs = fc.integer({ min: 1, max: 0xffff_ffff })
const anyAttributes = fc.record(
  {
    origin: fc.nat(2),
    asPath: fc.array(fc.record({ type: fc.constantFrom(1, 2, 3, 4), as: filled(anyAs) }, { noNullPrototype: true })),
    nextHop: octetsOf(3).map((rest) => concat(hex('0a'), rest)),
    multiExitDisc: u32,
    localPref: u32,
    atomicAggregate: fc.constant('present' as const),
    aggregator: fc.record({ as: anyAs, address: u32 }, { noNullPrototype: true }),
    communities: filled(u32),
    originatorId: u32,
    clusterList: filled(u32),
    extendedCommunities: filled(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    ipv6ExtendedCommunities: filled(octetsOf(20)),
    largeCommunities: filled(
      fc.record({ globalAdministrator: u32, localData1: u32, localData2: u32 }, { noNullPrototype: true }),
    ),
    onlyToCustomer: u32,
    linkState: octetsOf(7),
    unknown: fc.constant([{ flags: 0xe0, code: 200, value: hex('0102') }]),
  },
  { noNullPrototype: true, requiredKeys: [] },
)

test('any attributes come back as they went', () => {
  fc.assert(
    fc.property(anyAttributes, (attributes) => {
      const octets = encodeAttributes(attributes, internal)
      const read = readAttributes(octets, 0, octets.length, internal)
      assert.deepEqual(read, { attributes, faults: [], treatment: 'accept' })
    }),
    { numRuns: 100 },
  )
})

test('random octets in every field throw nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 20 }), (block, nlri) => {
      const octets = message(2, hex('0000'), new Uint8Array([0, block.length]), block, nlri)
      for (const context of [external, internal, external2, withPathIds]) decodeUpdate(octets, context)
    }),
    { numRuns: 150 },
  )
})
