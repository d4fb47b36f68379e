import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type ChannelCrypto,
  NoiseHandshake,
  type Pattern,
  patterns,
  type Refused,
  type TransportKeys,
} from '../src/index.ts'
import { newKemKey, nodeCrypto, testKey, toHex } from './node-crypto.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const prologue = text('prologue')
const initiatorKey = testKey(1)
const responderKey = testKey(2)
const kem = newKemKey()

function pair(pattern: Pattern, crypto: ChannelCrypto = nodeCrypto): readonly [NoiseHandshake, NoiseHandshake] {
  const known = pattern.known.includes('responder') ? { remoteStatic: responderKey.publicKey } : {}
  const initiator = { role: 'initiator', static: initiatorKey, ephemeral: testKey(3), kem, ...known } as const
  const responder = { role: 'responder', static: responderKey, ephemeral: testKey(4) } as const
  return [
    new NoiseHandshake({ pattern, prologue, crypto: nodeCrypto, ...initiator }),
    new NoiseHandshake({ pattern, prologue, crypto, ...responder }),
  ]
}

function written(end: NoiseHandshake, payload: string): Uint8Array {
  const message = end.write(text(payload))
  assert.ok(message instanceof Uint8Array, JSON.stringify(message))
  return message
}

function readBy(end: NoiseHandshake, message: Uint8Array): string {
  const answer = end.read(message)
  assert.ok(answer.type === 'read', JSON.stringify(answer))
  return new TextDecoder().decode(answer.payload)
}

/** Plays all messages; returns them and the keys, the same at both ends. */
function play(pattern: Pattern): { readonly messages: readonly Uint8Array[]; readonly keys: TransportKeys } {
  const ends = pair(pattern)
  const messages = pattern.messages.map((_, index) => {
    const message = written(ends[index % 2 === 0 ? 0 : 1], `payload ${index}`)
    assert.equal(readBy(ends[index % 2 === 0 ? 1 : 0], message), `payload ${index}`)
    return message
  })
  assert.deepEqual(ends[0].split(), ends[1].split())
  assert.deepEqual(ends[1].remoteStatic, initiatorKey.publicKey)
  assert.deepEqual(ends[0].remoteStatic, responderKey.publicKey)
  return { messages, keys: ends[0].split() }
}

const codeOf = (answer: Uint8Array | { readonly type: string } | Refused): string =>
  answer instanceof Uint8Array ? 'written' : 'because' in answer ? answer.because.code : answer.type

describe('hybrid handshake', () => {
  for (const name of ['XX', 'IK', 'XXhfs', 'IKhfs'] as const) {
    test(`${name} agrees on keys and shows each side the other's static key`, () => {
      const { keys } = play(patterns[name])
      const all = [keys.initiator, keys.responder, keys.exporter, keys.handshakeHash].map(toHex)
      assert.equal(new Set(all).size, 4)
      assert.ok(all.every((octets) => octets.length === 64))
    })
  }

  test('IKhfs takes one message each way, 1,296 and 1,152 octets beside the payloads', () => {
    const lengths = play(patterns.IKhfs).messages.map((message) => message.length - 'payload 0'.length)
    assert.deepEqual(lengths, [32 + 1184 + 16 + 32 + 16 + 16, 32 + 1088 + 16 + 16])
  })

  test('the keys depend on what the KEM agreed on, though all else is the same', () => {
    const [one, other] = [play(patterns.IKhfs).keys, play(patterns.IKhfs).keys]
    assert.notDeepEqual(one.initiator, other.initiator)
    assert.deepEqual(play(patterns.IK).keys, play(patterns.IK).keys, 'while the classic keys are the same')
  })

  test('a KEM ciphertext that was corrupted fails at the payload, and the right answer still succeeds', () => {
    const [initiator, responder] = pair(patterns.XXhfs)
    readBy(responder, written(initiator, ''))
    const answer = written(responder, 'hello')
    for (const at of [0, 31, 32, 600, 32 + 1088, answer.length - 1]) {
      const changed = answer.slice()
      changed[at]! ^= 1
      assert.equal(codeOf(initiator.read(changed)), 'decrypt', `octet ${at}`)
    }
    assert.equal(readBy(initiator, answer), 'hello')
  })

  test('decapsulation of a forged ciphertext does not fail, it gives other octets (FIPS 203 §6.3)', () => {
    const encapsulation = nodeCrypto.encapsulate(kem.publicKey)!
    const forged = encapsulation.ciphertext.slice()
    forged[0]! ^= 1
    assert.deepEqual(kem.decapsulate(encapsulation.ciphertext), encapsulation.sharedSecret)
    assert.notDeepEqual(kem.decapsulate(forged), encapsulation.sharedSecret)
    assert.equal(kem.decapsulate(forged).length, 32)
  })

  test('what is no KEM key is refused by the side that should answer it', () => {
    const crypto: ChannelCrypto = {
      ...nodeCrypto,
      encapsulate: () => nodeCrypto.encapsulate(new Uint8Array(1184).fill(0xff)),
    }
    const [initiator, responder] = pair(patterns.IKhfs, crypto)
    readBy(responder, written(initiator, ''))
    assert.equal(codeOf(responder.write(text(''))), 'key')
  })
})

describe('what a stranger sends', () => {
  const lowOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ec${'ff'.repeat(30)}7f`,
  ]

  test('points of low order are refused as an ephemeral key', () => {
    for (const point of lowOrder) {
      const octets = new Uint8Array(Buffer.from(point, 'hex'))
      const [, responder] = pair(patterns.IK)
      const first = new Uint8Array(96)
      first.set(octets)
      assert.equal(codeOf(responder.read(first)), 'key', point)
    }
  })

  test('a message changed in any bit is refused, and the handshake goes on', () => {
    for (const name of ['IK', 'IKhfs', 'XX'] as const) {
      const [initiator, responder] = pair(patterns[name])
      const first = written(initiator, 'one')
      const changes = fc.property(fc.nat(first.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = first.slice()
        changed[at]! ^= change
        const answer = responder.read(changed)
        assert.ok(answer.type === 'refused')
      })
      if (name !== 'XX') fc.assert(changes, { numRuns: 25 }) // the first message of XX is in the clear
      readBy(responder, first)
      const second = written(responder, 'two')
      fc.assert(
        fc.property(fc.nat(second.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const changed = second.slice()
          changed[at]! ^= change
          assert.equal(initiator.read(changed).type, 'refused')
        }),
        { numRuns: 25 },
      )
      assert.equal(readBy(initiator, second), 'two')
    }
  })

  test('a first message of XX that was changed is found out in the second', () => {
    const [initiator, responder] = pair(patterns.XX)
    const first = written(initiator, 'one')
    first[40 - 6]! ^= 1
    assert.equal(responder.read(first).type, 'read')
    assert.equal(codeOf(initiator.read(written(responder, 'two'))), 'decrypt')
  })

  test('every length but the right one is refused', () => {
    const [initiator, responder] = pair(patterns.IKhfs)
    const first = written(initiator, '')
    for (const length of [0, 1, 31, 32, 96, 1231, 1232, 1295])
      assert.notEqual(codeOf(responder.read(first.slice(0, length))), 'read', `${length} octets`)
    assert.equal(codeOf(responder.read(new Uint8Array([...first, 0]))), 'decrypt')
    assert.equal(codeOf(responder.read(new Uint8Array(65_536))), 'malformed')
    assert.equal(readBy(responder, first), '')
  })

  test('random octets throw nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1400 }), (any) => {
        assert.equal(pair(patterns.IKhfs)[1].read(any).type, 'refused')
      }),
      { numRuns: 30 },
    )
  })

  test('own messages that come back are refused', () => {
    const [initiator] = pair(patterns.XX)
    const first = written(initiator, '')
    assert.notEqual(codeOf(initiator.read(first)), 'read')
    assert.equal(codeOf(initiator.write(text(''))), 'turn')
  })

  test('a responder with another key, or another prologue, does not read the first message', () => {
    const [initiator] = pair(patterns.IK)
    const first = written(initiator, '')
    const other = { pattern: patterns.IK, role: 'responder', crypto: nodeCrypto, ephemeral: testKey(4) } as const
    assert.equal(codeOf(new NoiseHandshake({ ...other, prologue, static: testKey(9) }).read(first)), 'decrypt')
    const changed = new NoiseHandshake({ ...other, prologue: text('another'), static: responderKey })
    assert.equal(codeOf(changed.read(first)), 'decrypt')
  })

  test('who has stolen the key of the responder forges a first message of IK, and cannot read the answer (KCI, §7.7)', () => {
    const stolen = responderKey.agree(initiatorKey.publicKey)!
    const thief = new NoiseHandshake({
      pattern: patterns.IK,
      role: 'initiator',
      prologue,
      crypto: nodeCrypto,
      ephemeral: testKey(5),
      remoteStatic: responderKey.publicKey,
      static: {
        publicKey: initiatorKey.publicKey,
        agree: (peer) => (toHex(peer) === toHex(responderKey.publicKey) ? stolen : testKey(6).agree(peer)),
      },
    })
    const [, responder] = pair(patterns.IK)
    readBy(responder, written(thief, 'forged'))
    assert.equal(codeOf(thief.read(written(responder, 'secret'))), 'decrypt')
  })
})

test('misuse is an error of our own', () => {
  const [initiator, responder] = pair(patterns.XX)
  assert.throws(() => initiator.split(), TypeError)
  assert.equal(codeOf(responder.write(text(''))), 'turn')
  assert.throws(() => initiator.write(new Uint8Array(65_536)), RangeError)
  const { IK } = patterns
  const bare = { pattern: IK, role: 'initiator', prologue, crypto: nodeCrypto, ephemeral: testKey(3) } as const
  assert.throws(() => new NoiseHandshake(bare), /needs "remoteStatic"/)
})
