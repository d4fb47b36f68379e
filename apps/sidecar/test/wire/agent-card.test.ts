import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCardTarget, rewriteCard } from '../../src/wire/agent-card.ts'

const here = 'http://127.0.0.1:40000/agents/writer'
const rewritten = (card: object, exposed = 'http://127.0.0.1:9000'): Record<string, unknown> =>
  JSON.parse(rewriteCard(JSON.stringify(card), { exposed, here })!) as Record<string, unknown>

describe('an agent card', () => {
  test('of A2A 1.0 names addresses of the side-car, without interfaces that are not carried, without signatures', () => {
    const card = rewritten({
      name: 'writer',
      supportedInterfaces: [
        { url: 'http://localhost:9000/a2a/jsonrpc?x=1', protocolBinding: 'JSONRPC', tenant: 't' },
        { url: 'https://public.example/rest', protocolBinding: 'HTTP+JSON' },
        { url: 'http://127.0.0.1:9001', protocolBinding: 'GRPC' },
        { url: 'did:key:z6Mk', protocolBinding: 'https://example.org/bindings/x' },
      ],
      signatures: [{ protected: 'x' }],
      unknown: { kept: true },
    })
    assert.deepEqual(card, {
      name: 'writer',
      supportedInterfaces: [
        { url: `${here}/a2a/jsonrpc?x=1`, protocolBinding: 'JSONRPC', tenant: 't' },
        { url: `${here}/rest`, protocolBinding: 'HTTP+JSON' },
      ],
      unknown: { kept: true },
    })
  })
  test('of A2A 0.3 likewise', () => {
    const additionalInterfaces = [
      { url: 'http://127.0.0.1:9000/', transport: 'JSONRPC' },
      { url: 'http://127.0.0.1:9000', transport: 'grpc' },
    ]
    const card = rewritten({ url: 'http://127.0.0.1:9000', additionalInterfaces, skills: [] })
    assert.deepEqual(card, { url: here, additionalInterfaces: [{ url: `${here}/`, transport: 'JSONRPC' }], skills: [] })
  })
  test('of A2A 0.3 that prefers gRPC names the first other interface in its place, or none', () => {
    const grpc = { url: '127.0.0.1:9001', preferredTransport: 'GRPC', capabilities: {} }
    const additionalInterfaces = [
      { url: '127.0.0.1:9001', transport: 'GRPC' },
      { url: 'http://127.0.0.1:9000/rest', transport: 'HTTP+JSON' },
    ]
    const rest = { url: `${here}/rest`, transport: 'HTTP+JSON' }
    assert.deepEqual(rewritten({ ...grpc, additionalInterfaces }), {
      url: rest.url,
      preferredTransport: rest.transport,
      capabilities: {},
      additionalInterfaces: [rest],
    })
    assert.deepEqual(rewritten(grpc), { capabilities: {} })
  })
  test('in the answer to a JSON-RPC call is changed there; an error stays as it is', () => {
    const result = { url: 'http://127.0.0.1:9000', capabilities: {}, signatures: [] }
    const answer = rewritten({ jsonrpc: '2.0', id: 1, result })
    assert.deepEqual(answer, { jsonrpc: '2.0', id: 1, result: { url: here, capabilities: {} } })
    const error = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32_007, message: 'no' } })
    assert.equal(rewriteCard(error, { exposed: '', here }), undefined)
  })
  test('of a server below a path names what is exposed there', () => {
    const card = rewritten({ url: 'http://127.0.0.1:9000/one/rpc', skills: [] }, 'http://127.0.0.1:9000/one')
    assert.equal(card['url'], `${here}/rpc`)
  })
  test('is found at its well-known places, and the extended one at its own', () => {
    assert.ok(isCardTarget('/.well-known/agent-card.json'))
    assert.ok(isCardTarget('/one/.well-known/agent.json?x'))
    assert.ok(isCardTarget('/rest/tenant/extendedAgentCard'))
    assert.ok(isCardTarget('/rest/v1/card'))
    assert.ok(!isCardTarget('/agent-card.json'))
  })
  test('that is none stays as it is', () => {
    for (const other of ['[1]', '{"url":"http://127.0.0.1:9000/","signatures":[1]}', '{"jsonrpc":"2.0","result":null}'])
      assert.equal(rewriteCard(other, { exposed: '', here }), undefined)
  })
})
