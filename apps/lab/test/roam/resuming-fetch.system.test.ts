import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { resumingFetch } from '../../src/roam/reader/resuming-fetch.ts'

/** A server on loopback, what it was asked with, and its end. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void) {
  const lastIds: (string | undefined)[] = []
  const server = createServer((request, response) => {
    lastIds.push(request.headers['last-event-id'] as string | undefined)
    answer(request, response, lastIds.length)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, lastIds, close: () => void (server.closeAllConnections(), server.close()) }
}

const stream = { 'content-type': 'text/event-stream' }

test('a stream that breaks in the middle of an event goes on behind the last whole one', async () => {
  const server = await serve((_, response, nth) => {
    response.writeHead(200, stream)
    if (nth > 1) return response.end('id: 3\ndata: c\n\n')
    response.write('id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda')
    return void setTimeout(() => response.destroy(), 50)
  })
  const response = await resumingFetch(server.url, { method: 'POST', body: 'x' })
  assert.equal(await response.text(), 'id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n')
  assert.deepEqual(server.lastIds, [undefined, '2'])
  server.close()
})

test('a stream without ids breaks as it does with fetch: asking again would do the work twice', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, stream).write('data: a\n\n')
    setTimeout(() => response.destroy(), 50)
  })
  const response = await resumingFetch(server.url)
  await assert.rejects(response.text())
  assert.equal(server.lastIds.length, 1)
  server.close()
})

test('what is no stream passes as it is', async () => {
  const server = await serve((_, response) => void response.writeHead(404).end('no'))
  const response = await resumingFetch(server.url)
  assert.deepEqual([response.status, await response.text()], [404, 'no'])
  server.close()
})
