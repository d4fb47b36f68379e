/** Streams of a local server that breaks off, and what it says of its task then. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, describe, test } from 'node:test'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

type Rpc = { readonly id: unknown; readonly method: string }
type Told = (result: object) => void

/** How the server goes on with a stream that it broke off: how often it breaks off again, and with which state it ends. */
interface Manner {
  readonly subscribable: boolean
  readonly breaks: number
  readonly state: string
}
let manner: Manner
let subscriptions = 0

const task = (state: string) => ({
  id: 't1',
  contextId: 'c',
  status: { state, timestamp: '2026-01-01T00:00:00Z' },
  artifacts: [{ artifactId: 'a', parts: [{ text: 'p0' }] }],
})
const status = (state: string) => ({
  statusUpdate: { taskId: 't1', contextId: 'c', status: { state, timestamp: '2026-01-01T00:00:01Z' } },
})

function answer({ id, method }: Rpc, response: ServerResponse): void {
  const tell: Told = (result) => void response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
  if (method === 'GetTask') return void response.end(JSON.stringify({ jsonrpc: '2.0', id, result: task(manner.state) }))
  if (method === 'SubscribeToTask' && !manner.subscribable)
    return void response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_004, message: 'no streams' } }))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  tell({ task: task('TASK_STATE_WORKING') })
  if (method === 'SubscribeToTask' && ++subscriptions > manner.breaks) {
    tell(status(manner.state))
    response.end()
  } else setTimeout(() => response.destroy(), 20)
}

const local = await listening((request, response) => {
  let text = ''
  request.on('data', (part: Buffer) => (text += part.toString()))
  request.on('end', () => answer(JSON.parse(text) as Rpc, response))
})
const network = new VirtualNetwork()
const served = await sidecar(network, 'worker', { exposed: { a2a: local.url } })
const caller = await sidecar(network, 'caller')
after(async () => {
  await Promise.all([served.close(), caller.close()])
  endServer(local.server)
})

/** The states that a client is told, and whether its stream ends as if it were whole. */
async function streamed(next: Manner): Promise<{ readonly states: readonly string[]; readonly end: 'whole' | 'cut' }> {
  manner = next
  subscriptions = 0
  const message = { messageId: JSON.stringify(next), role: 'ROLE_USER', parts: [{ text: 'x' }] }
  const answered = await fetch(`${caller.url}/agents/worker/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendStreamingMessage', params: { message } }),
  })
  let text = ''
  let end: 'whole' | 'cut' = 'whole'
  try {
    for await (const octets of answered.body!) text += Buffer.from(octets).toString()
  } catch {
    end = 'cut'
  }
  return { states: [...text.matchAll(/TASK_STATE_(\w+)/g)].map(([, state]) => state!), end }
}

describe('a stream that the local server broke off', () => {
  test('does not end as if it were whole, where the task goes on and gives no stream', async () => {
    const working = { subscribable: false, breaks: 0, state: 'TASK_STATE_WORKING' }
    assert.deepEqual(await streamed(working), { states: ['WORKING'], end: 'cut' })
  })
  for (const state of ['COMPLETED', 'INPUT_REQUIRED'])
    test(`ends with the state that the task came to meanwhile: ${state}`, async () => {
      const over = { subscribable: false, breaks: 0, state: `TASK_STATE_${state}` }
      assert.deepEqual(await streamed(over), { states: ['WORKING', state], end: 'whole' })
    })
  test('goes on where the server breaks off again', async () => {
    const twice = { subscribable: true, breaks: 2, state: 'TASK_STATE_COMPLETED' }
    assert.deepEqual(await streamed(twice), { states: ['WORKING', 'COMPLETED'], end: 'whole' })
  })
  test('is cut with the reason where the server does nothing but break off', async () => {
    const always = { subscribable: true, breaks: Infinity, state: 'TASK_STATE_COMPLETED' }
    assert.deepEqual(await streamed(always), { states: ['WORKING'], end: 'cut' })
    assert.equal(subscriptions, 10)
  })
})
