import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatWords, parsePrefix, PrefixTable } from '@vagus/address'
import fc from 'fast-check'
import { SiteTable } from '../src/site-table.ts'

const word = fc.oneof(fc.constantFrom(0, 0xffff, 0x20010db8, 0xffffffff, 0x1ffff), fc.nat(0xffffffff))
const ipv4 = word.map((address): readonly number[] => [address, 0xffff, 0, 0])
const ipv6 = fc.tuple(word, word, word, word).map((words): readonly number[] => words)
const address = fc.oneof(ipv4, ipv6)
/** A prefix that contains the address, or one beside it. */
const prefix = fc.tuple(address, fc.nat(128)).map(([words, length]) => {
  const is4 = words[1] === 0xffff && words[2] === 0 && words[3] === 0
  const bits = is4 ? length % 33 : length
  const kept = words.map((each, index) => {
    const from = is4 ? (index === 0 ? 0 : -96) : (3 - index) * 32
    const own = Math.min(32, Math.max(0, bits - from))
    return own === 32 || (is4 && index > 0) ? each : own === 0 ? 0 : (each & (-1 << (32 - own))) >>> 0
  })
  return `${formatWords(Uint32Array.from(kept), 0)}/${!is4 && isMapped(kept) ? 128 : bits}`
})
const isMapped = (words: readonly number[]): boolean => words[1] === 0xffff && words[2] === 0 && words[3] === 0

describe('sites of addresses', () => {
  test('are those of the longest prefix, regardless of earlier look-ups', () => {
    fc.assert(
      fc.property(fc.uniqueArray(prefix, { maxLength: 12 }), fc.array(address, { maxLength: 60 }), (texts, asked) => {
        const usable = texts.filter((text) => {
          try {
            return parsePrefix(text).length >= 0
          } catch {
            return false // IPv4 in the notation of IPv6
          }
        })
        const sites = usable.map((text, index) => ({ name: `s${index}`, prefixes: [text] }))
        const wanted = new PrefixTable(usable.map((text, index) => [parsePrefix(text), index + 1] as const))
        const table = new SiteTable(sites)
        const twice = [...asked, ...asked]
        const words = Uint32Array.from(twice.flat())
        const found = new Uint16Array(twice.length).fill(7)
        table.lookUp(words, found, twice.length)
        assert.deepEqual(
          [...found],
          twice.map((_, row) => Math.max(0, wanted.lookup(words, row * 4))),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('are right when networks evict each other from the cache', () => {
    const table = new SiteTable([
      { name: 'a', prefixes: ['10.0.0.0/8'] },
      { name: 'b', prefixes: ['2001:db8::/32'] },
      { name: 'c', prefixes: ['192.0.2.1/32'] },
    ])
    const rows = 20_000
    const words = new Uint32Array(rows * 4)
    for (let row = 0; row < rows; row++) words.set([Math.imul(row, 0x9e3779b1), 0xffff, 0, 0], row * 4)
    for (let row = 0; row < rows; row += 3) words.set([row, 0, 0, 0x20010db8], row * 4)
    const found = new Uint16Array(rows)
    for (let round = 0; round < 2; round++) {
      table.lookUp(words, found, rows)
      for (let row = 0; row < rows; row++) {
        const w0 = words[row * 4]!
        const site = words[row * 4 + 3] === 0x20010db8 ? 2 : w0 >>> 24 === 10 ? 1 : w0 === 0xc0000201 ? 3 : 0
        assert.equal(found[row], site)
      }
    }
  })
})
