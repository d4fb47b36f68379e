/** Agent cards of a stock server of A2A 1.0 and 0.3, as programs get them at their side-car. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AgentCard } from '@a2a-js/sdk'
import { DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server'
import { jsonRpcHandler, restHandler, UserBuilder } from '@a2a-js/sdk/server/express'
import express from 'express'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const app = express()
const local = await listening(app)
const extended = AgentCard.fromJSON({
  name: 'counter',
  description: 'counts for those it knows',
  version: '1',
  supportedInterfaces: ['1.0', '0.3'].flatMap((protocolVersion) => [
    { url: `${local.url}/grpc`, protocolBinding: 'GRPC', protocolVersion },
    { url: `${local.url}/rpc`, protocolBinding: 'JSONRPC', protocolVersion },
    { url: `${local.url}/rest`, protocolBinding: 'HTTP+JSON', protocolVersion },
  ]),
  capabilities: { extendedAgentCard: true },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'secret', name: 'secret', description: 'counts', tags: ['numbers'] }],
  signatures: [{ protected: 'x', signature: 'y' }],
})
const nobody = { execute: async () => undefined, cancelTask: async () => undefined }
const requestHandler = new DefaultRequestHandler(
  extended,
  new InMemoryTaskStore(),
  nobody,
  undefined,
  undefined,
  undefined,
  async () => extended,
)
const served = { requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat: { enabled: true } }
app.use('/rpc', jsonRpcHandler(served))
app.use('/rest', restHandler(served))

const network = new VirtualNetwork()
const counter = await sidecar(network, 'counter', { exposed: { a2a: local.url } })
const asker = await sidecar(network, 'asker')
const here = `${asker.url}/agents/counter`
after(async () => {
  await Promise.all([counter.close(), asker.close()])
  endServer(local.server)
})

const get = async (path: string, version: string): Promise<string> =>
  (await fetch(`${here}${path}`, { headers: { 'a2a-version': version } })).text()

const call = async (method: string, version: string, more = {}): Promise<string> => {
  const headers = { 'content-type': 'application/json', 'a2a-version': version, ...more }
  const body = JSON.stringify({ jsonrpc: '2.0', id: version, method, params: {} })
  return (await fetch(`${here}/rpc`, { method: 'POST', headers, body })).text()
}

for (const [what, ask] of [
  ['GetExtendedAgentCard of 1.0', () => call('GetExtendedAgentCard', '1.0')],
  ['the same with a key', () => call('GetExtendedAgentCard', '1.0', { 'idempotency-key': 'k' })],
  ['agent/getAuthenticatedExtendedCard of 0.3', () => call('agent/getAuthenticatedExtendedCard', '0.3')],
  ['GET /extendedAgentCard', () => get('/rest/extendedAgentCard', '1.0')],
  ['GET /extendedAgentCard below a tenant', () => get('/rest/tenant/extendedAgentCard', '1.0')],
  ['GET /v1/card of 0.3', () => get('/rest/v1/card', '0.3')],
] as const)
  test(`an extended agent card names addresses of the side-car: ${what}`, async () => {
    const text = await ask()
    assert.match(text, /"secret"/)
    assert.ok(text.includes(`"${here}/rpc"`), text)
    assert.doesNotMatch(text, /"signatures":\[\{|grpc/i)
    assert.ok(!text.includes(local.url), text)
  })
