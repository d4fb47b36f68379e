import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isPeeked, spokenOf } from '../../src/observed/spoken.ts'
import type { RequestHead } from '../../src/wire/http-exchange.ts'

const head = (more: Partial<RequestHead> = {}): RequestHead => ({
  method: 'POST',
  target: '/mcp',
  headers: [['Content-Type', 'application/json']],
  speech: 'mcp',
  ...more,
})
const octets = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const call = (params: object): Uint8Array => octets({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })

describe('what a request is about', () => {
  test('is the method and the tool of MCP, from its content', () => {
    const { name, protocol, attributes, traceparent } = spokenOf(
      head(),
      call({ name: 'add', _meta: { traceparent: 'x' } }),
    )
    assert.deepEqual([name, protocol, traceparent], ['tools/call add', 'mcp', 'x'])
    assert.deepEqual(attributes, {
      'http.request.method': 'POST',
      'mcp.method.name': 'tools/call',
      'rpc.system.name': 'jsonrpc',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'add',
    })
  })
  test('is told by fields where the content is not read (MCP 2026-07-28)', () => {
    const headers = [
      ['Mcp-Method', 'tools/call'],
      ['Mcp-Name', 'add'],
    ] as const
    assert.equal(spokenOf(head({ headers }), undefined).name, 'tools/call add')
    assert.equal(spokenOf(head(), undefined).name, 'POST mcp')
    assert.equal(spokenOf(head({ method: 'GET' }), undefined).name, 'GET mcp')
  })
  test('is the operation of A2A in either binding, by its name in 1.0', () => {
    const rpc = head({ target: '/a2a/jsonrpc', speech: 'a2a' })
    assert.equal(spokenOf(rpc, octets({ jsonrpc: '2.0', id: 1, method: 'message/send' })).name, 'SendMessage')
    const rest = head({ target: '/v1/message:stream', speech: 'a2a' })
    assert.deepEqual(spokenOf(rest, undefined).attributes['rpc.method'], 'SendStreamingMessage')
  })
  test('is the method of HTTP else', () => {
    const { name, protocol } = spokenOf(head({ method: 'PUT', speech: 'http', target: '/secret/path' }), undefined)
    assert.deepEqual([name, protocol], ['PUT', 'http'])
  })
  test('never has arguments, values of fields, or a path, and nothing that somebody sends makes it throw', () => {
    const secret = 'hunter2-secret'
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.constantFrom('mcp', 'a2a', 'http'), (value, junk, speech) => {
        const headers = [['Authorization', secret]] as const
        const target = `/mcp/${secret}`
        const told = spokenOf(
          head({ headers, target, speech }),
          octets({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'x', arguments: { secret, value } } }),
        )
        assert.ok(!JSON.stringify(told).includes(secret))
        spokenOf(head({ speech }), octets(value))
        spokenOf(head({ speech }), Buffer.from(junk))
      }),
    )
  })
  test('has no name of more than 100 characters', () => {
    const { attributes } = spokenOf(head(), call({ name: 'x'.repeat(1000) }))
    assert.equal(String(attributes['gen_ai.tool.name']).length, 100)
  })
  test('is waited for only where the content is short, JSON, and of a length that is told', () => {
    const withLength = (length: string, type = 'application/json') =>
      head({
        headers: [
          ['Content-Type', type],
          ['Content-Length', length],
        ],
      })
    assert.deepEqual(
      [withLength('65536'), withLength('65537'), withLength('0'), withLength('5', 'text/plain'), head()].map(isPeeked),
      [true, false, false, false, false],
    )
    assert.equal(isPeeked({ ...withLength('5'), method: 'GET' }), false)
  })
})
