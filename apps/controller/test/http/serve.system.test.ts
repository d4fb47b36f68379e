import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { parseEndpoint } from '@vagus/address'
import { maxConnections, serveHttp } from '../../src/http/serve.ts'

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
