import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTrace } from '../../src/stdio/trace-in-meta.ts'

const fields = { traceparent: 'a', tracestate: 'b', baggage: 'c', authorization: 'd' }

test('a server over stdio gets the trace in _meta, beside what is there (MCP 2026-07-28)', () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', _meta: { progressToken: 1 } } }
  const meta = { progressToken: 1, traceparent: 'a', tracestate: 'b', baggage: 'c' }
  assert.deepEqual(withTrace(body, fields), { ...body, params: { name: 'x', _meta: meta } })
  assert.deepEqual(withTrace({ params: undefined }, { traceparent: 'a' }), { params: { _meta: { traceparent: 'a' } } })
})
test('what the program says of its trace stays as it is, and without one nothing is made', () => {
  const body = { params: { _meta: { baggage: 'own' } } }
  assert.equal(withTrace(body, fields), body)
  assert.equal(withTrace(body, { tracestate: 'b' }), body)
})
