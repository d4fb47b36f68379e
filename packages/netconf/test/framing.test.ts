/** Messages in octets (RFC 6242 §4): its example, the change of framing, what is refused, any cuts. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { frame, type Framing, NetconfError, NetconfFramer } from '../src/index.ts'

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (octets: Uint8Array): string => new TextDecoder().decode(octets)

function framer(framing: Framing, maxOctets?: number): NetconfFramer {
  const made = new NetconfFramer(maxOctets)
  if (framing === 'chunked') made.chunked()
  return made
}

function taken(from: NetconfFramer, octets: Uint8Array): readonly string[] {
  from.push(octets)
  const messages: string[] = []
  for (let message = from.next(); message !== undefined; message = from.next()) messages.push(message)
  return messages
}

test('the example of RFC 6242 §4.2 is one message of three chunks', () => {
  const example =
    '\n#4\n<rpc\n#18\n message-id="102"\n\n#79\n     xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">\n  <close-session/>\n</rpc>\n##\n'
  assert.deepEqual(taken(framer('chunked'), octetsOf(example)), [
    '<rpc message-id="102"\n     xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">\n  <close-session/>\n</rpc>',
  ])
})

test('a message is written before its mark, or in one chunk whose header counts octets', () => {
  assert.equal(textOf(frame('<a>é</a>', 'eom')), '<a>é</a>]]>]]>')
  assert.equal(textOf(frame('<a>é</a>', 'chunked')), '\n#9\n<a>é</a>\n##\n')
  assert.throws(() => frame('', 'chunked'), RangeError)
  assert.throws(() => frame('<a>]]>]]></a>', 'eom'), RangeError)
})

test('after the hello the rest of the same octets is read in chunks (RFC 6242 §4.1)', () => {
  const octets = octetsOf('<hello/>]]>]]>\n#4\n<a/>\n##\n')
  const reading = new NetconfFramer()
  reading.push(octets)
  assert.equal(reading.next(), '<hello/>')
  reading.chunked()
  assert.equal(reading.next(), '<a/>')
  assert.equal(reading.next(), undefined)
})

test('octets are not taken while messages wait', () => {
  const reading = new NetconfFramer()
  reading.push(octetsOf('<a/>]]>]]><b/>]]>]]>'))
  assert.equal(reading.next(), '<a/>')
  assert.throws(() => reading.push(octetsOf('<c/>')), RangeError)
})

describe('refused, then and whenever called again', () => {
  const rejects: readonly (readonly [name: string, framing: Framing, octets: Uint8Array, code: string])[] = [
    ['no header of a chunk', 'chunked', octetsOf('<a/>'), 'malformed'],
    ['a header without #', 'chunked', octetsOf('\n4\n'), 'malformed'],
    ['a chunk of no octets', 'chunked', octetsOf('\n#0\n'), 'malformed'],
    ['a length that begins with 0', 'chunked', octetsOf('\n#04\n'), 'malformed'],
    ['a length above 4294967295', 'chunked', octetsOf('\n#4294967296\n'), 'malformed'],
    ['a length without end', 'chunked', octetsOf(`\n#${'1'.repeat(20)}`), 'malformed'],
    ['an end without a chunk', 'chunked', octetsOf('\n##\n'), 'malformed'],
    ['a chunk that is longer than it says', 'chunked', octetsOf('\n#1\n<a/>'), 'malformed'],
    ['a chunk above the limit, when its header is there', 'chunked', octetsOf('\n#101\n'), 'too-large'],
    ['chunks above the limit together', 'chunked', octetsOf(`\n#60\n${'x'.repeat(60)}\n#41\n`), 'too-large'],
    ['more octets than the limit without a mark', 'eom', octetsOf('x'.repeat(106)), 'too-large'],
    ['a mark behind the limit', 'eom', octetsOf(`${'x'.repeat(101)}]]>]]>`), 'too-large'],
    ['octets that are not UTF-8, chunked', 'chunked', Uint8Array.of(10, 35, 49, 10, 0xff, 10, 35, 35, 10), 'malformed'],
    ['octets that are not UTF-8', 'eom', Uint8Array.of(0xc3, ...octetsOf(']]>]]>')), 'malformed'],
  ]
  for (const [name, framing, octets, code] of rejects)
    test(name, () => {
      const reading = framer(framing, 100)
      const isIt = (error: unknown): boolean => error instanceof NetconfError && error.code === code
      assert.throws(() => taken(reading, octets), isIt)
      assert.throws(() => taken(reading, octetsOf('<a/>]]>]]>')), isIt)
    })
})

test('a message of as many octets as the limit passes, with either framing', () => {
  const message = 'x'.repeat(100)
  for (const framing of ['eom', 'chunked'] as const)
    assert.deepEqual(taken(framer(framing, 100), frame(message, framing)), [message])
})

test('however octets are cut, and however a message is cut into chunks, the messages are the same', () => {
  const part = fc.constantFrom(']', ']]>', ']]>]]', '\n#', '\n##', 'é', '𝄞', '<a/>', '\n', '#1')
  const message = fc
    .array(part, { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''))
    .filter((text) => !`${text}]]>]]>`.slice(0, -1).includes(']]>]]>'))
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      sizes,
      sizes,
      fc.constantFrom('eom', 'chunked'),
      (messages, cuts, chunks, framing) => {
        const whole = messages.map((text) => (framing === 'eom' ? frame(text, framing) : inChunks(text, chunks)))
        const pieces = cut(Uint8Array.from(whole.flatMap((octets) => [...octets])), cuts)
        const reading = framer(framing)
        assert.deepEqual(
          pieces.flatMap((piece) => taken(reading, piece)),
          messages,
        )
      },
    ),
  )
})

/** Cuts within characters, too. */
function inChunks(text: string, lengths: readonly number[]): Uint8Array {
  const chunks = cut(octetsOf(text), lengths).map((octets) => [...octetsOf(`\n#${octets.length}\n`), ...octets])
  return Uint8Array.from([...chunks.flat(), ...octetsOf('\n##\n')])
}

function cut(octets: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0, n = 0; at < octets.length; n++) {
    const length = lengths[n % lengths.length]!
    pieces.push(octets.subarray(at, at + length))
    at += length
  }
  return pieces
}

test('a message of 20 MiB in pieces of 64 KiB takes time by its length alone', () => {
  const message = `<a>${']'.repeat(20 * 1024 * 1024)}</a>`
  for (const framing of ['eom', 'chunked'] as const) {
    const reading = framer(framing)
    const messages = cut(frame(message, framing), [65_536]).flatMap((piece) => taken(reading, piece))
    assert.equal(messages.length, 1)
    assert.ok(messages[0] === message)
  }
})
