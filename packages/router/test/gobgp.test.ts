import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { many, Message, one } from '../src/gobgp/protobuf.ts'

const inner = new Message({ number: one(1, 'uint'), text: one(20, 'text') })
const outer = new Message({ flag: one(1, 'bool'), inner: one(2, inner), all: many(3, inner), raw: many(4, 'octets') })
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

describe('messages of Protocol Buffers', () => {
  // Octets as protoc --encode writes them.
  const rows = [
    [{ inner: { number: 150 } }, '12030896 01'],
    [{ flag: true, inner: { text: 'a' } }, '0801 1204 a2010161'],
    [{ all: [{ number: 1 }, { number: 2 ** 40 }] }, '1a020801 1a07 08808080808020'],
    [{ raw: [hex('00ff'), hex('')] }, '220200ff 2200'],
  ] as const
  for (const [values, octets] of rows) {
    test(`${octets} both ways`, () => {
      assert.equal(Buffer.from(outer.encode(values)).toString('hex'), octets.replaceAll(' ', ''))
      assert.deepEqual(outer.decode(hex(octets.replaceAll(' ', ''))), values)
    })
  }

  test('fields of other numbers are passed over, whatever their type', () => {
    assert.deepEqual(outer.decode(hex('7801 7d00000000 790000000000000000 7a0100 0801'.replaceAll(' ', ''))), {
      flag: true,
    })
  })

  for (const [octets, problem] of [
    ['0880', 'a number that does not end'],
    ['1205 08', 'a field that is longer than its message'],
    ['0b', 'a field of wire type 3'],
    ['0a0101', 'octets where a number was expected'],
    ['1001', 'a number where octets were expected'],
  ] as const) {
    test(`${octets} is refused: ${problem}`, () =>
      assert.throws(() => outer.decode(hex(octets.replaceAll(' ', ''))), { name: 'RangeError', message: problem }))
  }
})
