/** The table of malformed messages, and what RFC 7606 asks for. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { decodeMessage, decodeUpdate, maxMessageOctets, readAttributes } from '../src/index.ts'
import { external, internal } from './contexts.ts'
import { concat, hex, message } from './octets.ts'

interface Case {
  readonly name: string
  readonly hex: string
  readonly rfc7606: string
}

/** What we do, in the words of the table. */
function outcomeOf(octets: Uint8Array): string {
  const got = decodeMessage(octets, maxMessageOctets)
  if (got.type === 'malformed') {
    const { code, subcode } = got.notification
    return `session-reset ${code}/${subcode}`
  }
  if (got.type !== 'update') return 'accept'
  const { treatment, faults, announced, withdrawn } = decodeUpdate(got.octets, external)
  if (treatment === 'session-reset') {
    const { notification } = faults.find((one) => one.treatment === 'session-reset')!
    return `session-reset ${notification.code}/${notification.subcode}`
  }
  return `${treatment} +${announced.length} -${withdrawn.length}`
}

/** Outcomes that the table leaves open, or of which it names two, and the subcodes of resets. */
const exactly: Readonly<Record<string, string>> = {
  'attr type 0': 'accept +1 -0',
  'EoR-like with stray attr (CVE-2023-47235 class)': 'accept +0 -0',
  'header length 65535, 4096 max': 'session-reset 1/2',
  'ROUTE-REFRESH ORF length lies (2026 FRR fix)': 'accept',
  'duplicate ORIGIN': 'attribute-discard +1 -0',
  'duplicate unknown attr': 'attribute-discard +1 -0',
  'unknown well-known attr': 'session-reset 3/2',
  'MP_REACH length 2': 'session-reset 3/9',
  'MP_UNREACH length 2': 'session-reset 3/9',
  'MP_REACH v6 next-hop length 3': 'afi-safi-disable +0 -0',
  'MP_REACH v6 NLRI /129': 'afi-safi-disable +0 -0',
  'FLOWSPEC NLRI length 0 (CVE-2023-38406)': 'afi-safi-disable +0 -0',
  'FLOWSPEC component overruns': 'afi-safi-disable +0 -0',
  'MP_REACH un-negotiated AFI 9/9': 'accept +0 -0',
  'ROUTE-REFRESH unknown AFI': 'accept',
  'MP_UNREACH + NLRI without mandatory (CVE-2023-47234)': 'treat-as-withdraw +0 -2',
  'NLRI prefix length 33': 'session-reset 3/10',
  'NLRI truncated': 'session-reset 3/10',
  'total attr length > message': 'session-reset 3/1',
  'withdrawn length > message': 'session-reset 3/1',
  'UPDATE of 21 octets': 'session-reset 1/2',
  'KEEPALIVE with body': 'session-reset 1/2',
  'message type 9': 'session-reset 1/3',
  'header length 18': 'session-reset 1/2',
  'marker not all ones': 'session-reset 1/1',
  'ROUTE-REFRESH length 3': 'session-reset 1/2',
}

const skip = needsData('bgp/malformed-updates.json')
const cases = skip === false ? (JSON.parse(readFileSync(dataPath('bgp/malformed-updates.json'), 'utf8')) as Case[]) : []

describe('malformed messages', { skip }, () => {
  for (const { name, hex: digits, rfc7606 } of cases) {
    test(`${name}: ${rfc7606}`, () => {
      const outcome = outcomeOf(hex(digits))
      const expected = exactly[name]
      if (expected !== undefined) assert.equal(outcome, expected)
      else if (rfc7606.includes('treat-as-withdraw') && !rfc7606.includes('discard')) {
        assert.equal(outcome, 'treat-as-withdraw +0 -1')
      } else if (rfc7606.includes('attribute-discard')) assert.equal(outcome, 'attribute-discard +1 -0')
      else assert.equal(outcome, `${rfc7606} +1 -0`)
    })
  }
  test('all of them are here', () => assert.equal(cases.length, 57))
})

interface Vector {
  readonly array?: string
  readonly name: string
  readonly hex: string
  readonly expect: string | readonly string[]
  readonly sort?: string
}

const vectorsOf = (file: string): readonly Vector[] =>
  JSON.parse(readFileSync(dataPath(`bgp/frr-vectors/${file}`), 'utf8')) as Vector[]

describe('attributes of another implementation', { skip: needsData('bgp/frr-vectors') }, () => {
  test('whole blocks lead to the same treatment', () => {
    const told: Readonly<Record<string, readonly string[]>> = {
      BGP_ATTR_PARSE_PROCEED: ['accept', 'attribute-discard'],
      BGP_ATTR_PARSE_WITHDRAW: ['treat-as-withdraw'],
      BGP_ATTR_PARSE_ERROR: ['session-reset'],
    }
    let compared = 0
    for (const { name, hex: digits, expect, sort } of vectorsOf('test_attr_parse.json')) {
      // External sessions within one administrative domain are not ours.
      if (name.endsWith('-oad')) continue
      const octets = hex(digits)
      const context = sort === 'BGP_PEER_IBGP' ? internal : external
      const { treatment } = readAttributes(octets, 0, octets.length, context)
      assert.ok(told[expect as string]?.includes(treatment), `${name}: ${treatment}, there ${String(expect)}`)
      compared++
    }
    assert.equal(compared, 15)
  })

  test('MP_REACH and MP_UNREACH are read or refused as there', () => {
    let compared = 0
    for (const { array, name, hex: digits, expect } of vectorsOf('test_mp_attr.json')) {
      // VPN families are not negotiated here, and MP_REACH without NLRI is not malformed to us.
      if (digits === '' || array === 'mp_prefix_sid' || name.includes('VPN') || name === 'IPv6-bug') continue
      const value = hex(digits)
      const code = array === 'mp_reach_segments' ? 14 : 15
      const attribute = concat(new Uint8Array([0x90, code, 0, value.length]), value)
      const block = concat(hex('40010100 40020602010000fde9'), attribute)
      const update = message(2, hex('0000'), new Uint8Array([0, block.length]), block)
      const { treatment } = decodeUpdate(update, external)
      assert.equal(
        treatment === 'accept' ? 'SHOULD_PARSE' : 'SHOULD_ERR',
        (expect as string[])[0],
        `${name}: ${treatment}`,
      )
      compared++
    }
    assert.ok(compared > 15, `${compared} compared`)
  })

  test('AS paths are read as they are written', () => {
    let compared = 0
    for (const { name, hex: digits } of vectorsOf('test_aspath.json')) {
      const isBroken = name.startsWith('zero-size') || name.startsWith('invalid') || name.startsWith('BGP_AS_ZERO')
      const value = hex(digits)
      const block = concat(new Uint8Array([0x50, 2, value.length >> 8, value.length & 255]), value)
      // Some with a confederation, which external peers may not send.
      const { treatment } = readAttributes(block, 0, block.length, { ...internal, asOctets: 2 })
      assert.equal(treatment, isBroken ? 'treat-as-withdraw' : 'accept', name)
      compared++
    }
    assert.equal(compared, 34)
  })
})
