/** Connections that were accepted and that no session uses. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordOf } from '@vagus/channel'
import { WebSocket } from 'ws'
import { eventually } from '../../../scripts/eventually.ts'
import { listen, type RouteReceiver } from '../src/index.ts'

/** Messages of a handshake, as far as a connection looks at them. */
const [hello, finish] = [Uint8Array.of(1, 1), Uint8Array.of(1, 3)]

/** Uses the route of a hello. */
const receiver: RouteReceiver = {
  packet: (route, packet) => {
    if (packet[1] === hello[1]) route.used?.()
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
    await open(recordOf(finish)),
    await openWs(undefined),
    await openWs(finish),
  ]
  const used = [await open(recordOf(hello)), await openWs(hello)]
  await sleep(8000)
  assert.equal(
    unused.some(({ closed }) => closed),
    false,
  )
  await eventually('the unused ones are closed', () => unused.every(({ closed }) => closed), { seconds: 10 })
  assert.equal(
    used.some(({ closed }) => closed),
    false,
  )
  await Promise.all([tcp!.close(), ws!.close()])
})
