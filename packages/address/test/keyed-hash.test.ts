import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type FiveTupleHashes, hashEnd, hashKeyWords, hashMore, KeyedHash, wordsPerFiveTuple } from '../src/index.ts'

/** Seeded, so that a failure can be reproduced. */
function randomWords(count: number, seed: number): Uint32Array {
  let state = seed >>> 0
  return Uint32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  })
}
const hashWith = (seed: number): KeyedHash => new KeyedHash(randomWords(hashKeyWords, seed))
const word = fc.nat(0xffffffff)

describe('a hash with a key', () => {
  test('is the sum modulo 2^32 of half-words, each multiplied by its own word of the key', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: wordsPerFiveTuple }), fc.nat(), (list, seed) => {
        const key = randomWords(hashKeyWords, seed)
        const sum = (from: number): bigint =>
          list.reduce(
            (total, each, index) =>
              total +
              BigInt(each & 0xffff) * BigInt(key[2 + 4 * index + 2 * from]!) +
              BigInt(each >>> 16) * BigInt(key[3 + 4 * index + 2 * from]!),
            BigInt(key[from]!),
          ) & 0xffffffffn
        const wanted = (sum(0) >> 15n) | (sum(1) & 0xfffe0000n)
        assert.equal(new KeyedHash(key).of(Uint32Array.of(9, ...list), 1, list.length), Number(wanted))
      }),
    )
  })

  test('of a conversation and of its parts is the hash of their words', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 11, maxLength: 11 }), fc.nat(), (list, seed) => {
        const hash = hashWith(seed)
        const columns = {
          srcAddr: Uint32Array.from([0, 0, 0, 0, ...list.slice(0, 4)]),
          dstAddr: Uint32Array.from([0, 0, 0, 0, ...list.slice(4, 8)]),
          srcPort: Uint16Array.of(0, list[8]!),
          dstPort: Uint16Array.of(0, list[9]!),
          protocol: Uint8Array.of(0, list[10]!),
        }
        const key = new Uint32Array(wordsPerFiveTuple)
        const made: FiveTupleHashes = { key, srcHash: 0, dstHash: 0, pairHash: 0, conversationHash: 0 }
        hash.ofFiveTuple(made, columns, 1)
        assert.equal(made.srcHash, hash.of(columns.srcAddr, 4, 4))
        assert.equal(made.dstHash, hash.of(columns.dstAddr, 4, 4))
        assert.equal(made.pairHash, hash.of(key, 0, 8))
        assert.equal(made.conversationHash, hash.of(key, 0, 10))
        assert.deepEqual([...key.subarray(0, 8)], list.slice(0, 8))
      }),
    )
  })

  test('spreads keys that were chosen to collide in the hash without a key', () => {
    // Addresses of 2001:db8::/64 whose last two words make the rounds end in the same number.
    const inverse = (odd: number): number => {
      let x = odd
      for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x))
      return x
    }
    const [c1, c2, five] = [inverse(0xcc9e2d51), inverse(0x1b873593), inverse(5)]
    const wordFrom = (before: number, after: number): number => {
      const rotated = Math.imul((after - 0xe6546b64) | 0, five)
      const mixed = Math.imul((((rotated >>> 13) | (rotated << 19)) ^ before) | 0, c2)
      return Math.imul((mixed >>> 15) | (mixed << 17), c1) >>> 0
    }
    const start = hashMore(hashMore(0, 0x20010db8), 0)
    const count = 2048
    const keys = Uint32Array.from({ length: count * 4 })
    for (let index = 0; index < count; index++) {
      const third = hashMore(start, index)
      keys.set([0x20010db8, 0, index, wordFrom(third, 0x12345678)], index * 4)
    }
    const chosen = (at: number): number => {
      let hash = 0
      for (let index = 0; index < 4; index++) hash = hashMore(hash, keys[at + index]!)
      return hashEnd(hash)
    }
    const seen = new Set(Array.from({ length: count }, (_, index) => chosen(index * 4)))
    assert.equal(seen.size, 1) // the attack works on the hash without a key
    for (let seed = 1; seed <= 20; seed++) {
      const hash = hashWith(seed)
      const places = new Uint8Array(4096)
      for (let index = 0; index < count; index++) places[hash.of(keys, index * 4, 4) & 4095]!++
      assert.ok(Math.max(...places) <= 12, `${Math.max(...places)} keys fall on one place`)
      // 2048 keys at random over 4096 places take 1612 of them.
      assert.ok(places.filter((each) => each > 0).length > 1000)
    }
  })

  test('hashes octets by value, length and context, wherever they are', () => {
    const octets = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(octets, octets, fc.nat(3), fc.integer(), (some, others, context, seed) => {
        const hash = hashWith(seed)
        const within = Uint8Array.of(...others, ...some, 9)
        const [from, to] = [others.length, others.length + some.length]
        const made = hash.ofOctets(some, 0, some.length, context)
        assert.equal(hash.ofOctets(within, from, to, context), made)
        assert.notEqual(hash.ofOctets(some, 0, some.length, context + 1), made)
        // Zeros at the end are octets like others.
        assert.notEqual(hash.ofOctets(Uint8Array.of(...some, 0), 0, some.length + 1, context), made)
        if (Buffer.compare(some, others) !== 0) assert.notEqual(hash.ofOctets(others, 0, others.length, context), made)
        for (let index = 0; index < some.length; index++) {
          const other = some.slice()
          other[index]! ^= 0x80
          assert.notEqual(hash.ofOctets(other, 0, other.length, context), made)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('spreads octets that differ in one place, and consecutive prefixes', () => {
    const hash = hashWith(7)
    const counts = [0, 50, 99].map((place) => {
      const octets = new Uint8Array(100)
      const seen = new Set<number>()
      for (let value = 0; value < 256; value++) {
        octets[place] = value
        seen.add(hash.ofOctets(octets, 0, 100, 0) & 4095)
      }
      return seen.size
    })
    // 256 at random over 4096 places take 248 of them.
    for (const count of counts) assert.ok(count > 200, `${count} places`)
    const places = new Set<number>()
    for (let net = 0; net < 2048; net++) {
      for (const length of [24, 25])
        places.add(hash.ofPrefix(Uint32Array.of(0xc6000000 + net * 256), 0, 1, length) & 8191)
    }
    // 4096 at random over 8192 places take 3223 of them.
    assert.ok(places.size > 2400, `${places.size} places`)
  })

  test('spreads consecutive prefixes far enough for linear probing', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const hash = hashWith(seed)
      const taken = new Uint8Array(16_384)
      let steps = 0
      for (let net = 0; net < 6144; net++) {
        let place = hash.ofPrefix(Uint32Array.of(0xc6000000 + net * 256), 0, 1, 24) & 16_383
        for (; taken[place] === 1; place = (place + 1) & 16_383) steps++
        taken[place] = 1
      }
      // With random hashes, a table filled to three eighths takes 0.3 steps per key (Knuth, vol. 3, 6.4).
      assert.ok(steps / 6144 < 0.5, `${steps / 6144} steps with key ${seed}`)
    }
  })

  test('requires a whole key', () => {
    assert.throws(() => new KeyedHash(new Uint32Array(10)), /a hash key must have 42 words, got 10/)
  })
})
