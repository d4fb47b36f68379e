/**
 * Datagrams of all flow sockets to one function: by recvmmsg on a thread of its own where native calls work, else by
 * node:dgram, which loses more under load but runs anywhere.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type FlowReceiver, startFlowReceiver, UnavailableError } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { OnDatagram, OnIdle, Receiver } from './datagrams.ts'
import { openDgramReceiver } from './dgram-receiver.ts'

/** How long it waits for datagrams before it looks whether it is to stop, in milliseconds. */
const patience = 200
/** Datagrams handed over between two turns of the event loop: one or two milliseconds. */
const datagramsATurn = 512

/** @throws {UnavailableError} when an address cannot be bound */
export async function startReceiver(
  listen: readonly UdpEndpoint[],
  receiveBuffer: number,
  onDatagram: OnDatagram,
  onIdle: OnIdle,
): Promise<Receiver> {
  let receiver: FlowReceiver
  try {
    receiver = startFlowReceiver(listen.map(({ address, port }) => ({ address, port, receiveBuffer })))
  } catch (error) {
    // An address that is taken or not ours is the operator's to mend; anything else may be the way of calling.
    if (!(error instanceof UnavailableError) || !['ffi', 'refused'].includes(error.code)) throw error
    return openDgramReceiver(listen, receiveBuffer, onDatagram, onIdle, error.message)
  }
  return nativeReceiver(receiver, onDatagram, onIdle)
}

function nativeReceiver(receiver: FlowReceiver, onDatagram: OnDatagram, onIdle: OnIdle): Receiver {
  const { sockets, datagrams } = receiver
  const stopping = new AbortController()
  let truncated = 0
  let now = 0
  const source = { address: new Uint8Array() as Uint8Array, port: 0 }

  /** Hands over what waits, at most a turn's worth; how many. */
  const drain = (): number => {
    const count = Math.min(datagrams.waiting(), datagramsATurn)
    now = Math.max(now, Date.now())
    for (let index = 0; index < count; index++) {
      if (datagrams.truncated(index)) truncated++
      source.address = datagrams.sourceAddress(index)
      source.port = datagrams.sourcePort(index)
      onDatagram(datagrams.datagram(index), source, now)
    }
    datagrams.release(count)
    return count
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (drain() > 0 || onIdle() === 'done') {
        // Questions and timers get their turn also under full load.
        await nextTurn()
      } else await receiver.readable(patience)
    }
  }
  const running = run()
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
      await receiver.stop()
      while (drain() > 0);
    },
  }
}
