import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatPrefix, parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import { decodeUpdate, encodeLinkStateNlri, encodeUpdate } from '../../src/index.ts'
import {
  type CarriedRecord,
  carrierAttributes,
  decodeCarrier,
  decodeCoarse,
  encodeCarrier,
  encodeCoarse,
  isTelemetryPrefix,
  linkNlri,
  linkTlvs,
  maxCarrierOctets,
  maxCarrierPrefixes,
  telemetryPrefixOf,
} from '../../src/telemetry/index.ts'
import { internal } from '../contexts.ts'
import { hex } from '../octets.ts'
import { agent, key, link, now } from './samples.ts'

const record: CarriedRecord = { nlri: encodeLinkStateNlri([linkNlri(key)]), tlvs: linkTlvs(link) }
const head = { sequence: now, agent }

describe('carrier B: an optional transitive attribute (draft §4.3)', () => {
  test('comes through an UPDATE of an ordinary prefix as it went', () => {
    const [page] = encodeCarrier([record, record], head)
    const attributes = carrierAttributes(129, page!, hex('0a000001'))
    const update = { withdrawn: [], announced: [{ prefix: telemetryPrefixOf(0x0a000001, 0) }], attributes }
    const read = decodeUpdate(encodeUpdate(update, internal), internal)
    assert.equal(read.treatment, 'accept')
    assert.deepEqual(read.attributes.communities, [0xffff_ff01])
    const [carried] = read.attributes.unknown ?? []
    assert.deepEqual(decodeCarrier(carried!.value), { page: 0, pages: 1, ...head, records: [record, record] })
  })

  test('splits over prefixes of 3,000 octets, and leaves out what 16 of them do not hold', () => {
    const pages = encodeCarrier(
      Array.from({ length: 500 }, () => record),
      head,
    )
    assert.equal(pages.length, maxCarrierPrefixes)
    assert.ok(pages.every(({ length }) => length <= maxCarrierOctets + 32))
  })

  test('a telemetry prefix is a host of 100.64.0.0/10, another for each page (RFC 6598)', () => {
    assert.equal(formatPrefix(telemetryPrefixOf(0x0a000001, 0)), '100.64.0.16/32')
    assert.equal(formatPrefix(telemetryPrefixOf(0xffff_ffff, 15)), '100.127.255.255/32')
    assert.ok(isTelemetryPrefix(telemetryPrefixOf(5, 3)))
    for (const not of ['100.128.0.1/32', '100.63.0.1/32', '100.64.0.0/31', '2001:db8::/32'])
      assert.equal(isTelemetryPrefix(parsePrefix(not)), false)
  })

  test('random octets throw nothing', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(60), fc.nat(255)).map(([at, octet]) => encodeCarrier([record], head)[0]!.with(at, octet)),
    )
    fc.assert(
      fc.property(octets, (one) => void decodeCarrier(one)),
      { numRuns: 500 },
    )
  })
})

describe('carrier C: large communities (draft §4.4)', () => {
  const congested = fc.constantFrom('no', 'out', 'in', 'both') as fc.Arbitrary<'no'>
  const share = fc.nat(0x7fff)

  test('come back as they went', () => {
    const links = fc.array(
      fc.record({ interface: fc.nat(65535), congested, out: share, in: share }, { noNullPrototype: true }),
      {
        maxLength: 256,
      },
    )
    fc.assert(
      fc.property(fc.nat(4_294_967_295), links, (epoch, all) => {
        assert.deepEqual(decodeCoarse(64512, encodeCoarse(64512, { epoch, links: all })), { epoch, links: all })
      }),
    )
  })

  test('those of another AS, or without an epoch, say nothing', () => {
    const communities = encodeCoarse(64512, { epoch: 1, links: [] })
    assert.equal(decodeCoarse(64513, communities), undefined)
    assert.equal(decodeCoarse(64512, []), undefined)
  })

  test('a use beyond the field stands at its end', () => {
    const [, one] = encodeCoarse(1, { epoch: 1, links: [{ interface: 1, congested: 'no', out: 1e9, in: -1 }] })
    assert.equal(one?.localData2, 0x7fff * 2 ** 15)
  })
})
