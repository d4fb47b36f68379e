import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lengthProblem } from '../src/der-lengths.ts'

/** A value in DER of `tag` around `content`. */
function tlv(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.of(tag, ...size, ...content)
}

const primitive = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.uint8Array({ maxLength: 150 }))
  .map(([tag, content]) => tlv(tag, content))
const { value } = fc.letrec<{ value: Uint8Array }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    primitive,
    fc
      .array(tie('value'), { maxLength: 4 })
      .map((parts) => tlv(0x30, Uint8Array.from(parts.flatMap((part) => [...part])))),
  ),
}))

describe('lengths in DER', () => {
  test('fit into each other in every value', () => {
    fc.assert(fc.property(value, (der) => assert.equal(lengthProblem(der), undefined)))
  })
  test('that were changed do not fit, whichever it was', () => {
    const der = tlv(
      0x30,
      Uint8Array.of(...tlv(0x30, tlv(4, new Uint8Array(200).fill(0xff))), ...tlv(2, Uint8Array.of(1))),
    )
    for (const at of [1, 2, 4, 5, 7, 8]) {
      for (const change of [1, 2, 0x7f, 0x80, 0xff]) {
        const changed = Uint8Array.from(der)
        changed[at]! ^= change
        assert.notEqual(lengthProblem(changed), undefined, `${at} ${change}`)
      }
    }
  })
  test('are not indefinite, longer than needed, or missing', () => {
    for (const wrong of [
      [],
      [0x30],
      [0x30, 0x80, 0, 0],
      [4, 0x81, 1, 0],
      [4, 0x82, 0, 0x80, ...Array<number>(128).fill(0)],
      [0x1f, 0x81, 0],
      [4, 1],
      [4, 0, 0],
    ])
      assert.notEqual(lengthProblem(Uint8Array.from(wrong)), undefined, String(wrong))
  })
  test('of thousands of nested values end early', () => {
    let der: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 40; depth++) der = tlv(0x30, der)
    assert.match(lengthProblem(der)!, /nested more than 32 deep/)
    assert.match(lengthProblem(new Uint8Array(60_000).fill(0x30))!, /./)
  })
  test('of random octets are judged without throwing', () => {
    fc.assert(fc.property(fc.uint8Array(), (der) => void lengthProblem(der)))
  })
})
