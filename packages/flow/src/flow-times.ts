/**
 * How far the times in an exporter's flows are behind the export times of their messages, where these are right: some
 * exporters date flows by another clock or in another time zone (RFC 7011 §6.1 wants UTC). A flow ends before it is exported,
 * by a timeout at most. So the newest flow of each message is looked at, and no flow counts by itself.
 * @module
 */

/** Times that are behind by more are wrong: no timeout is that long. */
const wrongBehindMs = 20 * 60_000
/** A flow that ends after its export has a wrong time. */
const wrongAheadMs = 60_000
/** So many messages must agree. */
const messagesNeeded = 5
/** The extremes cover the current interval of this length and the one before. */
const spanMs = 30_000

interface Seen {
  least: number
  greatest: number
  messages: number
}
const nothingSeen = (): Seen => ({ least: Infinity, greatest: -Infinity, messages: 0 })

export class FlowTimes {
  #current = nothingSeen()
  #before = nothingSeen()
  #since = -Infinity
  /** Whether all flows that were looked at are dated wrongly. */
  isWrong = false

  /** Takes the end of the newest flow of a message, and its export time; all milliseconds since 1970. */
  take(endMs: number, exportMs: number, now: number): void {
    if (now - this.#since >= spanMs) {
      const isRecent = now - this.#since < 2 * spanMs
      ;[this.#before, this.#current] = [isRecent ? this.#current : nothingSeen(), nothingSeen()]
      this.#since = now
    }
    const behind = exportMs - endMs
    const seen = this.#current
    seen.messages++
    if (behind < seen.least) seen.least = behind
    if (behind > seen.greatest) seen.greatest = behind
    const isEnough = this.#before.messages + seen.messages >= messagesNeeded
    const greatest = Math.max(this.#before.greatest, seen.greatest)
    this.isWrong = isEnough && (this.behind > wrongBehindMs || greatest < -wrongAheadMs)
  }

  forget(): void {
    this.#current = nothingSeen()
    this.#before = nothingSeen()
    this.#since = -Infinity
    this.isWrong = false
  }

  /** Of the newest flow of all, milliseconds; negative is ahead. `Infinity` before the first message. */
  get behind(): number {
    return Math.min(this.#before.least, this.#current.least)
  }
}
