/** Events of a session that its host has not fetched; bounded, whatever the peer sends meanwhile. @module */
import { noEvents, type SessionEvent } from './event.ts'
import { SessionError } from './session-error.ts'

/**
 * Maximum octets of notices and tickets, including their overhead. More than any host has to say at once; reaching it
 * ends the session.
 */
const maxNoticed = 2 ** 20
const noticeCost = 256

export class Events {
  readonly #limit: number
  #events = noEvents
  #noticed = 0

  /** @param limit the number from which on further datagrams are dropped */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws {SessionError} `flow-control` on a notice over the limit: one that is dropped would never arrive */
  add(event: SessionEvent): void {
    if (event.type === 'datagram' && this.#events.length >= this.#limit) return
    if (event.type === 'notice') this.#notice(event.octets.length)
    else if (event.type === 'ticket') this.#notice(0)
    if (this.#events === noEvents) this.#events = [event]
    else this.#events.push(event)
  }

  take(): readonly SessionEvent[] {
    const events = this.#events
    this.#events = noEvents
    this.#noticed = 0
    return events
  }

  #notice(octets: number): void {
    this.#noticed += octets + noticeCost
    if (this.#noticed > maxNoticed) throw new SessionError('flow-control', 'more notices than the host reads')
  }
}
