import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checksumOf, scriptSumming, summingIn } from '../src/log/checksum.ts'

const memory = new WebAssembly.Memory({ initial: 1 })
const octets = new Uint8Array(memory.buffer as ArrayBuffer)
for (let at = 0; at < octets.length; at++) octets[at] = (at * at * 31 + at * 7) >>> 3
const header = octets.slice(0, 36)
const sumOf = (body: Uint8Array): number => checksumOf(header, body, scriptSumming)

/** Octets of whole words somewhere in the memory. */
const part = fc.tuple(fc.nat(1000), fc.nat(600)).map(([word, words]) => octets.subarray(word * 4, word * 4 + words * 4))

describe('the checksum', () => {
  test('is the same with vector instructions, in plain JavaScript, and in other memory', () => {
    fc.assert(
      fc.property(part, (body) => {
        const sum = checksumOf(header, body, summingIn(memory))
        assert.equal(checksumOf(header, body, scriptSumming), sum)
        assert.equal(checksumOf(header, body.slice(), summingIn(memory)), sum)
      }),
    )
  })

  test('is the one in existing logs', () => {
    const lengths = [0, 8, 128, 136, 32_768]
    assert.deepEqual(
      lengths.map((length) => sumOf(octets.subarray(0, length)).toString(16)),
      ['6a696eee', '32db323c', 'b866b155', 'cbe9fa3', '1bdd62c4'],
    )
  })

  test('detects every change within four octets', () => {
    fc.assert(
      fc.property(part, fc.nat(), fc.integer({ min: 1, max: 0xffffffff }), (body, place, change) => {
        fc.pre(body.length > 0)
        const changed = body.slice()
        const view = new DataView(changed.buffer)
        const at = (place % (body.length / 4)) * 4
        view.setUint32(at, (view.getUint32(at) ^ change) >>> 0)
        assert.notEqual(sumOf(changed), sumOf(body))
      }),
      { numRuns: 1000 },
    )
  })

  test('detects every flipped bit of 4 KiB and their header', () => {
    const body = octets.slice(0, 4096)
    const sum = sumOf(body)
    for (let bit = 0; bit < body.length * 8; bit++) {
      body[bit >>> 3]! ^= 1 << (bit & 7)
      assert.notEqual(checksumOf(header, body, scriptSumming), sum, `bit ${bit}`)
      body[bit >>> 3]! ^= 1 << (bit & 7)
    }
    for (let bit = 0; bit < header.length * 8; bit++) {
      const changed = header.slice()
      changed[bit >>> 3]! ^= 1 << (bit & 7)
      assert.notEqual(checksumOf(changed, body, scriptSumming), sum, `bit ${bit} of the header`)
    }
  })

  test('detects pages of zeros, moved octets, and a missing end', () => {
    const body = octets.slice(0, 16_384)
    const sum = sumOf(body)
    for (let page = 0; page < body.length; page += 4096) {
      assert.notEqual(sumOf(body.slice().fill(0, page, page + 4096)), sum, `zeros from ${page} on`)
    }
    for (let torn = 0; torn < body.length; torn += 512) {
      assert.notEqual(sumOf(body.slice().fill(0, torn)), sum, `nothing written from ${torn} on`)
    }
    for (let by = 4; by <= 512; by += 4) {
      assert.notEqual(sumOf(body.slice().copyWithin(by, 0)), sum, `moved by ${by}`)
      assert.notEqual(sumOf(body.subarray(0, body.length - by)), sum, `without the last ${by}`)
    }
  })

  test('differs for zeros of every length', () => {
    const zeros = new Uint8Array(4096)
    const sums = Array.from({ length: 1025 }, (_, words) => sumOf(zeros.subarray(0, words * 4)))
    assert.equal(new Set(sums).size, sums.length)
  })

  test('differs for swapped words', () => {
    const place = fc.nat(255)
    fc.assert(
      fc.property(place, place, (a, b) => {
        const body = octets.slice(0, 1024)
        const words = new Uint32Array(body.buffer)
        fc.pre(words[a] !== words[b])
        ;[words[a], words[b]] = [words[b]!, words[a]!]
        assert.notEqual(sumOf(body), sumOf(octets.subarray(0, 1024)))
      }),
    )
  })
})
