import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { resumingFetch } from '../src/a2a/index.ts'

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
const post = (method: string, signal?: AbortSignal): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { id: 'task-1' } }),
  ...(signal !== undefined && { signal }),
})
const artifact = (id: number): string =>
  `id: ${id}\ndata: {"jsonrpc":"2.0","id":1,"result":{"artifactUpdate":{"taskId":"task-1"}}}\n\n`

test('a stream that breaks in the middle of an event goes on behind the last whole one', async () => {
  const server = await serve((_, response, nth) => {
    response.writeHead(200, stream)
    if (nth > 1) return response.end('id: 3\ndata: c\n\n')
    response.write('id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda')
    return void setTimeout(() => response.destroy(), 50)
  })
  const response = await resumingFetch()(server.url, { method: 'POST', body: 'x' })
  assert.equal(await response.text(), 'id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n')
  assert.deepEqual(server.lastIds, [undefined, '2'])
  server.close()
})

test('a stream without ids breaks as it does with fetch: asking again would do the work twice', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, stream).write('data: a\n\n')
    setTimeout(() => response.destroy(), 50)
  })
  const response = await resumingFetch()(server.url)
  await assert.rejects(response.text())
  assert.equal(server.lastIds.length, 1)
  server.close()
})

test('a stream of which a side-car says why there is no more ends with that; what is not there now is asked again', async () => {
  const answers = [503, 502, 502] as const
  const server = await serve((_, response, nth) => {
    if (nth === 1) {
      response.writeHead(200, stream).write('id: 1\ndata: a\n\n')
      return void setTimeout(() => response.destroy(), 50)
    }
    response.writeHead(answers[nth - 2]!)
    return response.end(nth === 3 ? 'a proxy' : '{"type":"urn:vagus:problem:interrupted"}')
  })
  const response = await resumingFetch()(server.url, { method: 'POST', body: 'x' })
  await assert.rejects(response.text(), /problem:interrupted/)
  assert.equal(server.lastIds.length, 4)
  server.close()
})

test('what is no stream passes as it is', async () => {
  const server = await serve((_, response) => void response.writeHead(404).end('no'))
  const response = await resumingFetch()(server.url)
  assert.deepEqual([response.status, await response.text()], [404, 'no'])
  server.close()
})

/** What a stream of these pieces becomes, piece by piece. */
async function* passed(...pieces: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  const body = ReadableStream.from(pieces.map((piece) => Buffer.from(piece)))
  const response = await resumingFetch({}, async () => new Response(body, { headers: stream }))('http://localhost/')
  yield* response.body!
}

test('an event of 12 MiB passes in pieces of 16 KiB for the work of two copies', async () => {
  const event = Buffer.from(`id: 1\ndata: ${'x'.repeat(12 * 1024 * 1024 - 15)}\n\n`)
  const pieces = Array.from({ length: event.length / 16_384 }, (_, at) =>
    event.subarray(at * 16_384, (at + 1) * 16_384),
  )
  const before = process.cpuUsage()
  for await (const given of passed(...pieces)) assert.ok(event.equals(given))
  const { user, system } = process.cpuUsage(before)
  // some tenths of a second; a look with each piece at all that came before would take twenty and more
  assert.ok(user + system < 5e6, `${user + system} µs of processor`)
})

test('an event comes as soon as it is whole, whatever ends its lines (HTML §9.2.6)', async () => {
  for (const end of ['\n\n', '\r\n\r\n', '\n\r\n', '\r\n\n', '\r\r'])
    assert.deepEqual(
      await Array.fromAsync(passed(`data: a${end}data: b`, end), (octets) => Buffer.from(octets).toString()),
      [`data: a${end}`, `data: b${end}`],
    )
})

test('an event of more than its limit passes in pieces; a stream that breaks behind it is not asked for again', async () => {
  const long = `id: 2\ndata: ${'x'.repeat(13 * 1024 * 1024)}`
  const server = await serve((_, response) => {
    response.writeHead(200, stream).write(`id: 1\ndata: a\n\n${long}`)
    response.write('\n\nid', () => response.destroy())
  })
  const { body } = await resumingFetch()(server.url)
  let text = ''
  await assert.rejects(async () => {
    for await (const piece of body!) text += Buffer.from(piece).toString()
  })
  assert.ok(text === `id: 1\ndata: a\n\n${long}\n\n`, `${text.length} octets`)
  assert.equal(server.lastIds.length, 1)
  server.close()
})

/** Takes `count` events, waits for one more in vain, and gives up; answers the ids of those it took. */
async function giveUpAfter(fetching: typeof fetch, url: string, count: number): Promise<readonly string[]> {
  const gone = new AbortController()
  const { body } = await fetching(url, post('SendStreamingMessage', gone.signal))
  const ids: string[] = []
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  while (ids.length < count) ids.push(/^id: (\d+)/.exec((await reader.read()).value!)![1]!)
  setTimeout(() => gone.abort(), 50)
  await assert.rejects(reader.read())
  return ids
}

test('who gives up a stream and subscribes to its task gets what it had not taken, not the task as it is', async () => {
  const server = await serve((_, response, nth) => {
    response.writeHead(200, stream)
    if (nth === 1) response.write(artifact(1) + artifact(2))
    else response.end(artifact(3))
  })
  const fetching = resumingFetch()
  assert.deepEqual(await giveUpAfter(fetching, server.url, 2), ['1', '2'])
  const response = await fetching(server.url, post('SubscribeToTask'))
  assert.equal(await response.text(), artifact(3))
  assert.deepEqual(server.lastIds, [undefined, '2'])
  // It went to its end: who subscribes to the task now wants to see it.
  await (await fetching(server.url, post('SubscribeToTask'))).text()
  assert.deepEqual(server.lastIds, [undefined, '2', undefined])
  server.close()
})

test('subscribes to the task as it is when the last event is not kept any more', async () => {
  const server = await serve((request, response, nth) => {
    if (request.headers['last-event-id'] !== undefined) response.writeHead(404).end('unknown')
    else if (nth === 1) response.writeHead(200, stream).write(artifact(1))
    else response.writeHead(200, stream).end(artifact(9))
  })
  const fetching = resumingFetch()
  await giveUpAfter(fetching, server.url, 1)
  assert.equal(await (await fetching(server.url, post('SubscribeToTask'))).text(), artifact(9))
  assert.deepEqual(server.lastIds, [undefined, '1', undefined])
  server.close()
})
