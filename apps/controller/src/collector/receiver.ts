/**
 * Datagrams of all flow sockets to one function: by recvmmsg on a thread of its own where native calls work, else by
 * node:dgram, which loses more under load but runs anywhere.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type FlowReceiver, startFlowReceiver, UnavailableError } from '@vagus/linux'
import type { UdpEndpoint } from '../config/endpoint.ts'
import type { OnDatagrams, OnIdle, Receiver } from './datagrams.ts'
import { openDgramReceiver } from './dgram-receiver.ts'

/** How long it waits for datagrams before it looks whether it is to stop, in milliseconds. */
const patience = 200
/** Octets of datagrams handed over between two turns of the event loop: one or two milliseconds. */
const octetsATurn = 720_000

/** @throws {UnavailableError} when an address cannot be bound */
export async function startReceiver(
  listen: readonly UdpEndpoint[],
  receiveBuffer: number,
  onDatagrams: OnDatagrams,
  onIdle: OnIdle,
): Promise<Receiver> {
  let receiver: FlowReceiver
  try {
    receiver = startFlowReceiver(listen.map(({ address, port }) => ({ address, port, receiveBuffer })))
  } catch (error) {
    // The operator must fix an address that is taken or not ours; anything else may be due to the native calls.
    if (!(error instanceof UnavailableError) || !['ffi', 'refused'].includes(error.code)) throw error
    return openDgramReceiver(listen, receiveBuffer, onDatagrams, onIdle, error.message)
  }
  return nativeReceiver(receiver, onDatagrams, onIdle)
}

function nativeReceiver(receiver: FlowReceiver, onDatagrams: OnDatagrams, onIdle: OnIdle): Receiver {
  const { sockets, datagrams } = receiver
  const stopping = new AbortController()

  /** Hands over waiting datagrams, about one turn's worth. Returns whether there were any. */
  const drain = (): 'done' | 'empty' => {
    let run = datagrams.next()
    if (run === undefined) return 'empty'
    const now = Date.now()
    for (let octets = 0; run !== undefined; run = octets < octetsATurn ? datagrams.next() : undefined) {
      octets += run.end - run.at
      onDatagrams(run, run.source, now)
    }
    datagrams.release()
    return 'done'
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (drain() === 'done' || onIdle() === 'done') {
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
    async stop() {
      stopping.abort()
      await running
      await receiver.stop()
      while (drain() === 'done');
    },
  }
}
