/**
 * Delivers packets of one connection in order. A handshake message gets a turn of the event loop of its own: promises
 * that it settles may have to run before someone listens for what arrived together with it. The waiting packets are
 * bounded. A connection on which more arrives, or something that no agent sends, must be closed.
 * @module
 */
import { isOfSession, kindOf } from '@vagus/channel'

/** Maximum number of waiting handshake messages: each answers one of ours, so an honest peer has one under way. */
const maxWaitingMessages = 2
/** Maximum octets of waiting packets. A new session sends no more than its initial window, 256 KiB. */
const maxWaitingOctets = 4 * 2 ** 20

export class InTurns {
  readonly #take: (packet: Uint8Array) => void
  /** Copies of what arrived after a handshake message; defined until the next turn. */
  #waiting: Uint8Array[] | undefined
  /** Number of handshake messages among the waiting packets. */
  #messages = 0
  #octets = 0
  #isClosed = false

  constructor(take: (packet: Uint8Array) => void) {
    this.#take = take
  }

  /**
   * Returns why the connection must be closed; after that, packets are ignored. `undefined` if it may continue.
   * @param packet a packet of a session may be overwritten when this has returned
   */
  push(packet: Uint8Array): string | undefined {
    if (this.#isClosed) return undefined
    const kind = isOfSession(packet) ? 'session' : kindOf(packet)
    if (kind === undefined) return this.#refuse(`a message of ${packet.length} octets that no agent sends`)
    if (this.#waiting === undefined) {
      if (kind === 'session') this.#take(packet)
      else this.#takeAlone(packet)
      return undefined
    }
    if (kind !== 'session' && ++this.#messages > maxWaitingMessages)
      return this.#refuse(`more than ${maxWaitingMessages} messages behind a handshake message`)
    this.#octets += packet.length
    if (this.#octets > maxWaitingOctets)
      return this.#refuse(`more than ${maxWaitingOctets} octets behind a handshake message`)
    this.#waiting.push(kind === 'session' ? new Uint8Array(packet) : packet)
    return undefined
  }

  /** The connection is closed: waiting packets are dropped. */
  close(): void {
    this.#isClosed = true
    this.#waiting = undefined
  }

  #refuse(problem: string): string {
    this.close()
    return problem
  }

  #takeAlone(message: Uint8Array): void {
    this.#waiting ??= []
    setImmediate(InTurns.#goOn, this)
    this.#take(message)
  }

  // One static function, because each connection would otherwise keep a function of its own.
  static readonly #goOn = (turns: InTurns): void => {
    const waiting = turns.#waiting ?? []
    for (let index = 0; index < waiting.length && !turns.#isClosed; index++) {
      const packet = waiting[index]!
      turns.#octets -= packet.length
      if (isOfSession(packet)) {
        turns.#take(packet)
        continue
      }
      turns.#messages--
      waiting.splice(0, index + 1)
      turns.#takeAlone(packet)
      return
    }
    turns.#waiting = undefined
  }
}
