import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { endsEvent, EventSplitter, fieldsOf } from '../src/event-stream.ts'

const maxOctets = 12 * 1024 * 1024
const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')
const split = (pieces: readonly Uint8Array[], max = maxOctets): string[] => {
  const splitter = new EventSplitter(max)
  return [...pieces.flatMap((piece) => splitter.push(piece)), splitter.rest()].map(text).filter((event) => event !== '')
}
const inPieces = (octets: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(octets.length / size) }, (_, index) =>
    octets.subarray(index * size, (index + 1) * size),
  )

describe('a stream of server-sent events (HTML §9.2)', () => {
  for (const [name, stream, events] of [
    ['lines that end in LF', 'data: 1\n\ndata: 2\n\n', ['data: 1\n\n', 'data: 2\n\n']],
    ['lines that end in CR LF', 'data: 1\r\n\r\nid: 7\r\n\r\n', ['data: 1\r\n\r\n', 'id: 7\r\n\r\n']],
    ['lines that end in CR', 'data: 1\r\rdata: 2\r\rx', ['data: 1\r\r', 'data: 2\r\r', 'x']],
    ['mixed line ends', 'data: 1\n\r\ndata: 2\r\n\n', ['data: 1\n\r\n', 'data: 2\r\n\n']],
    ['one blank line more', 'data: 1\n\n\ndata: 2\n\n', ['data: 1\n\n', '\ndata: 2\n\n']],
    ['an event that was cut off', 'data: 1\n\ndata: 2', ['data: 1\n\n', 'data: 2']],
  ] as const)
    test(`is split after blank lines: ${name}`, () => {
      assert.deepEqual(split([Buffer.from(stream)]), events)
      assert.deepEqual(split(inPieces(Buffer.from(stream), 1)), events)
    })
  test('is split at the same places however it is segmented, and nothing is lost or added', () => {
    const part = fc.constantFrom('data: a', 'id: 1', ': c', 'd', '\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n')
    const stream = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 10 }), (whole, cuts) => {
        const octets = Buffer.from(whole)
        const at = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length]
        const pieces = at.slice(1).map((to, index) => octets.subarray(at[index], to))
        assert.equal(split(pieces).join(''), whole)
        // two consecutive line ends of maximum length
        assert.deepEqual(split(pieces), whole.match(/[^]*?(?:\r\n|\n|\r(?!\n)){2}|[^]+$/g) ?? [])
      }),
    )
  })
  test('returns an event with the octet that ends it, and keeps the pieces of others unchanged', () => {
    const splitter = new EventSplitter(maxOctets)
    const piece = Buffer.from('data: 1\n')
    assert.deepEqual(splitter.push(piece), [])
    piece.fill(0)
    assert.deepEqual(splitter.push(Buffer.from('\r')), [])
    assert.deepEqual(splitter.push(Buffer.from('\n')).map(text), ['data: 1\n\r\n'])
  })
  test('copies an octet at most twice, in pieces of 16 KiB and in smaller ones', (t) => {
    for (const [length, size] of [
      [maxOctets, 16_384],
      [1_000_000, 100],
    ] as const) {
      const octets = Buffer.alloc(length, 'x')
      octets.write('\n\n', length - 2)
      const { mock } = t.mock.method(Uint8Array.prototype, 'set')
      const splitter = new EventSplitter(maxOctets)
      const events = inPieces(octets, size).flatMap((piece) => splitter.push(piece))
      mock.restore()
      const copied = mock.calls.reduce((sum, { arguments: [from] }) => sum + from.length, 0)
      assert.ok(events.length === 1 && octets.equals(events[0]!))
      assert.ok(copied <= 2 * length, `${copied} octets copied`)
    }
  })
  test('returns an event beyond the limit in pieces, the last of which ends it, instead of holding it', () => {
    for (const [end, line] of [
      ['\n', '\n'],
      ['\r\n\r', '\n'],
      ['\r\n', '\r\n'],
      ['', '\r\r'],
    ] as const) {
      const long = `${'x'.repeat(250)}${end}`
      const splitter = new EventSplitter(100)
      const events = [...inPieces(Buffer.from(long), 40), Buffer.from(`${line}data: 2\n\n`)].flatMap((piece) => {
        const given = splitter.push(piece)
        assert.ok(given.every((event) => event.length <= 140 + 3))
        return given
      })
      const [last, ...pieces] = events.slice(0, -1).toReversed()
      assert.deepEqual([pieces.length, pieces.some(endsEvent), endsEvent(last!)], [2, false, true])
      assert.deepEqual([...pieces.toReversed(), last!].map(text).join(''), long + line)
      assert.equal(text(events.at(-1)!), 'data: 2\n\n')
    }
    assert.deepEqual(split([Buffer.from(`${'x'.repeat(98)}\n\n`)], 100), [`${'x'.repeat(98)}\n\n`])
  })
})

test('a blank line ends an event, whatever its line ends; a single line end does not', () => {
  for (const whole of ['data\n\n', 'data\r\n\r\n', 'data\r\r', 'data\n\r\n', 'data\r\n\n', '\n\n'])
    assert.ok(endsEvent(Buffer.from(whole)), JSON.stringify(whole))
  for (const part of ['', 'data', 'data\n', 'data\r\n', '\r\n', 'data\n\nx'])
    assert.ok(!endsEvent(Buffer.from(part)), JSON.stringify(part))
})

test('reads the fields of an event (HTML §9.2.6)', () => {
  const none = { type: '', id: undefined, data: undefined }
  for (const [event, fields] of [
    [': beat\n\n', none],
    ['retry: 5\ndatabase: x\n data: x\n\n', none],
    ['id: 7\r\nevent:status\r\ndata: x\r\ndata:  y\r\n\r\n', { type: 'status', id: '7', data: 'x\n y' }],
    ['data\rid\r\r', { ...none, id: '', data: '' }],
    ['\nid: 1\nid: a\0b\ndata: é: 1\ndata\n\n', { ...none, id: '1', data: 'é: 1\n' }],
  ] as const)
    assert.deepEqual(fieldsOf(Buffer.from(event)), fields)
})
