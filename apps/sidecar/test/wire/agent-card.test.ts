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
    const card = rewritten({ url: 'http://127.0.0.1:9000', additionalInterfaces })
    assert.deepEqual(card, { url: here, additionalInterfaces: [{ url: `${here}/`, transport: 'JSONRPC' }] })
  })
  test('of a server below a path names what is exposed there', () => {
    const card = rewritten({ url: 'http://127.0.0.1:9000/one/rpc' }, 'http://127.0.0.1:9000/one')
    assert.equal(card['url'], `${here}/rpc`)
  })
  test('is found at its well-known places', () => {
    assert.ok(isCardTarget('/.well-known/agent-card.json'))
    assert.ok(isCardTarget('/one/.well-known/agent.json?x'))
    assert.ok(!isCardTarget('/agent-card.json'))
  })
  test('that is none stays as it is', () => assert.equal(rewriteCard('[1]', { exposed: '', here }), undefined))
})
