/** Connections of strangers that are ended at once: by what comes over them, or because there are too many. */
import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { listen, type RouteReceiver } from '../src/index.ts'
import { parseEndpointUri } from '../src/paths/endpoint-uri.ts'
import { listenWebSocket } from '../src/paths/web-socket.ts'

const observed = (): { readonly receiver: RouteReceiver; readonly seen: { packets: number; reasons: string[] } } => {
  const seen = { packets: 0, reasons: [] as string[] }
  const receiver: RouteReceiver = {
    packet: () => seen.packets++,
    drained: () => undefined,
    closed: (_, reason) => seen.reasons.push(reason),
  }
  return { receiver, seen }
}
const closed = (socket: EventEmitter): Promise<unknown> =>
  new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve))
const refused = 'a message of 0 octets that no agent sends'

test('a TCP connection ends with the first of half a million empty records', async () => {
  const { receiver, seen } = observed()
  const endpoint = await listen('tcp://127.0.0.1:0', receiver)
  const socket = connect(Number(new URL(endpoint.uri).port), '127.0.0.1')
  socket.write(new Uint8Array(1_500_000))
  await closed(socket)
  assert.deepEqual(seen, { packets: 0, reasons: [refused] })
  await endpoint.close()
})

test('a WebSocket ends with the first empty message', async () => {
  const { receiver, seen } = observed()
  const endpoint = await listen('ws://127.0.0.1:0', receiver)
  const socket = new WebSocket(endpoint.uri)
  await once(socket, 'open')
  for (let count = 0; count < 1000; count++) socket.send(new Uint8Array(0))
  await closed(socket)
  assert.deepEqual(seen, { packets: 0, reasons: [refused] })
  await endpoint.close()
})

test('a WebSocket too many is refused, and what comes over it is not read', async () => {
  const { receiver, seen } = observed()
  const endpoint = await listenWebSocket(parseEndpointUri('ws://127.0.0.1:0')!, receiver, 1)
  const first = new WebSocket(endpoint.uri)
  await once(first, 'open')
  const second = connect(Number(new URL(endpoint.uri).port), '127.0.0.1')
  const hello = [
    'GET / HTTP/1.1',
    'Host: a',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
  ]
  second.write(`${hello.join('\r\n')}\r\n\r\n`)
  second.write(Uint8Array.of(0xff, 0x80, 0, 0, 0, 0)) // reserved bits, so an error where a WebSocket reads it
  let answer = ''
  second.on('data', (octets) => (answer += octets.toString()))
  await closed(second)
  assert.match(answer, /^HTTP\/1\.1 503 /)
  assert.equal(first.readyState, WebSocket.OPEN)
  first.terminate()
  await endpoint.close()
  assert.equal(seen.packets, 0)
})
