/**
 * Datagrams of all flow sockets to one function: by recvmmsg where native calls work, else by node:dgram, which loses
 * more under load but runs anywhere.
 * @module
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { type FlowSocket, openFlowSocket, readableOf, UnavailableError } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { OnDatagram, OnIdle, Receiver } from './datagrams.ts'
import { openDgramReceiver } from './dgram-receiver.ts'

/** How long the wait for datagrams blocks a thread of the pool, in milliseconds: what `stop` may have to wait. */
const patience = 200
/**
 * The pool's threads also serve the disk and the database, for up to a second at a time, in which a socket buffer fills
 * from some thousand datagrams a second on. At such rates the thread looks for itself, each millisecond.
 */
const manyDatagrams = 4
/** Milliseconds in a row that may bring fewer before it waits by the pool again. */
const longestLull = 20
/** Batches read from one socket before the next one's turn. */
const batchesATurn = 16

/** @throws {UnavailableError} when an address cannot be bound */
export async function startReceiver(
  listen: readonly UdpEndpoint[],
  receiveBuffer: number,
  onDatagram: OnDatagram,
  onIdle: OnIdle,
): Promise<Receiver> {
  const sockets: FlowSocket[] = []
  try {
    for (const { address, port } of listen) sockets.push(openFlowSocket({ address, port, receiveBuffer }))
  } catch (error) {
    for (const socket of sockets) socket.close()
    // An address that is taken or not ours is the operator's to mend; anything else may be the way of calling.
    if (!(error instanceof UnavailableError) || !['ffi', 'refused'].includes(error.code)) throw error
    return openDgramReceiver(listen, receiveBuffer, onDatagram, onIdle, error.message)
  }
  return nativeReceiver(sockets, onDatagram, onIdle)
}

function nativeReceiver(sockets: readonly FlowSocket[], onDatagram: OnDatagram, onIdle: OnIdle): Receiver {
  const readable = readableOf(sockets)
  const stopping = new AbortController()
  let truncated = 0
  let received = 0
  let now = 0
  const source = { address: new Uint8Array() as Uint8Array, port: 0 }

  /** Hands over what one socket has; whether there may be more. */
  const drain = (socket: FlowSocket): boolean => {
    for (let batches = 0; batches < batchesATurn; batches++) {
      const count = socket.receive('poll')
      now = Math.max(now, Date.now())
      const { batch } = socket
      received += count
      for (let slot = 0; slot < count; slot++) {
        if (batch.truncated(slot)) truncated++
        source.address = batch.sourceAddress(slot)
        source.port = batch.sourcePort(slot)
        onDatagram(batch.datagram(slot), source, now)
      }
      if (count < batch.size) return false
    }
    return true
  }
  const run = async (): Promise<void> => {
    let lull = longestLull
    while (!stopping.signal.aborted) {
      await (lull < longestLull ? pause(1) : readable(patience))
      const before = received
      for (let more = true; more && !stopping.signal.aborted;) {
        more = false
        for (const socket of sockets) more = drain(socket) || more
        more ||= onIdle() === 'done'
        // Questions and timers get their turn also under full load.
        if (more) await nextTurn()
      }
      lull = received - before >= manyDatagrams ? 0 : lull + 1
    }
  }
  const running = sockets.length === 0 ? Promise.resolve() : run()
  return {
    kind: 'recvmmsg',
    fallback: undefined,
    endpoints: sockets.map(({ address, port }) => ({ address, port })),
    receiveBuffer: Math.min(...sockets.map((socket) => socket.receiveBuffer)),
    dropped: () => sockets.reduce((sum, socket) => sum + socket.dropped(), 0),
    truncated: () => truncated,
    async stop() {
      stopping.abort()
      await running
      for (const socket of sockets) socket.close()
    },
  }
}
