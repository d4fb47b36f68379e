/** Decoders are compiled for data that has a record at least, and given up where they are missed least. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecoderCache } from '../src/decode/compile.ts'
import { type FieldSpecifier, layoutOf, variableLength } from '../src/layout.ts'
import { decoderOf, newTemplate } from '../src/template.ts'

const templateOf = (...lengths: readonly number[]): ReturnType<typeof newTemplate> =>
  newTemplate({ id: 256, scopeCount: 0, fields: lengths.map(field) }, 0)
const field = (length: number): FieldSpecifier => ({ element: 30_000, length, enterprise: 0 })

test('the decoder unused for longest is given up at the limit', () => {
  const cache = new DecoderCache(2)
  const [first, second, third] = [templateOf(1), templateOf(2), templateOf(3)]
  decoderOf(first, cache, 1)
  decoderOf(second, cache, 2)
  decoderOf(first, cache, 3)
  decoderOf(third, cache, 4)
  assert.deepEqual(
    [first, second, third].map(({ compiled }) => compiled?.decode !== undefined),
    [true, false, true],
  )
})

test('templates that look alike share a decoder, and each use of it counts', () => {
  const cache = new DecoderCache(2)
  const [first, alike, second] = [templateOf(1), templateOf(1), templateOf(2)]
  decoderOf(first, cache, 1)
  decoderOf(second, cache, 2)
  assert.equal(decoderOf(alike, cache, 3), first.compiled)
  decoderOf(templateOf(3), cache, 4)
  assert.deepEqual([first.compiled?.decode === undefined, second.compiled?.decode === undefined], [false, true])
})

test('the shortest record of a template is known before its decoder', () => {
  for (const lengths of [
    [4, 4],
    [0, 2],
    [0, 0],
    [4, variableLength, 2, variableLength],
  ]) {
    const { minLength, isFixed, compiled } = templateOf(...lengths)
    const layout = layoutOf(lengths.map(field))
    assert.deepEqual([minLength, isFixed, compiled], [layout.minLength, layout.parts.length === 1, undefined])
  }
})
