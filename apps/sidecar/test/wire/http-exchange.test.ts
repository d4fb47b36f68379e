import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  decodeRequestHead,
  decodeResponseMessage,
  encodeRequestHead,
  encodeResponseMessage,
  type RequestHead,
  type ResponseMessage,
} from '../../src/wire/http-exchange.ts'

const encoder = new TextEncoder()
const head: RequestHead = { method: 'POST', target: '/a?b=1', headers: [['X-A', 'caf\u00e9']], speech: 'a2a' }
const messages: readonly ResponseMessage[] = [
  { type: 'begun' },
  { type: 'head', head: { status: 200, reason: 'OK', headers: [['a', 'b']], exposed: 'http://127.0.0.1:1' } },
  { type: 'body', octets: Uint8Array.of(0, 255) },
  { type: 'event', octets: new Uint8Array(100_000).fill(65) },
  { type: 'problem', problem: { type: 'urn:x', title: 't', status: 502, detail: 'd' } },
]

describe('HTTP inside an exchange', () => {
  test('comes back as it was', () => {
    assert.deepEqual(decodeRequestHead(encodeRequestHead(head)), head)
    for (const message of messages) assert.deepEqual(decodeResponseMessage(encodeResponseMessage(message)), message)
  })
  for (const [name, wrong] of [
    ['a line break in a field', { ...head, headers: [['a', 'b\r\nc: d']] }],
    ['a line break in the name of a field', { ...head, headers: [['a\n', 'b']] }],
    ['a name of a field that is no text', { ...head, headers: [[['a'], 'b']] }],
    ['a field of one part', { ...head, headers: [['a']] }],
    ['fields without end', { ...head, headers: Array.from({ length: 1001 }, () => ['a', 'b']) }],
    ['a space in the target', { ...head, target: '/a HTTP/1.1\r\n' }],
    ['a target that is no path', { ...head, target: 'http://elsewhere/' }],
    ['a method of two words', { ...head, method: 'GET /' }],
    ['no object', null],
  ] as const)
    test(`refuses ${name}: a peer must not write another request (RFC 9112 §11.1)`, () =>
      assert.equal(decodeRequestHead(encoder.encode(JSON.stringify(wrong))), undefined))
  test('refuses heads of responses with line breaks, other statuses, other types', () => {
    const good = { status: 200, reason: 'OK', headers: [], exposed: '' }
    for (const change of [
      { status: 101 },
      { status: 600 },
      { status: '200' },
      { reason: 'a\nb' },
      { headers: [['a', 'b\n']] },
      { headers: [[true, 'b']] },
    ]) {
      const octets = Buffer.concat([Uint8Array.of(2), encoder.encode(JSON.stringify({ ...good, ...change }))])
      assert.equal(decodeResponseMessage(octets), undefined)
    }
    assert.equal(decodeResponseMessage(Uint8Array.of(9)), undefined)
    assert.equal(decodeResponseMessage(new Uint8Array(0)), undefined)
  })
  test('throws on no octets at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.jsonValue(), (octets, json) => {
        decodeRequestHead(octets)
        decodeResponseMessage(octets)
        const text = encoder.encode(JSON.stringify(json))
        decodeRequestHead(text)
        for (const kind of [2, 5]) decodeResponseMessage(Buffer.concat([Uint8Array.of(kind), text]))
      }),
    )
  })
})
