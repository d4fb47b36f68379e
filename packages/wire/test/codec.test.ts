import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Codec,
  concatOctets,
  counted,
  decode,
  DecodeError,
  encode,
  list,
  octets,
  Reader,
  rest,
  struct,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
  Writer,
} from '../src/index.ts'

const element = struct({ type: uint8, value: counted(1, rest) })
const message = struct({
  version: uint8,
  holdTime: uint16,
  id: uint32,
  cookie: uint64,
  mac: octets(6),
  elements: counted(2, list(element)),
})
const mac = Uint8Array.of(1, 2, 3, 4, 5, 6)
const value = {
  version: 4,
  holdTime: 90,
  id: 0x0a000001,
  cookie: 2n ** 63n,
  mac,
  elements: [{ type: 2, value: Uint8Array.of(0xff) }],
}
const hex = '04 005a 0a000001 8000000000000000 010203040506 0003 02 01 ff'
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('struct', () => {
  test('reads and writes its table', () => {
    assert.deepEqual(encode(message, value), fromHex(hex))
    assert.deepEqual(decode(message, fromHex(hex)), value)
  })

  test('round-trips any value, also one longer than the first buffer', () => {
    const field = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })
    const values = fc.record(
      {
        version: field(255),
        holdTime: field(65535),
        id: field(2 ** 32 - 1),
        cookie: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        mac: fc.uint8Array({ minLength: 6, maxLength: 6 }),
        elements: fc.array(
          fc.record({ type: field(255), value: fc.uint8Array({ maxLength: 255 }) }, { noNullPrototype: true }),
          { maxLength: 20 },
        ),
      },
      { noNullPrototype: true },
    )
    fc.assert(fc.property(values, (any) => assert.deepEqual(decode(message, encode(message, any)), any)))
    const long = { ...value, elements: Array.from({ length: 200 }, () => ({ type: 1, value: new Uint8Array(200) })) }
    assert.deepEqual(decode(message, encode(message, long)), long)
  })

  test('random octets throw nothing but DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (any) => {
        try {
          decode(message, any)
        } catch (error) {
          assert.ok(error instanceof DecodeError)
        }
      }),
    )
  })
})

test('text is UTF-8; invalid sequences are replaced', () => {
  const names = list(counted(1, text))
  assert.deepEqual(decode(names, encode(names, ['office', '', 'Büro']).slice()), ['office', '', 'Büro'])
  assert.deepEqual(decode(names, fromHex('02 61ff')), ['a\ufffd'])
})

describe('rejects', () => {
  const empty: Codec<null> = { read: () => null, write: () => {} }
  const rows: readonly { name: string; codec: Codec<unknown>; hex: string; code: string; offset: number }[] = [
    { name: 'a cut inside a field', codec: message, hex: '04 00', code: 'truncated', offset: 1 },
    { name: 'a counted length past the end', codec: counted(2, rest), hex: '0005 01', code: 'truncated', offset: 2 },
    { name: 'octets behind the message', codec: uint8, hex: '01 02', code: 'trailing-octets', offset: 1 },
    {
      name: 'octets behind a counted field',
      codec: counted(4, uint8),
      hex: '00000002 01 02',
      code: 'trailing-octets',
      offset: 5,
    },
    { name: 'a list element of no octets', codec: list(empty), hex: '01', code: 'bad-length', offset: 0 },
  ]
  for (const { name, codec, hex, code, offset } of rows) {
    test(name, () => assert.throws(() => decode(codec, fromHex(hex)), { name: 'DecodeError', code, offset }))
  }
})

describe('Reader and Writer', () => {
  test('a part keeps the offsets of the message, and the reader continues after it', () => {
    const r = new Reader(fromHex('00 aa bb cc'), 1)
    assert.equal(r.sub(2).offset, 1)
    assert.equal(r.offset, 3)
    assert.equal(r.uint8(), 0xcc)
  })

  test('gives again what was read since an offset, for signatures', () => {
    const r = new Reader(fromHex('00 aa bb cc dd'), 1)
    const from = r.offset
    r.uint16()
    assert.deepEqual(r.since(from), fromHex('aa bb'))
    const part = r.sub(2)
    part.uint8()
    assert.deepEqual(part.since(3), fromHex('cc'))
  })

  test('a value that does not fit its field is a RangeError', () => {
    const w = new Writer()
    assert.throws(() => w.uint8(256), RangeError)
    assert.throws(() => w.uint16(-1), RangeError)
    assert.throws(() => w.uint32(1.5), RangeError)
    assert.throws(() => w.uint64(2n ** 64n), RangeError)
    assert.throws(() => w.counted(1, () => w.octets(new Uint8Array(256))), RangeError)
    assert.throws(() => encode(octets(2), new Uint8Array(3)), RangeError)
    assert.throws(() => new Reader(new Uint8Array(2), 1, 3), RangeError)
  })

  test('a signed field keeps its sign', () => {
    assert.equal(new Reader(fromHex('ffffffff')).int32(), -1)
  })
})

test('octets are joined in order, into a copy', () => {
  const part = Uint8Array.of(1, 2)
  const whole = concatOctets(part, new Uint8Array(0), Uint8Array.of(3))
  part[0] = 9
  assert.deepEqual(whole, Uint8Array.of(1, 2, 3))
  assert.equal(concatOctets().length, 0)
})
