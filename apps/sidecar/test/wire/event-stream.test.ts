import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { dataOf, endsEvent, EventSplitter, isComment, withId } from '../../src/wire/event-stream.ts'

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')
const split = (pieces: readonly Uint8Array[]): string[] => {
  const splitter = new EventSplitter()
  return [...pieces.flatMap((piece) => splitter.push(piece)), splitter.rest()].map(text).filter((event) => event !== '')
}

describe('a stream of server-sent events (HTML §9.2)', () => {
  for (const [name, stream, events] of [
    ['lines that end in LF', 'data: 1\n\ndata: 2\n\n', ['data: 1\n\n', 'data: 2\n\n']],
    ['lines that end in CR LF', 'data: 1\r\n\r\nid: 7\r\n\r\n', ['data: 1\r\n\r\n', 'id: 7\r\n\r\n']],
    ['lines that end in CR', 'data: 1\r\rdata: 2\r\rx', ['data: 1\r\r', 'data: 2\r\r', 'x']],
    ['mixed line ends', 'data: 1\n\r\ndata: 2\r\n\n', ['data: 1\n\r\n', 'data: 2\r\n\n']],
    ['an event that was cut off', 'data: 1\n\ndata: 2', ['data: 1\n\n', 'data: 2']],
  ] as const)
    test(`is cut behind blank lines: ${name}`, () => assert.deepEqual(split([Buffer.from(stream)]), events))
  test('is cut at the same places in whatever pieces it comes, and nothing is lost or added', () => {
    const line = fc.constantFrom('data: a', 'id: 1', ': c', 'event: x', 'data:', 'd')
    const end = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n')
    const stream = fc.array(fc.tuple(line, end), { maxLength: 20 }).map((parts) => parts.flat().join(''))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 10 }), (whole, cuts) => {
        const octets = Buffer.from(whole)
        const at = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length]
        const pieces = at.slice(1).map((to, index) => octets.subarray(at[index], to))
        const events = split(pieces)
        assert.equal(events.join(''), whole)
        assert.deepEqual(events, split([octets]))
      }),
    )
  })
  test('gives an event of more than its limit in pieces instead of holding it', () => {
    const splitter = new EventSplitter()
    let octets = 0
    for (let at = 0; at < 20; at++)
      for (const event of splitter.push(Buffer.alloc(1_000_000, 'x'))) octets += event.length
    assert.ok(octets >= 12_000_000)
  })
  test('ends such an event behind its blank line, also where that comes in two pieces', () => {
    for (const [end, line] of [
      ['\n', '\n'],
      ['\r\n\r', '\n'],
      ['\r\n', '\r\n'],
    ] as const) {
      const long = `${'x'.repeat(13_000_000)}${end}`
      const events = split([Buffer.from(long), Buffer.from(`${line}data: 2\n\n`)])
      assert.deepEqual([events.slice(0, -1).join('') === `${long}${line}`, events.at(-1)], [true, 'data: 2\n\n'])
    }
  })
})

test('a blank line ends an event, whatever ends its lines; an end of a line alone does not', () => {
  for (const whole of ['data\n\n', 'data\r\n\r\n', 'data\r\r', 'data\n\r\n', 'data\r\n\n', '\n\n'])
    assert.ok(endsEvent(Buffer.from(whole)), JSON.stringify(whole))
  for (const part of ['', 'data', 'data\n', 'data\r\n', '\r\n', 'data\n\nx'])
    assert.ok(!endsEvent(Buffer.from(part)), JSON.stringify(part))
})

test('an id goes in front of an event, in place of its own, and nothing else changes', () => {
  const event = Buffer.from('event: tick\ndata: {"a":\ndata: 1}\n\n')
  assert.equal(text(withId(event, 'v.1')), `id: v.1\n${text(event)}`)
  for (const [own, rest] of [
    ['id: 7\ndata: caf\u00e9\n\n', 'data: caf\u00e9\n\n'],
    ['data: 1\r\nid:7\r\ndata: 2\r\n\r\n', 'data: 1\r\ndata: 2\r\n\r\n'],
    ['data: 1\rid\r\r', 'data: 1\r\r'],
    ['identity: x\n\n', 'identity: x\n\n'],
  ] as const)
    assert.equal(text(withId(Buffer.from(own, 'latin1'), 'v.1')), `id: v.1\n${rest}`)
  assert.equal(dataOf(event), '{"a":\n1}')
  assert.deepEqual([isComment(Buffer.from(': beat\n\n')), isComment(event)], [true, false])
})
