/** What is kept for retries, over agents as they are: their journals have room for 64 MiB of answers to one agent. */
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { writeTo } from '../src/drain.ts'
import { callerOf } from './agents.ts'
import { endServer, listening } from './sidecars.ts'

const megabyte = 'z'.repeat(1_000_000)
const executed: string[] = []

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) body += part
  if (body === '') return void response.end()
  const { id, params } = JSON.parse(body) as { id: number; params: { message: { messageId: string } } }
  const { messageId } = params.message
  executed.push(messageId)
  if (messageId.startsWith('stream')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const event = { jsonrpc: '2.0', id, result: { artifactUpdate: { artifact: { parts: [{ text: megabyte }] } } } }
    for (let count = 0; count < 7; count++) await writeTo(response, Buffer.from(`data: ${JSON.stringify(event)}\n\n`))
    response.end()
  } else {
    const text = messageId.startsWith('large') ? megabyte.repeat(7) : `this is ${messageId}`
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { text } }))
  }
}

const local = await listening((request, response) => void answer(request, response))
let caller: Awaited<ReturnType<typeof callerOf>>
before(async () => {
  caller = await callerOf(local.url)
})
after(async () => {
  await caller.close()
  endServer(local.server)
})

async function send(messageId: string, method = 'SendMessage'): Promise<string> {
  const params = { message: { messageId, role: 'ROLE_USER', parts: [{ text: 'go' }] } }
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(`${caller.base}/`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(120_000),
  })
  return response.text()
}

describe('answers of one agent that are larger together than its journal has room for', () => {
  test('come as ten streams at once, each to its end', async () => {
    const streams = Array.from({ length: 10 }, (_, at) => send(`stream-${at}`, 'SendStreamingMessage'))
    for (const text of await Promise.all(streams)) assert.equal(text.match(/^data: /gm)?.length, 7)
  })
  test('come one after the other, and the last small ones are kept for a retry', async () => {
    const small = await send('small')
    for (let count = 0; count < 10; count++) assert.ok((await send(`large-${count}`)).length > 7_000_000)
    const last = await send('last')
    assert.deepEqual([await send('last'), last], [last, '{"jsonrpc":"2.0","id":1,"result":{"text":"this is last"}}'])
    const again = JSON.parse(await send('small')) as { type: string }
    assert.notEqual(small, JSON.stringify(again))
    assert.equal(again.type, 'urn:vagus:problem:delivered-already')
    assert.equal(executed.filter((each) => each === 'small').length, 1, 'not even then it is executed again')
  })
})
