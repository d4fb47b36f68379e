import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import fc from 'fast-check'
import {
  decodeLinkStateNlri,
  decodeLinkStateTlvs,
  decodeMessage,
  encodeLinkStateNlri,
  encodeMessage,
  encodeUpdate,
  type LinkStateNlri,
  openOf,
} from '../../src/index.ts'
import {
  decodeMeasurement,
  decodeViewPage,
  deviceNlri,
  deviceTlvs,
  encodeMeasurement,
  encodeView,
  linkNlri,
  linkTlvs,
  maxViewRecords,
  readDevice,
  readLink,
  telemetryCapability,
  telemetryFeature,
  telemetryOfferOf,
  type View,
  viewNlri,
  viewTlvs,
} from '../../src/telemetry/index.ts'
import { readFigures } from '../../src/telemetry/link-figures.ts'
import { hex } from '../octets.ts'
import { withLinkState } from '../contexts.ts'
import { agent, flowKey, key, link, measurement, now, recordOf, view } from './samples.ts'

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
/** As after a transfer. */
const passed = (nlri: LinkStateNlri): LinkStateNlri => decodeLinkStateNlri(encodeLinkStateNlri([nlri])).nlri[0]!
const tlvsOf = (octets: Uint8Array) => decodeLinkStateTlvs(octets)!
const f32 = (value: number): number => Math.fround(value)

describe('the capability', () => {
  const offer = telemetryCapability(telemetryFeature.links | telemetryFeature.views)

  test('is code 239 with enterprise, version and features, and comes through an OPEN (RFC 5492 §4)', () => {
    assert.equal(offer.type === 'unknown' && `${offer.code} ${text(offer.value)}`, '239 00007ed90103')
    const config = { localAs: 64512, bgpIdentifier: 1, peerAs: 64512, mode: 'active', holdTime: 9 } as const
    const open = openOf({ ...config, families: [{ afi: 16388, safi: 71 }], capabilities: [offer] })
    const read = decodeMessage(encodeMessage(open), 4096)
    assert.deepEqual(read.type === 'open' && telemetryOfferOf(read.capabilities), { version: 1, features: 3 })
  })

  for (const [what, value] of [
    ['of another enterprise', '00000009 01 03'],
    ['of version 0', '00007ed9 00 03'],
    ['that is cut short', '00007ed9 01'],
    ['that is empty', ''],
  ] as const) {
    test(`one ${what} offers nothing`, () => {
      assert.equal(telemetryOfferOf([{ type: 'unknown', code: 239, value: hex(value) }]), undefined)
    })
  }

  test('one of a later version, longer, is read as ours', () => {
    const later = { type: 'unknown', code: 239, value: hex('00007ed9 02 ff abcd') } as const
    assert.deepEqual(telemetryOfferOf([later]), { version: 2, features: 255 })
  })
})

describe('TLV 65001, the measurement of a link', () => {
  const golden = '00007ed9 02 5a 0000 000001a21293b600 0102030405060708 000001f4 4a371b00 41480000 4a465d40'.replaceAll(
    ' ',
    '',
  )

  test('is written and read as in the draft (§4.2)', () => {
    assert.equal(text(encodeMeasurement(measurement)), golden)
    assert.deepEqual(decodeMeasurement(encodeMeasurement(measurement)), measurement)
  })

  test('octets behind are of a later version; one of another enterprise is foreign; a short one is malformed', () => {
    const octets = encodeMeasurement(measurement)
    assert.deepEqual(decodeMeasurement(Uint8Array.from([...octets, 1, 2, 3])), measurement)
    assert.equal(decodeMeasurement(hex('00000009 ffff')), 'foreign')
    for (let length = 4; length < octets.length; length++)
      assert.equal(decodeMeasurement(octets.subarray(0, length)), 'malformed')
  })

  test('a confidence above 100 and a sequence beyond 2^53 are malformed', () => {
    const octets = encodeMeasurement(measurement)
    assert.equal(decodeMeasurement(octets.with(5, 101)), 'malformed')
    assert.equal(decodeMeasurement(octets.with(8, 255)), 'malformed')
  })
})

describe('a link', () => {
  test('comes back as it went, in an UPDATE of at most 300 octets (RFC 8571 §2)', () => {
    const nlri = linkNlri(key)
    const tlvs = linkTlvs(link)
    assert.deepEqual(readLink(passed(nlri), tlvsOf(tlvs)), { link, malformed: 0 })
    const attributes = {
      origin: 0,
      asPath: [],
      localPref: 100,
      mpReach: { afi: 16388, safi: 71, nextHop: hex('0a000001'), nlri: encodeLinkStateNlri([nlri]) },
      linkState: tlvs,
    }
    const octets = encodeUpdate({ withdrawn: [], announced: [], attributes }, withLinkState)
    assert.ok(octets.length <= 300, `${octets.length} octets`)
  })

  test('to a speaker without the capability has the standard TLVs only', () => {
    const { measurement: _, ...standard } = link
    assert.deepEqual(readLink(linkNlri(key), tlvsOf(linkTlvs(link, 'standard'))), { link: standard, malformed: 0 })
  })

  test('with a malformed private TLV is read without it, and counted (draft §7.1)', () => {
    const tlvs = [
      ...tlvsOf(linkTlvs(link, 'standard')),
      { type: 'unknown', code: 65001, value: hex('00007ed9 02') } as const,
    ]
    const { link: read, malformed } = readLink(linkNlri(key), tlvs)
    assert.deepEqual([read?.capacity, read?.measurement, malformed], [link.capacity, undefined, 1])
  })

  test('of another protocol, or without its bandwidth, is none of ours', () => {
    const nlri = linkNlri(key)
    assert.equal(readLink({ ...nlri, protocolId: 1 } as LinkStateNlri, tlvsOf(linkTlvs(link))).link, undefined)
    assert.equal(readLink(nlri, []).link, undefined)
  })
})

describe('a device and its views', () => {
  const device = { instance: key.instance, local: key.local }

  test('a page has an NLRI of its own, so that the next one does not replace it (draft §5.1)', () => {
    const [page] = encodeView(view)
    const read = readDevice(passed(viewNlri(device, view.kind, 0)), tlvsOf(viewTlvs(page!)))
    assert.deepEqual([read.device, read.malformed, read.page?.page, read.page?.pages], [device, 0, 0, 1])
    const { kind, sequence, agent: from, window, totals, records } = read.page!
    assert.deepEqual({ kind, sequence, agent: from, window, totals, records }, view)
    const all = [
      deviceNlri(device),
      viewNlri(device, 'flow', 0),
      viewNlri(device, 'flow', 1),
      viewNlri(device, 'as', 0),
    ]
    assert.equal(new Set(all.map((nlri) => text(encodeLinkStateNlri([nlri])))).size, 4)
  })

  test('a page under the NLRI of another is malformed', () => {
    const read = readDevice(viewNlri(device, 'flow', 0), tlvsOf(viewTlvs(encodeView(view)[0]!)))
    assert.deepEqual([read.page, read.malformed], [undefined, 1])
  })

  test('the device itself has its name', () => {
    assert.deepEqual(readDevice(passed(deviceNlri(device)), tlvsOf(deviceTlvs('pe-1'))), {
      device,
      malformed: 0,
      name: 'pe-1',
    })
  })

  test('64 IPv4 prefixes fit one page of 1 kB; 256 flows need several, each below 4096 octets with its UPDATE', () => {
    const records = Array.from({ length: 64 }, (_, at) => ({
      key: { type: 'prefix', prefix: parsePrefix(`10.${at}.0.0/16`) } as const,
      rate: 1,
      share: 1,
    }))
    const pages = encodeView({ ...view, records })
    assert.deepEqual([pages.length, pages[0]!.length < 1024], [1, true])
    const flow = {
      source: new Uint8Array(16),
      destination: new Uint8Array(16),
      protocol: 6,
      sourcePort: 1,
      destinationPort: 2,
    }
    const flows = Array.from({ length: 300 }, () => ({ key: { type: 'flow', ...flow } as const, rate: 1, share: 1 }))
    const many = encodeView({ ...view, kind: 'flow', records: flows })
    const read = many.map((page) => decodeViewPage(page))
    assert.ok(many.length > 1 && many.every(({ length }) => length < 3600))
    assert.equal(
      read.reduce((sum, page) => sum + (typeof page === 'string' ? 0 : page.records.length), 0),
      maxViewRecords,
    )
  })

  for (const [what, octets] of [
    ['unknown kind of view', `00007ed9 09 00 01 00 ${'00'.repeat(28)}`],
    ['page behind the last', `00007ed9 05 01 01 00 ${'00'.repeat(28)}`],
    ['more pages than there may be', `00007ed9 05 00 11 00 ${'00'.repeat(28)}`],
    ['share above a thousand', `00007ed9 05 00 01 00 ${'00'.repeat(28)} 0000fde8 00000000 03e9 80`],
    ['record cut short', `00007ed9 05 00 01 00 ${'00'.repeat(28)} 0000fde8 0000`],
    [
      'prefix with bits behind its length',
      `00007ed9 01 00 01 00 ${'00'.repeat(28)} 04 08 0a 00000000 0000 80`.replace('08 0a', '07 0b'),
    ],
    ['prefix longer than its version', `00007ed9 01 00 01 00 ${'00'.repeat(28)} 04 21 0a00000000 00000000 0000 80`],
    ['IP version 5', `00007ed9 01 00 01 00 ${'00'.repeat(28)} 05 08 0a 00000000 0000 80`],
    ['application without a name', `00007ed9 04 00 01 00 ${'00'.repeat(28)} 00 00000000 0000 80`],
    [
      'flow of IPv4 inside IPv6',
      `00007ed9 03 00 01 00 ${'00'.repeat(28)} 06 ${'00'.repeat(10)}ffff0a000001 ${'00'.repeat(16)} 06 0001 0002 00000000 0000 80`,
    ],
  ] as const) {
    test(`a page is malformed: ${what}`, () => assert.equal(decodeViewPage(hex(octets)), 'malformed'))
  }

  const kinds: readonly fc.Arbitrary<View>[] = (
    [
      ['flow', flowKey],
      ['as', fc.nat(4_294_967_295).map((as) => ({ type: 'as', as }) as const)],
      [
        'application',
        fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/).map((name) => ({ type: 'application', name }) as const),
      ],
      [
        'source-prefix',
        fc
          .constantFrom('0.0.0.0/0', '10.16.0.0/15', '::/0', '2001:db8::/33', '192.0.2.1/32')
          .map((prefix) => ({ type: 'prefix', prefix: parsePrefix(prefix) }) as const),
      ],
    ] as const
  ).map(([kind, keys]) => fc.array(recordOf(keys), { maxLength: 250 }).map((records) => ({ ...view, kind, records })))

  test('every view comes back from its pages as it went', () => {
    fc.assert(
      fc.property(fc.oneof(...kinds), (one) => {
        const pages = encodeView(one).map((page) => decodeViewPage(page))
        const records = pages.flatMap((page, at) => {
          assert.ok(typeof page !== 'string')
          assert.deepEqual([page.page, page.pages, page.sequence, page.agent], [at, pages.length, now, agent])
          return page.records
        })
        assert.deepEqual(
          records,
          one.records.map((record) => ({ ...record, rate: f32(record.rate) })),
        )
      }),
      { numRuns: 60 },
    )
  })
})

test('random and mutated octets throw nothing, and what is read can be written again', () => {
  const seeds = [encodeMeasurement(measurement), ...encodeView(view), linkTlvs(link)]
  const mutated = fc
    .record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(fc.record({ at: fc.nat(400), octet: fc.nat(255) }), { maxLength: 6 }),
      length: fc.nat(400),
    })
    .map(({ seed, changes, length }) => {
      const octets = seed.slice(0, Math.max(4, length))
      for (const { at, octet } of changes) octets[at % octets.length] = octet
      return octets
    })
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (octets) => {
      const one = decodeMeasurement(octets)
      if (typeof one !== 'string') encodeMeasurement(one)
      const page = decodeViewPage(octets)
      if (typeof page !== 'string') encodeView(page)
      const tlvs = decodeLinkStateTlvs(octets)
      const figures = readFigures(octets)
      assert.equal(figures === undefined, tlvs === undefined)
      if (tlvs !== undefined) {
        // The quick reading sees what the whole one does.
        const { link: whole, malformed } = readLink(linkNlri(key), tlvs)
        const { capacity, utilised, measurement: measured } = whole ?? {}
        assert.equal(figures!.malformed, malformed)
        assert.deepEqual(
          [figures!.figures?.capacity, figures!.figures?.utilised, figures!.figures?.measurement],
          [capacity, utilised, measured],
        )
        readDevice(deviceNlri(key), tlvs)
      }
    }),
    { numRuns: 2000 },
  )
})
