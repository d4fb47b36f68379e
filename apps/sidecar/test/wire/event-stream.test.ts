import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, isComment, withId } from '../../src/wire/event-stream.ts'

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

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
  // behind the id, a blank line that stands before the event would end another one, which is resumed by that id
  assert.equal(text(withId(Buffer.from('\r\ndata: 1\n\n'), 'v.1')), '\r\nid: v.1\ndata: 1\n\n')
  assert.equal(dataOf(event), '{"a":\n1}')
  for (const comment of [': beat\n\n', ':\r\n:a: b\r\r', '\n\n']) assert.ok(isComment(Buffer.from(comment)))
  for (const other of [event, Buffer.from(': beat\ndata\n\n')]) assert.ok(!isComment(other))
})
