/** One stream: both directions, and what it is for. @module */
import type { StreamId } from './event.ts'
import type { ReceiveStream } from './receive-stream.ts'
import type { SendStream } from './send-stream.ts'

export interface Stream {
  readonly id: StreamId
  readonly send: SendStream
  readonly receive: ReceiveStream
  /** Index in `trafficClasses`. The peer's comes with the first octets; till then that of a call. */
  class: number
  /** Milliseconds since 1970; `Infinity`: none. */
  deadline: number
  /** The class in whose queue it waits to be sent, if it does. */
  waitsIn: number | undefined
  /** Whether the host knows of it. */
  known: boolean
  /** Whether `write` refused octets, so that the host waits to be told. */
  full: boolean
  /** The host does not want what still comes. */
  stopCode: number | undefined
  /** Whether the host was told of the end of what comes. */
  endTold: boolean
  /** Whether the reset of our direction was acknowledged. */
  resetSettled: boolean
}

/** Whether nothing more will happen on it. */
export function isFinished({ send, receive, resetSettled, endTold }: Stream): boolean {
  const sent = send.resetCode === undefined ? send.isDelivered : resetSettled
  return sent && (receive.resetCode !== undefined || endTold)
}
