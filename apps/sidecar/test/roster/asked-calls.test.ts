import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type AskedCall, askedCalls } from '../../src/roster/asked-calls.ts'
import { a2aOperationAt } from '../../src/roster/a2a-operations.ts'
import { comparedPath } from '../../src/roster/compared-path.ts'
import type { HeaderFields } from '../../src/wire/header-fields.ts'
import { ProblemError } from '../../src/wire/problem.ts'

const json: HeaderFields = [['Content-Type', 'application/json']]
const octets = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

function asked(
  serves: 'a2a' | 'mcp',
  content: unknown,
  {
    method = 'POST',
    target = '/mcp',
    headers = json,
  }: { method?: string; target?: string; headers?: HeaderFields } = {},
): readonly Omit<AskedCall, 'path' | 'protocol'>[] {
  const body = content instanceof Uint8Array || content === undefined ? content : octets(content)
  const calls = askedCalls({ method, target, headers, speech: 'http' }, serves, target, body)
  return calls.map(({ operation, tool, skill }) => ({
    ...(operation === undefined ? {} : { operation }),
    ...(tool === undefined ? {} : { tool }),
    ...(skill === undefined ? {} : { skill }),
  }))
}
const refuses = (why: RegExp, ...request: Parameters<typeof asked>): void =>
  assert.throws(
    () => asked(...request),
    (error) => error instanceof ProblemError && why.test(error.message),
  )

const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

describe('a request to an MCP server', () => {
  test('asks for the method in its content, and for the tool', () => {
    assert.deepEqual(asked('mcp', call('read_file')), [{ operation: 'tools/call', tool: 'read_file' }])
    assert.deepEqual(asked('mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }), [{ operation: 'tools/list' }])
    assert.deepEqual(asked('mcp', { jsonrpc: '2.0', method: 'notifications/initialized' }), [
      { operation: 'notifications/initialized' },
    ])
  })
  test('asks for each call of a batch (2025-03-26)', () =>
    assert.deepEqual(asked('mcp', [call('a'), call('b'), call('a')]), [
      { operation: 'tools/call', tool: 'a' },
      { operation: 'tools/call', tool: 'b' },
    ]))
  test('asks for nothing known where it is an answer, a stream, or was not read', () => {
    assert.deepEqual(asked('mcp', { jsonrpc: '2.0', id: 1, result: {} }), [{}])
    assert.deepEqual(asked('mcp', undefined, { method: 'GET' }), [{}])
    assert.deepEqual(asked('mcp', undefined), [{}])
  })
  test('is refused where fields of MCP 2026 name something else than the content', () => {
    const saying = (...more: HeaderFields) => ({ headers: [...json, ...more] })
    assert.equal(asked('mcp', call('a'), saying(['Mcp-Method', 'tools/call'], ['Mcp-Name', 'a'])).length, 1)
    assert.equal(asked('mcp', call('ä'), saying(['Mcp-Name', '=?base64?w6Q=?='])).length, 1)
    refuses(/Mcp-Method/, 'mcp', call('a'), saying(['mcp-method', 'tools/list']))
    refuses(/Mcp-Method/, 'mcp', call('a'), saying(['Mcp_Method', 'tools/list']))
    refuses(/Mcp-Name/, 'mcp', call('a'), saying(['Mcp-Name', 'b']))
    refuses(/Mcp-Name/, 'mcp', [call('a'), call('b')], saying(['Mcp-Name', 'a']))
  })
  test('is refused where servers may read its content in several ways', () => {
    refuses(/two members/, 'mcp', '{"method":"tools/list","method":"tools/call","params":{"name":"a"}}')
    refuses(/two members/, 'mcp', '{"method":"tools/call","params":{"name":"a","name":"b"}}')
    refuses(/"Method" looks like/, 'mcp', { ...call('a'), Method: 'tools/list' })
    refuses(/"Name" looks like/, 'mcp', { ...call('a'), params: { name: 'a', Name: 'b' } })
    refuses(/names no tool/, 'mcp', { ...call('a'), params: {} })
    refuses(/no JSON/, 'mcp', 'tools/call')
    refuses(/no JSON/, 'mcp', `\uFEFF${JSON.stringify(call('a'))}`)
    refuses(/no JSON/, 'mcp', Buffer.from(JSON.stringify(call('a')), 'utf16le'))
    refuses(/compressed/, 'mcp', call('a'), { headers: [...json, ['Content-Encoding', 'gzip']] })
    refuses(/charset is utf-7/, 'mcp', call('a'), { headers: [['Content-Type', 'application/json; charset=utf-7']] })
    refuses(/two fields/, 'mcp', call('a'), { headers: [...json, ['content-type', 'text/plain']] })
    refuses(
      /257 calls/,
      'mcp',
      Array.from({ length: 257 }, () => call('a')),
    )
    refuses(/no call/, 'mcp', [[call('a')]])
    refuses(/batch is empty/, 'mcp', [])
  })
})

describe('a request to an A2A server', () => {
  const target = '/a2a/jsonrpc'
  test('asks for its operation by the name of 1.0, in both versions of JSON-RPC', () => {
    for (const method of ['CancelTask', 'tasks/cancel'])
      assert.deepEqual(asked('a2a', { jsonrpc: '2.0', id: 1, method, params: {} }, { target }), [
        { operation: 'CancelTask' },
      ])
    assert.deepEqual(asked('a2a', { jsonrpc: '2.0', id: 1, method: 'x/own' }, { target }), [{ operation: 'x/own' }])
    assert.deepEqual(asked('a2a', { jsonrpc: '2.0', id: 1, method: 'constructor' }, { target }), [
      { operation: 'constructor' },
    ])
  })
  test('asks for the skill that the metadata of a message name, in both bindings, and nothing else of them', () => {
    const params = { message: { messageId: 'm' }, metadata: { request_type: 'insight', 'vagus-agent': 'x' } }
    for (const method of ['SendMessage', 'message/stream'])
      assert.equal(asked('a2a', { jsonrpc: '2.0', id: 1, method, params }, { target })[0]?.skill, 'insight')
    assert.deepEqual(asked('a2a', params, { target: '/message:send' }), [
      { operation: 'SendMessage', skill: 'insight' },
    ])
    const get = { jsonrpc: '2.0', id: 1, method: 'GetTask', params }
    assert.deepEqual(asked('a2a', get, { target }), [{ operation: 'GetTask' }])
    const batch = ['insight', 'private-line'].map((request_type) => {
      return { jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { metadata: { request_type } } }
    })
    assert.equal(asked('a2a', batch, { target }).length, 2)
    const wrong = (metadata: unknown) => ({ jsonrpc: '2.0', method: 'SendMessage', params: { metadata } })
    refuses(/no text/, 'a2a', wrong({ request_type: 7 }), { target })
    refuses(/looks like/, 'a2a', wrong({ request_type: 'insight', Request_Type: 'x' }), { target })
    assert.deepEqual(asked('a2a', wrong(undefined), { target }), [{ operation: 'SendMessage' }])
    assert.deepEqual(asked('a2a', wrong('text'), { target }), [{ operation: 'SendMessage' }])
  })
  test('asks for what its path says in HTTP+JSON, with a version or a tenant before it', () => {
    for (const [method, path, operation] of [
      ['POST', '/message:send', 'SendMessage'],
      ['POST', '/v1/message:stream?x=1', 'SendStreamingMessage'],
      ['POST', '/acme/message%3Asend', 'SendMessage'],
      ['POST', '/V1/Message:Send', 'SendMessage'],
      ['POST', '/tasks/7:cancel', 'CancelTask'],
      ['GET', '/v1/tasks/7', 'GetTask'],
      ['HEAD', '/tasks/7/', 'GetTask'],
      ['GET', '/tasks/a:b', 'GetTask'],
      ['GET', '/tasks', 'ListTasks'],
      ['GET', '/tasks/7:subscribe', 'SubscribeToTask'],
      ['DELETE', '/tasks/7/pushNotificationConfigs/1', 'DeleteTaskPushNotificationConfig'],
      ['GET', '/.well-known/agent-card.json', 'GetAgentCard'],
    ] as const)
      assert.equal(a2aOperationAt(method, path), operation, `${method} ${path}`)
    for (const path of ['/', '/tasks/7/other', '/mytasks']) assert.equal(a2aOperationAt('GET', path), undefined, path)
  })
  test('asks for both where its path says one thing and its content another', () =>
    assert.deepEqual(asked('a2a', { jsonrpc: '2.0', method: 'CancelTask' }, { target: '/message:send' }), [
      { operation: 'SendMessage' },
      { operation: 'CancelTask' },
    ]))
  test('is A2A whenever it is a POST, whatever type it says, and HTTP otherwise', () => {
    const plain: HeaderFields = [['Content-Type', 'text/plain']]
    assert.deepEqual(asked('a2a', { jsonrpc: '2.0', method: 'SendMessage' }, { target, headers: plain }), [
      { operation: 'SendMessage' },
    ])
    const protocolOf = (method: string, path: string) =>
      askedCalls({ method, target: path, headers: plain, speech: 'mcp' }, 'a2a', path, undefined).map(
        ({ protocol }) => protocol,
      )
    assert.deepEqual(
      [protocolOf('POST', '/form'), protocolOf('GET', '/form'), protocolOf('GET', '/tasks/1')],
      [['a2a'], ['http'], ['a2a']],
    )
    assert.deepEqual(
      asked('a2a', 'a=1&b=2', { target, headers: [['content-type', 'application/x-www-form-urlencoded']] }),
      [{}, { operation: 'POST' }],
      'whether it is A2A, its server knows',
    )
    refuses(/no JSON/, 'a2a', Buffer.from('{"method":"CancelTask"}', 'utf16le'), { target, headers: plain })
    refuses(/no JSON/, 'a2a', '{"method":', { target })
    for (const lenient of [' {"method":"CancelTask","x":NaN}', '\n[{"method":"CancelTask"},]'])
      refuses(/no JSON/, 'a2a', lenient, { target, headers: plain })
    const halfOfPair = Buffer.from('{"method":"CancelTask","x":"???"}')
    halfOfPair.set([0xed, 0xa0, 0x80], halfOfPair.indexOf('???'))
    refuses(/no JSON/, 'a2a', halfOfPair, { target, headers: plain })
  })
})

test('no content makes it throw anything but a refusal', () => {
  const sample = JSON.stringify([call('a'), { jsonrpc: '2.0', method: 'message/send', params: { message: {} } }])
  const mutated = fc
    .array(fc.tuple(fc.nat(sample.length), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
    .map((changes) => {
      const body = octets(sample)
      for (const [at, octet] of changes) if (at < body.length) body[at] = octet
      return body
    })
  const anything = fc.oneof(mutated, fc.uint8Array({ maxLength: 200 }), fc.json().map(octets))
  fc.assert(
    fc.property(anything, fc.constantFrom('a2a', 'mcp'), (body, serves) => {
      try {
        assert.ok(asked(serves, body).length > 0)
      } catch (error) {
        assert.ok(error instanceof ProblemError, String(error))
      }
    }),
    { numRuns: 3000 },
  )
})

test('a path is compared decoded, and refused where servers may read another one', () => {
  assert.equal(comparedPath('/r%C3%A9sum%C3%A9/a b?q=//', 'read'), '/résumé/a b')
  assert.equal(comparedPath('/%61dmin', 'read'), '/admin')
  for (const target of [
    '//admin',
    '/x/../admin',
    '/x/%2e%2E/admin',
    '/x%2Fadmin',
    '/x\\admin',
    '/x;y/admin',
    '/%2561',
    '/a%00',
    '/./a',
    '/%ff',
  ]) {
    assert.throws(() => comparedPath(target, 'read'), ProblemError, target)
    assert.equal(comparedPath(target, 'ignored'), target)
  }
})
