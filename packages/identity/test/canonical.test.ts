import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readCanonical } from '../src/canonical.ts'
import { canonicalOctets, canonicalText, type JsonValue, maxJsonDepth } from '../src/index.ts'

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** RFC 8785 Appendix B: the bits of a number, and its text. */
const numbers = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const

const numberOf = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE()

describe('canonical JSON (RFC 8785)', () => {
  test('writes the numbers of Appendix B', () => {
    for (const [bits, text] of numbers) assert.equal(canonicalText(numberOf(bits)), text, bits)
  })

  test('has no text for NaN and infinity (Appendix B)', () => {
    for (const bits of ['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])
      assert.throws(() => canonicalText(numberOf(bits)), RangeError)
  })

  test('writes the example of §3.2.2 as the octets of §3.2.4', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as JsonValue
    const text = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
    assert.equal(canonicalText(value), text)
    const hex = Buffer.from(canonicalOctets(value)).toString('hex')
    assert.ok(hex.startsWith('7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a'))
    assert.ok(hex.endsWith('22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d'))
  })

  test('sorts members by the UTF-16 code units of their names (§3.2.3)', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = Object.values(JSON.parse(canonicalText(value)) as Record<string, string>)
    assert.equal(order[0], 'One', 'JSON.parse puts the index first; the text has it second')
    assert.deepEqual(
      canonicalText(value)
        .match(/"[A-Z][A-Za-z: ]+"/g)
        ?.map((name) => name.slice(1, -1)),
      [
        'Carriage Return',
        'One',
        'Control',
        'Latin Small Letter O With Diaeresis',
        'Euro Sign',
        'Emoji: Grinning Face',
        'Hebrew Letter Dalet With Dagesh',
      ],
    )
  })

  test('reads back any value that it wrote', () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
    fc.assert(
      fc.property(plain, (value) => {
        const octets = canonicalOctets(value)
        assert.deepEqual(readCanonical(octets), value)
        assert.deepEqual(canonicalOctets(readCanonical(octets)), octets)
      }),
    )
  })

  test('reads one text for one value', () => {
    const rows: readonly (readonly [string, string])[] = [
      ['{"a":1,"a":1}', 'not-canonical'],
      ['{"b":1,"a":1}', 'not-canonical'],
      ['{"a": 1}', 'not-canonical'],
      ['1.0', 'not-canonical'],
      ['1e2', 'not-canonical'],
      ['-0', 'not-canonical'],
      ['9007199254740993', 'not-canonical'],
      [String.raw`"\u0041"`, 'not-canonical'],
      [String.raw`"\/"`, 'not-canonical'],
      ['\ufeff1', 'not-canonical'],
      ['1e400', 'malformed'],
      [String.raw`"\ud800"`, 'malformed'],
      ['{', 'malformed'],
      ['', 'malformed'],
      ['NaN', 'malformed'],
      [`${'['.repeat(maxJsonDepth + 2)}${']'.repeat(maxJsonDepth + 2)}`, 'malformed'],
      ['['.repeat(60_000) + ']'.repeat(60_000), 'malformed'],
    ]
    for (const [text, code] of rows)
      assert.throws(() => readCanonical(octetsOf(text)), { name: 'RefusalError', code }, text.slice(0, 40))
    assert.throws(() => readCanonical(Uint8Array.of(0x22, 0xff, 0x22)), { code: 'malformed' })
  })

  test('keeps a member named __proto__', () => {
    assert.equal(canonicalText(readCanonical(octetsOf('{"__proto__":{"a":1}}'))), '{"__proto__":{"a":1}}')
  })
})
