import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  CborFramer,
  type CborValue,
  decodeCbor,
  DecodeError,
  defaultCborLimits,
  encodeCbor,
  readItem,
} from '../../src/index.ts'
import { rejects, vectors } from './vectors.ts'

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

describe('RFC 8949 appendix A', () => {
  for (const { hex, value, sent } of vectors) {
    test(`${hex.slice(0, 60)} is read, and written in the shortest form`, () => {
      assert.deepEqual(decodeCbor(fromHex(hex)), value)
      assert.equal(toHex(encodeCbor(value)), sent ?? hex)
      assert.equal(toHex(readItem(fromHex(hex)).octets), hex)
    })
  }
})

describe('rejects', () => {
  for (const { name, hex, code, offset } of rejects) {
    test(name, () => assert.throws(() => decodeCbor(fromHex(hex)), { name: 'DecodeError', code, offset }))
  }

  test('an item one octet longer than the limit, and not one of its length', () => {
    const limits = { ...defaultCborLimits, octets: 4 }
    assert.deepEqual(decodeCbor(fromHex('43010203'), limits), fromHex('010203'))
    assert.throws(() => decodeCbor(fromHex('4401020304'), limits), { code: 'bad-length' })
  })
})

describe('an item not in the shortest form', () => {
  for (const [hex, shortest] of [
    ['1800', '00'],
    ['1b0000000000000001', '01'],
    ['5a00000001ff', '41ff'],
    ['fb3ff8000000000000', 'f93e00'],
    ['a2 02 00 01 00', 'a201000200'],
  ] as const) {
    test(`${hex} is read, and written as ${shortest}`, () =>
      assert.equal(toHex(encodeCbor(decodeCbor(fromHex(hex.replaceAll(' ', ''))))), shortest))
  }

  test('a byte order mark in text is a character like any other', () => {
    assert.equal(decodeCbor(fromHex('64efbbbf61')), '\ufeffa')
  })
})

describe('values that CBOR cannot represent are a RangeError', () => {
  const cycle: CborValue[] = []
  cycle.push(cycle)
  const wrong: readonly (readonly [string, CborValue])[] = [
    ['2^64', 2n ** 64n],
    ['-2^64-1', -(2n ** 64n) - 1n],
    ['half a surrogate pair', '\ud800'],
    ['a cycle', cycle],
    ['a simple value between the ranges', { type: 'simple', value: 24 }],
    ['a negative tag', { type: 'tag', tag: -1, value: 0 }],
    [
      'keys that are equal when encoded',
      new Map<CborValue, number>([
        [[1], 1],
        [[1], 2],
      ]),
    ],
  ]
  for (const [name, value] of wrong) test(name, () => assert.throws(() => encodeCbor(value), RangeError))
})

const leaf: fc.Arbitrary<CborValue> = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
  fc.double().filter((value) => !Number.isSafeInteger(value) || Object.is(value, -0)),
  fc.integer().map((value) => ({ type: 'float', value }) as const),
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 40 }),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.integer({ min: 32, max: 255 }).map((value) => ({ type: 'simple', value }) as const),
)
const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.tuple(fc.string(), tie('value')), { maxLength: 4, selector: ([key]) => key })
        .map((pairs) => new Map(pairs.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(), tie('value'))
        .map(([number, value]): CborValue => ({ type: 'tag', tag: number, value })),
    },
  ),
}))

describe('properties', () => {
  test('any value round-trips', () => {
    fc.assert(
      fc.property(anyValue, (value) => assert.deepEqual(decodeCbor(encodeCbor(value)), value)),
      { numRuns: 200 },
    )
  })

  test('random octets throw nothing but DecodeError, and a decoded value can be encoded again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        try {
          const value = decodeCbor(octets)
          assert.deepEqual(decodeCbor(encodeCbor(value)), value)
        } catch (error) {
          assert.ok(error instanceof DecodeError)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('items of a stream do not depend on its segments', () => {
    const streams = fc.tuple(
      fc.array(anyValue, { maxLength: 5 }),
      fc.constantFrom('', 'ff', '1c', '62c080'),
      fc.array(fc.nat({ max: 300 }), { maxLength: 8 }),
    )
    fc.assert(
      fc.property(streams, ([values, end, cuts]) => {
        const items = values.map((value) => encodeCbor(value))
        const octets = fromHex(items.map(toHex).join('') + end)
        const framer = new CborFramer()
        const found: Uint8Array[] = []
        const bounds = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length]
        let error: DecodeError | undefined
        for (const [index, from] of bounds.slice(0, -1).entries()) {
          const framed = framer.push(octets.subarray(from, bounds[index + 1]))
          found.push(...framed.items)
          ;({ error } = framed)
        }
        assert.deepEqual(found, items)
        assert.equal(error !== undefined, end !== '')
      }),
      { numRuns: 100 },
    )
  })
})

describe('CborFramer', () => {
  test('every vector is found when segmented after every octet, and waits for no further octet', () => {
    for (const { hex } of vectors) {
      const octets = fromHex(hex)
      const framer = new CborFramer()
      for (const octet of octets.subarray(0, -1)) {
        assert.deepEqual(framer.push(Uint8Array.of(octet)), { items: [] }, hex)
      }
      assert.deepEqual(framer.push(octets.subarray(-1)).items, [octets])
      assert.equal(framer.pending, 0)
    }
  })

  test('an item longer than the limit breaks the stream at its head, before it is stored', () => {
    const framer = new CborFramer({ ...defaultCborLimits, octets: 100 })
    assert.equal(framer.push(fromHex('5864')).error?.code, 'bad-length')
    assert.equal(framer.pending, 0)
    assert.equal(framer.push(fromHex('00')).error?.code, 'bad-length')
  })

  test('a long item is found in a long stream', () => {
    const long = encodeCbor(new Uint8Array(60_000))
    const framer = new CborFramer()
    assert.deepEqual(framer.push(long.subarray(0, 30_000)).items, [])
    assert.deepEqual(framer.push(new Uint8Array([...long.subarray(30_000), 1, 2])).items, [
      long,
      fromHex('01'),
      fromHex('02'),
    ])
  })
})
