/** The quick way through attribute blocks knows what is usual, and never says other things than the slow one. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeAttributes, type PathAttributes, readAttributes, segmentType, type UpdateContext } from '../src/index.ts'
import { decisionFactsOf } from '../src/update/attribute-facts.ts'
import { QuickAttributes } from '../src/update/quick-attributes.ts'
import { external, external2, internal } from './contexts.ts'
import { hex } from './octets.ts'
import { assertAgreement } from './quick-agreement.ts'

const own = { as: 64512, bgpIdentifier: 99, clusterId: 98 }

const uint32 = fc.nat(2 ** 32 - 1)
const as = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.constant(own.as))
const segment = fc.record({
  type: fc.constantFrom(...Object.values(segmentType)),
  as: fc.array(as, { minLength: 1, maxLength: 5 }),
})
const usual: fc.Arbitrary<PathAttributes> = fc.record(
  {
    origin: fc.nat(2),
    asPath: fc.array(segment, { maxLength: 3 }),
    nextHop: fc.constantFrom(hex('0a000001'), hex('c0000201')),
    multiExitDisc: uint32,
    localPref: uint32,
    atomicAggregate: fc.constant('present' as const),
    aggregator: fc.record({ as, address: uint32 }),
    communities: fc.array(uint32, { minLength: 1, maxLength: 9 }),
    originatorId: fc.oneof(uint32, fc.constant(own.bgpIdentifier)),
    clusterList: fc.array(fc.oneof(uint32, fc.constant(own.clusterId)), { minLength: 1, maxLength: 4 }),
    extendedCommunities: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 3 }),
    largeCommunities: fc.array(fc.record({ globalAdministrator: uint32, localData1: uint32, localData2: uint32 }), {
      minLength: 1,
      maxLength: 3,
    }),
    onlyToCustomer: uint32,
  },
  { requiredKeys: [] },
)
const read = (block: Uint8Array, context: UpdateContext): string =>
  new QuickAttributes(own, context).read(block, 0, block.length)

describe('the quick way through a block of attributes', () => {
  test('knows every usual one, with the facts of the slow way', () => {
    fc.assert(
      fc.property(usual, (attributes) => {
        const block = encodeAttributes(attributes, internal)
        const quick = new QuickAttributes(own, internal)
        assert.equal(quick.read(block, 0, block.length), 'clean')
        assert.deepEqual(quick.facts, decisionFactsOf(attributes, own))
      }),
      { numRuns: 300 },
    )
  })

  test('leaves what is wrong to the slow way: any octets changed, cut or doubled', () => {
    const damage = fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.nat(12), twice: fc.boolean() })
    fc.assert(
      fc.property(
        usual,
        damage,
        fc.constantFrom(internal, external),
        (attributes, { at, value, cut, twice }, context) => {
          const whole = encodeAttributes(attributes, internal)
          const block = twice ? Uint8Array.of(...whole, ...whole) : whole.slice(0, Math.max(0, whole.length - cut))
          if (block.length > 0) block[at % block.length] = value
          assertAgreement(block, 0, block.length, own, context)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('next hops of MP_REACH have the lengths of their family (RFC 2545 §3), within the attribute', () => {
    const reach = (text: string): Uint8Array => hex(`800e${text}`)
    assert.equal(read(reach('09 0001 01 04 0a000001 00'), external), 'clean')
    assert.equal(read(reach('0a 0001 01 05 0a00000100 00'), external), 'unusual')
    assert.equal(read(reach('08 0001 01 04 0a000001'), external), 'unusual')
    assert.equal(read(reach('05 4004 48 00 00'), external), 'clean')
  })

  test('leaves segments of a confederation from others to the slow way (RFC 5065 §5)', () => {
    const path = hex('40020c 0301 0000fde9 0201 0000fdea')
    assert.equal(read(path, internal), 'clean')
    assert.equal(read(path, external), 'unusual')
  })

  test('does not know two octets of AS, unknown attributes, or those of internal peers from others', () => {
    assert.equal(read(hex('40010100'), external2), 'unusual')
    assert.equal(read(hex('c0ff00'), external), 'unusual')
    assert.equal(read(hex('40050400000064'), external), 'unusual')
    assert.equal(read(hex('40050400000064'), internal), 'clean')
    assert.equal(readAttributes(hex('40050400000064'), 0, 7, external).treatment, 'attribute-discard')
  })
})
