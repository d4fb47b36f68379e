/**
 * Packets of one connection, in order. A message of a handshake has a turn of the event loop of its own: promises may have
 * to be kept behind it until somebody listens for what came in the same piece.
 * @module
 */
import { isOfSession } from '@vagus/channel'

export class InTurns {
  readonly #take: (packet: Uint8Array) => void
  /** What came behind a message of a handshake, copied; there until the next turn. */
  #waiting: Uint8Array[] | undefined

  constructor(take: (packet: Uint8Array) => void) {
    this.#take = take
  }

  /** @param packet may be overwritten when this has returned, if it is one of a session */
  push(packet: Uint8Array): void {
    const isSession = isOfSession(packet)
    if (this.#waiting !== undefined) {
      this.#waiting.push(isSession ? new Uint8Array(packet) : packet)
      return
    }
    if (!isSession) {
      this.#waiting = []
      setImmediate(InTurns.#goOn, this)
    }
    this.#take(packet)
  }

  // A function for all, because each connection's own would be kept with it.
  static readonly #goOn = (turns: InTurns): void => {
    const waiting = turns.#waiting!
    turns.#waiting = undefined
    for (const packet of waiting) turns.push(packet)
  }
}
