/** Streams of callers outside whose tokens expire, with stock clients. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { SendMessageRequest } from '@a2a-js/sdk'
import { type Client, ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import { a2aApp } from '../fixtures/a2a-agent.ts'
import { mcpListener } from '../fixtures/mcp-server.ts'
import { endServer, listening, sidecar } from '../sidecars.ts'
import { VirtualNetwork } from '../virtual-network.ts'
import { ask, doorRole, fleetOf, gatewayOn, tokenOf } from './gateways.ts'

const members = { counter: [], calc: [], door: [doorRole] }
const network = new VirtualNetwork()
const counting = await listening((request, response) => app(request, response))
const app = a2aApp(counting.url)
const calculating = await listening(mcpListener)
const policies = 'permit (principal, action, resource);'
const counter = await sidecar(network, 'counter', {
  exposed: { a2a: counting.url },
  fleet: fleetOf('counter', policies, members),
})
const calc = await sidecar(network, 'calc', {
  exposed: { mcp: `${calculating.url}/mcp` },
  fleet: fleetOf('calc', policies, members),
})
let door: Awaited<ReturnType<typeof gatewayOn>>
let site = ''
before(async () => {
  door = await gatewayOn(network, {
    publicUrl: undefined,
    published: new Map([
      ['counter', 'counter'],
      ['calc', 'calc'],
    ]),
  })
  site = `http://127.0.0.1:${door.port}`
})
after(async () => {
  await Promise.all([counter.close(), calc.close(), door.close()])
  for (const { server } of [counting, calculating]) endServer(server)
})

/** Counts for another so many seconds: for a minute after they have expired, tokens are still taken. */
const tokenFor = (seconds: number, sub = 'alice'): Promise<string> =>
  tokenOf({
    sub,
    aud: ['counter', 'calc'].map((name) => `${site}/agents/${name}`),
    exp: Math.floor(Date.now() / 1000) - 60 + seconds,
  })

async function clientWith(fetchImpl: typeof fetch): Promise<Client> {
  const transports = [new JsonRpcTransportFactory({ fetchImpl })]
  const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports })
  return new ClientFactory(options).createFromUrl(`${site}/agents/counter/`)
}
const asking = (text: string): SendMessageRequest =>
  SendMessageRequest.fromJSON({ message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] } })

async function told(client: Client, text: string): Promise<{ readonly text: string; readonly error: string }> {
  let all = ''
  try {
    for await (const { payload } of client.sendMessageStream(asking(text))) {
      const [part] = payload?.$case === 'artifactUpdate' ? (payload.value.artifact?.parts ?? []) : []
      if (part?.content?.$case === 'text') all += part.content.value
    }
    return { text: all, error: '' }
  } catch (error) {
    return { text: all, error: String(error) }
  }
}

describe('a stream of a caller outside', { concurrency: true, timeout: 60_000 }, () => {
  const numbers = Array.from({ length: 50 }, (_, at) => `${at} `).join('')

  test('ends with its token, and goes on with a new one where it ended', async () => {
    const used: string[] = []
    const withToken: typeof fetch = async (input, init) => {
      const headers = new Headers(init?.headers)
      const token = await tokenFor(used.length === 0 ? 3 : 300)
      used.push(headers.get('last-event-id') ?? 'anew')
      headers.set('authorization', `Bearer ${token}`)
      return fetch(input, { ...init, headers })
    }
    const client = await clientWith(resumingFetch({}, withToken))
    used.length = 0 // of the card
    assert.deepEqual(await told(client, 'count 50 100'), { text: numbers, error: '' })
    assert.equal(used.length, 2)
    assert.equal(used[0], 'anew')
    assert.match(used[1]!, /^vagus\./)
  })

  test('breaks where its caller has no new one, who is told why', async () => {
    const token = await tokenFor(3, 'bob')
    const withToken: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      return fetch(input, { ...init, headers })
    }
    const { text, error } = await told(await clientWith(resumingFetch({}, withToken)), 'count 50 100')
    assert.ok(text.length > 0 && numbers.startsWith(text) && text !== numbers, text)
    assert.match(error, /the token has expired; get a new one/)
  })

  test('ends with its token where MCP 2026-07-28 listens', async (t) => {
    const requestInit = { headers: { authorization: `Bearer ${await tokenFor(3, 'carol')}` } }
    const client = new McpClient({ name: 'carol', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    t.after(() => client.close())
    await client.connect(new StreamableHTTPClientTransport(new URL(`${site}/agents/calc/mcp`), { requestInit }))
    const { closed } = await client.listen({ toolsListChanged: true })
    assert.equal(await closed, 'remote')
    await assert.rejects(client.listen({ toolsListChanged: true }), /the token has expired; get a new one/)
  })

  test('is not what an answer is, which goes on to its end', async () => {
    const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: 'count 45 100' }] }
    const answer = await ask(door.port, '/agents/counter/a2a/jsonrpc', {
      method: 'POST',
      headers: {
        host: new URL(site).host,
        authorization: `Bearer ${await tokenFor(3)}`,
        'content-type': 'application/json',
        'a2a-version': '1.0',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } }),
    })
    assert.equal(answer.status, 200)
    assert.match(answer.text, /TASK_STATE_COMPLETED/)
  })
})
