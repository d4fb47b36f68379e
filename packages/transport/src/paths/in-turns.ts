/**
 * Packets of one connection, in order. A message of a handshake has a turn of the event loop of its own: promises may have
 * to be kept behind it until somebody listens for what came in the same piece. What waits is bounded: a connection by which
 * more comes, or what no agent sends, is to be closed.
 * @module
 */
import { isOfSession, kindOf } from '@vagus/channel'

/** Messages of handshakes that wait: each answers one of ours, so who is honest has one under way. */
const maxWaitingMessages = 2
/** Octets of packets that wait. A session that just began sends no more than its initial window, 256 KiB. */
const maxWaitingOctets = 4 * 2 ** 20

export class InTurns {
  readonly #take: (packet: Uint8Array) => void
  /** What came behind a message of a handshake, copied; there until the next turn. */
  #waiting: Uint8Array[] | undefined
  /** Of handshakes, among those that wait. */
  #messages = 0
  #octets = 0
  #isClosed = false

  constructor(take: (packet: Uint8Array) => void) {
    this.#take = take
  }

  /**
   * Returns why the connection is to be closed: nothing more is taken then. `undefined`: it may go on.
   * @param packet may be overwritten when this has returned, if it is one of a session
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
      return this.#refuse(`more than ${maxWaitingMessages} messages behind one of a handshake`)
    this.#octets += packet.length
    if (this.#octets > maxWaitingOctets)
      return this.#refuse(`more than ${maxWaitingOctets} octets behind a message of a handshake`)
    this.#waiting.push(kind === 'session' ? new Uint8Array(packet) : packet)
    return undefined
  }

  /** The connection is closed: what waits is forgotten. */
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

  // A function for all, because each connection's own would be kept with it.
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
