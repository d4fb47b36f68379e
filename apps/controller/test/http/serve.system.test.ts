import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { parseEndpoint } from '@vagus/address'
import { maxConnections } from '../../src/http/connections.ts'
import { serveHttp } from '../../src/http/serve.ts'
import { appOver } from '../support/app-over.ts'

test('closes a connection beyond its limit at once, and takes another when one has gone', async (t) => {
  const server = await serveHttp(() => new Response('here'), { kind: 'tcp', address: '127.0.0.1', port: 0 })
  const { address, port } = parseEndpoint(server.address, 1)
  const open: Socket[] = []
  t.after(async () => {
    for (const socket of open) socket.destroy()
    await server.stop()
  })
  const connected = async (): Promise<Socket> => {
    const socket = connect(port, address)
    open.push(socket)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  const ask = async (socket: Socket): Promise<string> => {
    const answer = Promise.withResolvers<string>()
    socket.once('data', (octets: Buffer) => answer.resolve(octets.toString().split('\r\n')[0]!))
    socket.once('close', () => answer.resolve('closed'))
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return answer.promise
  }
  for (let i = 0; i < maxConnections; i++) await connected()
  assert.equal(await ask(open.at(-1)!), 'HTTP/1.1 200 OK')
  assert.equal(await ask(await connected()), 'closed')
  const [first] = open
  const gone = once(first!, 'close')
  first!.end()
  await gone
  assert.equal(await ask(await connected()), 'HTTP/1.1 200 OK')
})

test('closes a connection whose client reads nothing, and lets one wait for its export', async (t) => {
  const written = Promise.withResolvers<void>()
  const exportFlows = async () => {
    await written.promise
    return { octets: 4, stream: new Blob(['PAR1']).stream() }
  }
  const cancelled = Promise.withResolvers<void>()
  const endless = () =>
    new ReadableStream({
      pull: (sink) => sink.enqueue(new Uint8Array(65_536)),
      cancel: () => cancelled.resolve(),
    })
  const app = appOver({ exportFlows }, { now: Date.now }).get('/endless', () => new Response(endless()))
  const server = await serveHttp(app.fetch, { kind: 'tcp', address: '127.0.0.1', port: 0 }, { timeout: 200 })
  const { address, port } = parseEndpoint(server.address, 1)
  const unread = connect(port, address)
  t.after(async () => {
    unread.destroy()
    await server.stop()
  })
  const exported = fetch(`http://127.0.0.1:${port}/v1/flows/export`).then(async (answer) => answer.text())
  const closed = once(unread, 'close')
  unread.on('error', () => undefined)
  unread.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await cancelled.promise
  unread.resume()
  await closed
  written.resolve()
  assert.equal(await exported, 'PAR1')
})
