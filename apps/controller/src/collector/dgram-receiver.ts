/** Receiving by node:dgram, for machines where native calls do not work. @module */
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { DatagramSource } from '@vagus/flow'
import { openDgramSocket } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { OnDatagrams, OnIdle, Receiver } from './datagrams.ts'

/** Between two looks at what can wait, milliseconds. */
const idleStep = 100

/** @throws {UnavailableError} when an address cannot be bound */
export async function openDgramReceiver(
  listen: readonly UdpEndpoint[],
  receiveBuffer: number,
  onDatagrams: OnDatagrams,
  onIdle: OnIdle,
  fallback: string,
): Promise<Receiver> {
  const take = (datagram: Uint8Array, from: DatagramSource): void => {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
    const { length } = datagram
    const run = { octets: datagram, view, memory: undefined, at: 0, end: length, each: length }
    onDatagrams(run, from, Date.now())
  }
  // Node does not tell when a socket is empty: what can wait gets the turns of the event loop between two reads.
  let turn: NodeJS.Immediate | undefined
  const catchUp = (): void => {
    turn = onIdle() === 'done' ? setImmediate(catchUp) : undefined
  }
  const timer = setInterval(() => (turn ??= setImmediate(catchUp)), idleStep)
  const sockets: Socket[] = []
  try {
    for (const endpoint of listen) {
      sockets.push(await openDgramSocket({ ...endpoint, receiveBuffer, families: 'own' }, take))
    }
  } catch (error) {
    clearInterval(timer)
    for (const socket of sockets) socket.close()
    throw error
  }
  return {
    kind: 'dgram',
    fallback,
    endpoints: sockets.map((socket) => ({ address: socket.address().address, port: socket.address().port })),
    receiveBuffer: Math.min(...sockets.map((socket) => socket.getRecvBufferSize() / 2)),
    dropped: () => 0,
    async stop() {
      clearInterval(timer)
      clearImmediate(turn)
      await Promise.all(
        sockets.map(async (socket) => {
          socket.close()
          await once(socket, 'close')
        }),
      )
    },
  }
}
