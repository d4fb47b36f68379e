/** The interface of a receiver of datagrams. @module */
import type { DatagramRun, DatagramSource } from '@vagus/flow'
import type { UdpEndpoint } from '../config/endpoint.ts'

/** Called with datagrams of one source, which it must not keep. `now` is milliseconds since 1970. */
export type OnDatagrams = (run: DatagramRun, from: DatagramSource, now: number) => void

/** Called when no datagram waits, repeatedly while it has more to do. A call takes a millisecond at most. */
export type OnIdle = () => 'done' | 'empty'

export interface Receiver {
  readonly kind: 'recvmmsg' | 'dgram'
  /** Why not recvmmsg; undefined when it is. */
  readonly fallback: string | undefined
  /** As bound: with the ports that the kernel chose. */
  readonly endpoints: readonly UdpEndpoint[]
  /** The smallest socket buffer that the kernel granted, octets. */
  readonly receiveBuffer: number
  /** Datagrams that the kernel dropped before they were read; 0 where it cannot be known. */
  dropped(): number
  /** Resolves when no datagram will be handed over any more. */
  stop(): Promise<void>
}
