import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '@vagus/address'
import { agentIdOf } from '@vagus/identity'
import { DecodeError, encodeCbor } from '@vagus/wire'
import fc from 'fast-check'
import {
  decodeMobility,
  edgeNumber,
  encodeMobility,
  maxDatagram,
  type MobilityMessage,
  standingCommunity,
  standingOf,
} from '../src/index.ts'
import { agentWith, signed } from './agents.ts'

const agent = agentWith(1)
const samples: readonly MobilityMessage[] = [
  { type: 'solicit', id: agentIdOf(agent.signer.publicKey), nextHop: parseAddress('2001:db8:1::2') },
  { type: 'offer', edge: 'pe-1', block: 'fd00:77::/48', challenge: new Uint8Array(16).fill(3), lifetime: 30_000 },
  { type: 'attach', ...signed(agent) },
  { type: 'answer', edge: 'pe-1', state: 'attached', sequence: 7, lifetime: 30_000 },
  { type: 'answer', edge: 'pe-1', state: 'detached', sequence: 7, lifetime: 0 },
  {
    type: 'answer',
    edge: 'pe-1',
    state: 'refused',
    refusal: { code: 'damped', problem: 'it moved too often', retryAfter: 900, sequence: 9 },
  },
  { type: 'answer', edge: 'pe-1', state: 'refused', refusal: { code: 'limit', problem: 'full' } },
]

test('every message is read as it was written', () => {
  for (const message of samples) assert.deepEqual(decodeMobility(encodeMobility(message)), message)
})

test('an offer on the wire', () => {
  const hex = Buffer.from(encodeMobility(samples[1]!)).toString('hex')
  assert.equal(hex, `85026470652d316c666430303a37373a3a2f343850${'03'.repeat(16)}197530`)
})

test('what is no message is refused with what would be right', () => {
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [7, /a message must be an array/],
    [[], /the kind must be 1\.\.5/],
    [[9], /the kind must be 1\.\.5/],
    [[1, 'did:web:x', new Uint8Array(16)], /the id must be did:key/],
    [[1, agentIdOf(agent.signer.publicKey), new Uint8Array(4)], /the next hop must have 16 octets/],
    [[2, 'pe-1', 'fd00:77::1/48', new Uint8Array(16), 1], /has bits set after its length/],
    [[2, 'pe-1', '10.0.0.0/8', new Uint8Array(16), 1], /a mobile block must be an IPv6 prefix/],
    [[3, [1], 'x'], /a key event must be text/],
    [[3, Array.from({ length: 33 }, () => 'x'), 'x'], /at most 32 events/],
    [[4, 'pe-1', 'lost', 1, 1], /the state must be one of attached, detached/],
    [[5, 'pe-1', 'none', 'x', 0, 0], /the code must be one of malformed/],
  ]
  for (const [value, problem] of refused)
    assert.throws(
      () => decodeMobility(encodeCbor(value as never)),
      (error: Error) => error instanceof DecodeError && problem.test(error.message),
    )
  assert.throws(() => decodeMobility(new Uint8Array(maxDatagram + 1)), DecodeError)
})

test('random and changed octets are read or refused, and nothing else happens', () => {
  const read = (octets: Uint8Array): void => {
    try {
      decodeMobility(octets)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read))
  const written = samples.map(encodeMobility)
  fc.assert(
    fc.property(
      fc.constantFrom(...written),
      fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { maxLength: 4 }),
      (octets, changes) => {
        const changed = octets.slice()
        for (const [at, octet] of changes) changed[at % changed.length] = octet
        read(changed)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a standing goes through an extended community; others are none, and the newest counts', () => {
  const standing = fc.record({ sequence: fc.integer({ min: 1, max: 0xffff_ffff }), edge: fc.nat(0xffff) })
  fc.assert(fc.property(standing, (one) => assert.deepEqual(standingOf([standingCommunity(one)]), { ...one })))
  assert.equal(standingCommunity({ sequence: 7, edge: 0xabcd }), 0x8f4d_abcd_0000_0007n)
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (one) => {
      assert.equal(standingOf([one]) !== undefined, one >> 48n === 0x8f4dn && (one & 0xffff_ffffn) > 0n)
    }),
  )
  const both = [standingCommunity({ sequence: 3, edge: 9 }), standingCommunity({ sequence: 9, edge: 3 })]
  assert.deepEqual(standingOf(both), { sequence: 9, edge: 3 })
  for (const sequence of [0, -1, 1.5, 2 ** 32])
    assert.throws(() => standingCommunity({ sequence, edge: 1 }), RangeError)
  assert.throws(() => standingCommunity({ sequence: 1, edge: 65_536 }), RangeError)
  assert.notEqual(edgeNumber('pe-1'), edgeNumber('pe-2'))
})
