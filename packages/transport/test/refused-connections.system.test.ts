/** Connections of strangers that are ended at once: by what comes over them, or because there are too many. */
import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { listen, type RouteReceiver } from '../src/index.ts'

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
