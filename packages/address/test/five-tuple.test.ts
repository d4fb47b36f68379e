import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  dstPortText,
  fiveTupleOf,
  hashEnd,
  hashMore,
  hashWords,
  parseAddress,
  wordsPerFiveTuple,
  writeFiveTuple,
  writeWords,
} from '../src/index.ts'

describe('five-tuple', () => {
  test('of a row reads back as text and numbers', () => {
    const columns = {
      srcAddr: new Uint32Array(8),
      dstAddr: new Uint32Array(8),
      srcPort: Uint16Array.of(0, 65_535),
      dstPort: Uint16Array.of(0, 443),
      protocol: Uint8Array.of(0, 17),
    }
    writeWords(columns.srcAddr, 4, parseAddress('192.0.2.1'))
    writeWords(columns.dstAddr, 4, parseAddress('2001:db8::1'))
    const key = new Uint32Array(wordsPerFiveTuple)
    writeFiveTuple(key, columns, 1)
    assert.deepEqual(fiveTupleOf(key), {
      src: '192.0.2.1',
      dst: '2001:db8::1',
      srcPort: 65_535,
      dstPort: 443,
      protocol: 17,
    })
  })
})

test('a destination port is a number, and of ICMP the type and code (RFC 792, RFC 4443)', () => {
  const texts = [6, 1, 58].map((protocol) => dstPortText({ dstPort: 2049, protocol }))
  assert.deepEqual(texts, ['2049', '8/1', '8/1'])
})

describe('hash', () => {
  test('can be computed word by word', () => {
    fc.assert(
      fc.property(fc.uint32Array({ minLength: 3, maxLength: 8 }), (words) => {
        let hash = 0
        for (const word of words.subarray(1)) hash = hashMore(hash, word)
        assert.equal(hashEnd(hash), hashWords(words, 1, words.length - 1))
      }),
    )
  })

  test('spreads consecutive addresses over all places of a table', () => {
    const seen = new Uint32Array(256)
    for (let host = 0; host < 25_600; host++) seen[hashWords(Uint32Array.of(0x0a000000 + host), 0, 1) & 255]!++
    for (const count of seen) assert.ok(count > 50 && count < 150, `${count} of about 100`)
  })
})
