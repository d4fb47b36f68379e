/** Connections that were accepted and that no session uses. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordOf } from '@vagus/channel'
import { WebSocket } from 'ws'
import { listen, type RouteReceiver } from '../src/index.ts'

/** Uses the route of a packet that begins with 1. */
const receiver: RouteReceiver = {
  packet: (route, packet) => {
    if (packet[0] === 1) route.used?.()
  },
  drained: () => undefined,
  closed: () => undefined,
}

test('end after ten seconds, whatever came by them; those that one uses stay', async () => {
  const [tcp, ws] = await Promise.all(['tcp://127.0.0.1:0', 'ws://127.0.0.1:0'].map((uri) => listen(uri, receiver)))
  const port = Number(new URL(tcp!.uri).port)
  const open = async (first: Uint8Array | undefined): Promise<{ closed: boolean }> => {
    const socket = connect(port, '127.0.0.1')
    const state = { closed: false }
    socket.on('close', () => (state.closed = true)).on('error', () => undefined)
    await once(socket, 'connect')
    if (first !== undefined) socket.write(first)
    return state
  }
  const openWs = async (first: Uint8Array | undefined): Promise<{ closed: boolean }> => {
    const socket = new WebSocket(ws!.uri)
    const state = { closed: false }
    socket.on('close', () => (state.closed = true)).on('error', () => undefined)
    await once(socket, 'open')
    if (first !== undefined) socket.send(first)
    return state
  }
  const unused = [
    await open(undefined),
    await open(Uint8Array.of(0)),
    await open(recordOf(Uint8Array.of(2))),
    await openWs(undefined),
    await openWs(Uint8Array.of(2)),
  ]
  const used = [await open(recordOf(Uint8Array.of(1))), await openWs(Uint8Array.of(1))]
  await sleep(8000)
  assert.equal(
    unused.some(({ closed }) => closed),
    false,
  )
  for (let tries = 0; tries < 100 && !unused.every(({ closed }) => closed); tries++) await sleep(100)
  assert.ok(unused.every(({ closed }) => closed))
  assert.equal(
    used.some(({ closed }) => closed),
    false,
  )
  await Promise.all([tcp!.close(), ws!.close()])
})
