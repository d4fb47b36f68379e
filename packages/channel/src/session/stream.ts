/** One stream: both directions, and its purpose. @module */
import type { StreamId } from './event.ts'
import type { ReceiveStream } from './receive-stream.ts'
import type { SendStream } from './send-stream.ts'
import type { TrafficClass } from './traffic-class.ts'

/** How a session treats what this side sends on a stream. */
export interface Treatment {
  readonly class: TrafficClass
  /** Milliseconds since 1970; default `Infinity`: none. */
  readonly deadline?: number
  /** `two`: it also goes by a second path, where there is one. Default `one`. */
  readonly copies?: 'one' | 'two'
}

export interface Stream {
  readonly id: StreamId
  readonly send: SendStream
  readonly receive: ReceiveStream
  /**
   * Index in `trafficClasses`. For a stream of the peer it arrives with the first octets; until then it is that of a
   * call.
   */
  class: number
  /** Milliseconds since 1970; `Infinity` if none. */
  deadline: number
  /** `two`: what is sent on it also goes by a second path, where there is one. */
  copies: 'one' | 'two'
  /** The class in whose queue it waits to be sent, if it does. */
  waitsIn: number | undefined
  /** Whether the host knows of it. */
  known: boolean
  /** Whether `write` refused octets, so that the host waits for `writable`. */
  full: boolean
  /** Set if the host does not want what still arrives. */
  stopCode: number | undefined
  /** Whether the end of the received data was reported to the host. */
  endTold: boolean
  /** Whether the reset of our direction was acknowledged. */
  resetSettled: boolean
}

/** Whether nothing more will happen on it. */
export function isFinished({ send, receive, resetSettled, endTold }: Stream): boolean {
  const sent = send.resetCode === undefined ? send.isDelivered : resetSettled
  return sent && (receive.resetCode !== undefined || endTold)
}
