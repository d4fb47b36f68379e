/** Local servers that end connections before they are asked, or answer what nobody asked for. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServedExchange } from '@vagus/agent'
import { Notes } from '../../src/notes.ts'
import { CallServices } from '../../src/roster/call-services.ts'
import type { CallerPolicy } from '../../src/served/caller.ts'
import { connectTo } from '../../src/served/server-request.ts'
import { serveHttp } from '../../src/served/serve-http.ts'
import { decodeResponseMessage, encodeRequestHead, type ResponseMessage } from '../../src/wire/http-exchange.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** @param accept is given each connection, and how many came before it */
async function listening(accept: (socket: Socket, before: number) => void): Promise<string> {
  let count = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    accept(socket, count++)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers the request that comes. */
function answer(socket: Socket, response: string): void {
  socket.once('data', () => socket.end(response))
}

/** How far a side-car that was killed had come. */
interface Before {
  readonly told: readonly ResponseMessage[]
  readonly acknowledged: number
}

/** What the caller is told by a side-car whose journal takes a while to hold that the request is begun. */
async function toldOf(a2a: string, before?: Before): Promise<readonly ResponseMessage[]> {
  const told: ResponseMessage[] = [...(before?.told ?? [])]
  const tell = async (octets: Uint8Array): Promise<void> => void told.push(decodeResponseMessage(octets)!)
  const exchange = {
    id: 'x',
    head: encodeRequestHead({ method: 'GET', target: '/x', headers: [], speech: 'http' }),
    class: 'call',
    treat: () => undefined,
    caller: async () => ({ identity: { id: 'did:key:zCaller' } }),
    signal: new AbortController().signal,
    get sent() {
      return told.length
    },
    acknowledged: before?.acknowledged ?? 0,
    messages: async function* () {
      // A request without content.
    },
    acknowledge: () => undefined,
    stored: () => sleep(100),
    send: tell,
    queue: tell,
  } as unknown as ServedExchange
  const policy: CallerPolicy = { admit: async (_, headers) => headers, renewed: (headers) => headers }
  const handler = serveHttp({
    exposed: { a2a },
    policy,
    notes: new Notes(':memory:'),
    services: new CallServices('did:key:zCalled'),
  })
  await (before === undefined ? handler.handle(exchange) : handler.resume!(exchange))
  return told
}

describe('a local server', () => {
  for (const [how, end] of [
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['ends', (socket: Socket) => socket.end()],
  ] as const) {
    test(`that ${how} the connection before it has the request is asked over another one`, async () => {
      const url = await listening((socket, before) => {
        if (before === 0) setTimeout(() => end(socket), 20)
        else answer(socket, 'HTTP/1.1 204 Done\r\nConnection: close\r\n\r\n')
      })
      const [begun, head] = await toldOf(url)
      assert.equal(begun?.type, 'begun')
      assert.equal(head?.type === 'head' && head.head.status, 204)
    })
  }

  test('that switches protocols unasked is a bad gateway', async () => {
    const response = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const [, problem] = await toldOf(await listening((socket) => answer(socket, response)))
    assert.equal(problem?.type, 'problem')
    assert.equal(problem.problem.status, 502)
    assert.match(problem.problem.detail, /answered 101/)
  })

  test('that ends without a response is told as interrupted', async () => {
    const [, problem] = await toldOf(await listening((socket) => answer(socket, '')))
    assert.equal(problem?.type === 'problem' && problem.problem.type, 'urn:vagus:problem:interrupted')
  })

  test('that is not there is not waited for any more when the caller gives up', async () => {
    const gone = new AbortController()
    const connecting = connectTo(new URL('http://127.0.0.1:9/'), gone.signal)
    setTimeout(() => gone.abort(new Error('gave up')), 20)
    await assert.rejects(connecting, /gave up/)
  })

  test('is asked again after a restart where that changes nothing, but not with a part of the content', async () => {
    let asked = 0
    const url = await listening((socket) => {
      asked++
      answer(socket, 'HTTP/1.1 204 Done\r\nConnection: close\r\n\r\n')
    })
    const told: readonly ResponseMessage[] = [{ type: 'begun' }]
    const [, , head] = await toldOf(url, { told, acknowledged: 0 })
    assert.equal(head?.type === 'head' && head.head.status, 204)
    const [, problem] = await toldOf(url, { told, acknowledged: 1 })
    assert.equal(problem?.type === 'problem' && problem.problem.type, 'urn:vagus:problem:interrupted')
    assert.equal(asked, 1)
  })
})
