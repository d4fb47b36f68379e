/** CBOR of strangers as JSON. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CborValue } from '@vagus/wire'
import fc from 'fast-check'
import { jsonOf } from '../src/grasp/any-value.ts'

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.double(),
    uint64,
    fc.string({ unit: 'binary' }),
    fc.constantFrom<CborValue[]>(true, false, null, undefined),
    fc.uint8Array({ maxLength: 8 }),
    fc.double().map((value): CborValue => ({ type: 'float', value })),
    fc.integer({ min: 0, max: 19 }).map((value): CborValue => ({ type: 'simple', value })),
    fc.record({ type: fc.constant('tag' as const), tag: uint64, value: tie('value') }, { noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((pairs): CborValue => new Map(pairs)),
  ),
}))

const rows: readonly { readonly name: string; readonly value: CborValue; readonly json: string }[] = [
  { name: 'octets', value: Uint8Array.of(1, 255), json: '"01ff"' },
  { name: 'a float without fraction', value: { type: 'float', value: 1 }, json: '1' },
  { name: 'no number', value: { type: 'float', value: NaN }, json: 'null' },
  { name: 'an integer that no number holds', value: 2n ** 60n, json: '"1152921504606846976"' },
  { name: 'a tagged one', value: { type: 'tag', tag: 1, value: 2n ** 60n }, json: '"1152921504606846976"' },
  { name: 'tagged octets', value: { type: 'tag', tag: 33, value: Uint8Array.of(1, 2) }, json: '"0102"' },
  { name: 'undefined', value: undefined, json: 'null' },
  { name: 'a simple value', value: [{ type: 'simple', value: 3 }], json: '[null]' },
  { name: 'keys that are no text', value: new Map<CborValue, CborValue>([[1, 2], [[3], 4]]), json: '{"1":2,"[3]":4}' }, // prettier-ignore
  { name: 'keys that would be equal', value: new Map<CborValue, CborValue>([[1, 'a'], ['1', 'b']]), json: '[[1,"a"],["1","b"]]' }, // prettier-ignore
  { name: 'a key that objects have of their own', value: new Map([['__proto__', 1]]), json: '{"__proto__":1}' },
]

describe('CBOR as JSON (RFC 8949 §6.1)', () => {
  for (const { name, value, json } of rows) test(name, () => assert.equal(JSON.stringify(jsonOf(value)), json))

  test('there is JSON for every value, and it can be read', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text: unknown = JSON.stringify(jsonOf(value))
        assert.ok(typeof text === 'string')
        JSON.parse(text)
      }),
    )
  })
})
