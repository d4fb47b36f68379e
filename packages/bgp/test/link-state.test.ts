/** BGP-LS: NLRI and attribute TLVs both ways, what is kept and what is discarded. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  decodeLinkStateNlri,
  decodeLinkStateTlvs,
  decodeUpdate,
  encodeLinkStateNlri,
  encodeLinkStateTlvs,
  encodeUpdate,
  type LinkStateNlri,
  type LinkStateTlv,
  protocolId,
  valueOf,
} from '../src/index.ts'
import { withLinkState } from './contexts.ts'
import { hex } from './octets.ts'

const link: LinkStateNlri = {
  type: 'link',
  protocolId: protocolId.bgp,
  identifier: 7n,
  local: [
    { type: 'autonomous-system', value: 64512 },
    { type: 'bgp-router-id', value: 0x0a000001 },
  ],
  remote: [
    { type: 'autonomous-system', value: 64600 },
    { type: 'bgp-router-id', value: 0x0a000002 },
  ],
  link: [
    { type: 'ipv4-interface-address', value: hex('c0000201') },
    { type: 'ipv4-neighbour-address', value: hex('c0000202') },
  ],
}
const linkOctets = hex(`0002 0041 07 0000000000000007
  0100 0010 0200 0004 0000fc00 0204 0004 0a000001
  0101 0010 0200 0004 0000fc58 0204 0004 0a000002
  0103 0004 c0000201 0104 0004 c0000202`)

describe('NLRI (RFC 9552 §5.2)', () => {
  test('the link between two BGP peers (RFC 9086 §3) both ways', () => {
    assert.deepEqual(decodeLinkStateNlri(linkOctets), { nlri: [link], malformed: [] })
    assert.deepEqual(encodeLinkStateNlri([link]), linkOctets)
  })

  test('a node, a prefix and a type that nobody knows', () => {
    const common = { protocolId: 4, identifier: 2n ** 63n, local: [{ type: 'bgp-router-id', value: 9 }] } as const
    const all: readonly LinkStateNlri[] = [
      { type: 'node', ...common },
      {
        type: 'ipv4-prefix',
        ...common,
        prefix: [{ type: 'ip-reachability', value: { length: 24, prefix: hex('c00002') } }],
      },
      { type: 'ipv6-prefix', ...common, prefix: [] },
      { type: 'unknown', code: 65_100, value: hex('ffffffff01') },
    ]
    assert.deepEqual(decodeLinkStateNlri(encodeLinkStateNlri(all)), { nlri: all, malformed: [] })
  })

  test('writing puts TLVs in ascending order (RFC 9552 §5.1)', () => {
    const turned = { ...link, local: [...link.local].reverse(), link: [...link.link].reverse() }
    assert.deepEqual(encodeLinkStateNlri([turned]), linkOctets)
  })

  test('one with TLVs out of order is discarded alone (RFC 9552 §8.2.2)', () => {
    const text = Buffer.from(linkOctets).toString('hex')
    const turned = text.replace('020000040000fc00020400040a000001', '020400040a000001020000040000fc00')
    const { nlri, malformed } = decodeLinkStateNlri(hex(turned + text))
    assert.deepEqual(nlri, [link])
    assert.equal(malformed.length, 1)
    assert.match(malformed[0]!.problem, /512 comes after 516/)
    assert.equal(malformed[0]!.octets.length, linkOctets.length)
  })

  test('one without its local node, or that overruns, is malformed', () => {
    assert.equal(decodeLinkStateNlri(hex('0001 000d 07 0000000000000007 0101 0000')).malformed.length, 1)
    assert.equal(decodeLinkStateNlri(hex('0001 00ff 07')).malformed.length, 1)
    assert.equal(decodeLinkStateNlri(hex('00')).malformed.length, 1)
  })
})

describe('attribute TLVs', () => {
  const tlvs: readonly LinkStateTlv[] = [
    { type: 'maximum-link-bandwidth', value: 125_000_000 },
    { type: 'igp-metric', value: { metric: 70_000, octets: 3 } },
    { type: 'link-name', value: 'metro-1 ß' },
    { type: 'delay', value: { flags: 0x80, microseconds: 12_345 } },
    { type: 'delay-range', value: { flags: 0, least: 10, reserved: 0, most: 0xff_ffff } },
    { type: 'delay-variation', value: { reserved: 0, microseconds: 5 } },
    { type: 'loss', value: { flags: 0, share: 333 } },
    { type: 'residual-bandwidth', value: 1_000_000 },
    { type: 'available-bandwidth', value: 500_000 },
    { type: 'utilized-bandwidth', value: 250_000 },
    { type: 'peer-node-sid', value: { flags: 0xc0, weight: 0, reserved: 0, sid: hex('000190') } },
    { type: 'unreserved-bandwidth', value: [1, 2, 3, 4, 5, 6, 7, 8] },
    { type: 'unknown', code: 65_001, value: hex('ffffffff 0102') },
  ]

  test('link performance and private TLVs come back as they went (RFC 8571 §2)', () => {
    const octets = encodeLinkStateTlvs(tlvs)
    assert.deepEqual(decodeLinkStateTlvs(octets), tlvs)
    assert.equal(Buffer.from(octets).toString('hex').slice(0, 16), '044100044cee6b28')
    assert.equal(valueOf(tlvs, 'utilized-bandwidth'), 250_000)
    assert.equal(valueOf(tlvs, 'node-name'), undefined)
  })

  test('a known TLV of the wrong form is kept byte for byte', () => {
    const octets = hex('045a 0003 000001 0441 0004 00000000')
    const read = decodeLinkStateTlvs(octets)
    assert.deepEqual(read?.[0], { type: 'unknown', code: 1114, value: hex('000001') })
    assert.deepEqual(encodeLinkStateTlvs(read ?? []), octets)
  })

  test('a length that overruns discards the attribute (RFC 9552 §8.2.2)', () => {
    assert.equal(decodeLinkStateTlvs(hex('0441 0005 00000000')), undefined)
  })

  test('all of it travels in an UPDATE', () => {
    const attributes = {
      origin: 0,
      asPath: [],
      localPref: 100,
      mpReach: { afi: 16388, safi: 71, nextHop: hex('0a000001'), nlri: linkOctets },
      linkState: encodeLinkStateTlvs(tlvs),
    }
    const octets = encodeUpdate({ withdrawn: [], announced: [], attributes }, withLinkState)
    const read = decodeUpdate(octets, withLinkState)
    assert.deepEqual([read.treatment, read.attributes], ['accept', attributes])
    assert.ok(octets.length < 350, `${octets.length} octets`)
  })
})

test('random octets throw nothing and lose nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (octets) => {
      const { nlri, malformed } = decodeLinkStateNlri(octets)
      assert.ok(octets.length === 0 || nlri.length + malformed.length > 0)
      const tlvs = decodeLinkStateTlvs(octets)
      // NaN has many forms in single precision, of which writing knows one.
      if (tlvs?.every(({ value }) => !Number.isNaN(value))) {
        assert.deepEqual([...encodeLinkStateTlvs(tlvs)], [...octets])
      }
    }),
    { numRuns: 150 },
  )
})
