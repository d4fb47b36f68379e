import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  contains,
  octetsOfWords,
  parseAddress,
  parsePrefix,
  type Prefix,
  PrefixTable,
  writeWords,
} from '../src/index.ts'

const wordsOf = (octets: Uint8Array): Uint32Array => {
  const words = new Uint32Array(4)
  writeWords(words, 0, octets)
  return words
}
const tableOf = (entries: Record<string, number>): PrefixTable =>
  new PrefixTable(Object.entries(entries).map(([text, value]) => [parsePrefix(text), value]))
const find = (table: PrefixTable, text: string): number => table.lookup(wordsOf(parseAddress(text)), 0)

/** The longest of all prefixes that contain the address, by linear search. */
function naive(entries: readonly (readonly [Prefix, number])[], octets: Uint8Array): number {
  let best = -1
  let length = -1
  for (const [prefix, value] of entries) {
    if (prefix.length > length && contains(prefix, octets)) [best, length] = [value, prefix.length]
  }
  return best
}

/** Addresses close together, so that prefixes nest. */
const octets = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 2, 127, 128, 255), { minLength: 16, maxLength: 16 }),
  fc
    .array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 4, maxLength: 4 })
    .map((four) => [...Array.from({ length: 10 }, () => 0), 255, 255, ...four]),
)
const prefix = fc.tuple(octets, fc.integer({ min: 0, max: 128 })).map(([all, bits]): Prefix => {
  const version = all.slice(0, 10).every((octet) => octet === 0) && all[10] === 255 && all[11] === 255 ? 4 : 6
  const length = version === 4 ? bits % 33 : bits
  const kept = version === 4 ? 96 + length : length
  return {
    version,
    octets: Uint8Array.from(all, (octet, at) => octet & (0xff00 >> Math.min(Math.max(kept - at * 8, 0), 8))),
    length,
  }
})

describe('prefix table', () => {
  test('the longest prefix wins, on both sides of each border', () => {
    const table = tableOf({
      '0.0.0.0/0': 1,
      '10.0.0.0/8': 2,
      '10.1.0.0/16': 3,
      '10.1.2.0/24': 4,
      '10.1.2.3/32': 5,
      '10.1.2.128/25': 0,
      '2001:db8::/32': 7,
      '2001:db8:1::/48': 8,
      '2001:db8:1:2::/64': 9,
      '2001:db8:1:2::3/128': 4_294_967_294,
    })
    const wanted = {
      '9.255.255.255': 1,
      '10.0.255.255': 2,
      '10.1.0.0': 3,
      '10.1.1.255': 3,
      '10.1.2.2': 4,
      '10.1.2.3': 5,
      '10.1.2.4': 4,
      '10.1.2.128': 0,
      '10.1.3.0': 3,
      '10.2.0.0': 2,
      '11.0.0.0': 1,
      '2001:db7:ffff::': -1,
      '2001:db8::': 7,
      '2001:db8:1::': 8,
      '2001:db8:1:2::2': 9,
      '2001:db8:1:2::3': 4_294_967_294,
      '2001:db8:1:2::4': 9,
      '2001:db8:1:2:8000::': 9,
      '2001:db8:1:3::': 8,
      '2001:db8:2::': 7,
      '2001:db9::': -1,
    }
    for (const [text, value] of Object.entries(wanted)) assert.equal(find(table, text), value, text)
    assert.equal(table.size, 10)
  })

  test('reads the given row of a column', () => {
    const column = new Uint32Array(12)
    writeWords(column, 8, parseAddress('10.0.0.1'))
    assert.equal(tableOf({ '10.0.0.0/8': 6 }).lookup(column, 8), 6)
  })

  test('an empty table finds nothing', () => {
    assert.equal(find(new PrefixTable([]), '10.0.0.1'), -1)
    assert.equal(find(new PrefixTable([]), '::'), -1)
  })

  test('families do not mix: ::/0 is not a route for IPv4', () => {
    assert.equal(find(tableOf({ '::/0': 1 }), '192.0.2.1'), -1)
    assert.equal(find(tableOf({ '0.0.0.0/0': 1 }), '2001:db8::1'), -1)
  })

  test('finds the same as a search of all prefixes', () => {
    const entries = fc.uniqueArray(prefix, {
      maxLength: 40,
      selector: ({ version, octets: all, length }) => `${version} ${all.join()} ${length}`,
    })
    fc.assert(
      fc.property(entries, fc.array(octets, { minLength: 5, maxLength: 10 }), (prefixes, probes) => {
        const list = prefixes.map((each, index) => [each, index * 1000] as const)
        const table = new PrefixTable(list)
        const ends = prefixes.map(({ octets: all }) => all)
        for (const probe of [...probes.map((all) => Uint8Array.from(all)), ...ends]) {
          assert.equal(table.lookup(wordsOf(probe), 0), naive(list, probe))
        }
      }),
      { numRuns: 25 },
    )
  })

  test('finds the same as a search of all prefixes, with random prefixes of every length', () => {
    const random = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(random, fc.integer({ min: 0, max: 15 }), (seed, at) => {
        const list = Array.from({ length: 129 }, (_, length): readonly [Prefix, number] => [
          {
            version: 6,
            octets: Uint8Array.from(seed, (octet, i) => octet & (0xff00 >> Math.min(Math.max(length - i * 8, 0), 8))),
            length,
          },
          length,
        ])
        const table = new PrefixTable(list)
        const words = wordsOf(seed)
        assert.equal(table.lookup(words, 0), 128)
        words[at & 3]! ^= 1 << at
        assert.equal(table.lookup(words, 0), naive(list, octetsOfWords(words, 0)))
      }),
      { numRuns: 10 },
    )
  })

  test('one prefix with two values is refused, twice with one value is not', () => {
    const twice = parsePrefix('10.0.0.0/8')
    assert.throws(
      () =>
        new PrefixTable([
          [twice, 2],
          [twice, 1],
        ]),
      /prefix 10\.0\.0\.0\/8 must have one value, got 1 and 2/,
    )
    const table = new PrefixTable([
      [twice, 2],
      [twice, 2],
    ])
    assert.equal(find(table, '10.0.0.1'), 2)
  })

  test('values out of range are refused', () => {
    for (const value of [-1, 0.5, 0xffffffff, Number.NaN]) {
      assert.throws(
        () => tableOf({ '10.0.0.0/8': value }),
        /value of 10\.0\.0\.0\/8 must be an integer 0\.\.4294967294/,
      )
    }
  })
})
