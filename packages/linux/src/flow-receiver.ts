/**
 * Receiving datagrams of several sockets on a thread of its own, into a ring in memory. Whoever reads the ring may be
 * late by as much as the ring holds; what no longer fits stays in the socket buffers, and what does not fit there is
 * dropped and counted by the kernel.
 * @module
 */
import { Worker } from 'node:worker_threads'
import { createDatagramRing, defaultSlots } from './datagram-ring.ts'
import { UnavailableError } from './errors.ts'
import { type FlowSocket, type FlowSocketOptions, openFlowSocket } from './flow-socket.ts'
import type { ReceiverThreadData } from './receiver-thread.ts'
import { RingReader } from './ring-reader.ts'

export interface FlowReceiver {
  readonly sockets: readonly FlowSocket[]
  readonly datagrams: RingReader
  /**
   * Resolves when datagrams wait, or after the given milliseconds. Rejects when the thread failed. @throws
   * {UnavailableError}
   */
  readable(milliseconds: number): Promise<void>
  /** Ends the thread and closes the sockets. Datagrams already taken from the kernel remain in the ring. */
  stop(): Promise<void>
}

/** @throws {UnavailableError} with a code, where native calls do not work or the kernel refuses */
export function startFlowReceiver(sockets: readonly FlowSocketOptions[], slots = defaultSlots): FlowReceiver {
  const opened: FlowSocket[] = []
  try {
    for (const options of sockets) opened.push(openFlowSocket(options))
  } catch (error) {
    for (const socket of opened) socket.close()
    throw error
  }
  const ring = createDatagramRing(slots)
  const datagrams = new RingReader(ring)
  const workerData: ReceiverThreadData = { ring, fds: opened.map(({ fd }) => fd) }
  const worker = new Worker(new URL('./receiver-thread.ts', import.meta.url), { name: 'receiver', workerData })
  let failure: UnavailableError | undefined
  let wake = (): void => undefined
  const fail = (problem: string): void => {
    failure ??= new UnavailableError('refused', `receiving failed: ${problem}`)
    wake()
  }
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('message', () => wake())
  worker.on('error', (error: Error) => fail(error.message))
  worker.on('exit', () => fail('its thread ended'))
  return {
    sockets: opened,
    datagrams,
    async readable(milliseconds) {
      datagrams.fallAsleep()
      if (failure === undefined && datagrams.isEmpty) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      if (failure !== undefined) throw failure
    },
    async stop() {
      datagrams.stop()
      await exited
      for (const socket of opened) socket.close()
    },
  }
}
