/**
 * One kind of event about one protocol of an exporter. It is reported at once, then at most once a minute with the
 * count since. So neither a flood of malformed datagrams nor a router with a hundred streams causes a flood of events.
 * @module
 */

/** Minimum time between two events of one kind about one protocol of an exporter. */
const quietMs = 60_000

export class Notice {
  /** Occurrences not yet reported. */
  count = 0
  #reportedAt = -Infinity

  /** Whether it may be reported now. */
  isDue(now: number): boolean {
    return now - this.#reportedAt >= quietMs
  }

  /** Everything so far was reported. */
  told(now: number): void {
    this.count = 0
    this.#reportedAt = now
  }

  /** Our clock was set back to `now`: no report is later. */
  clockSetBack(now: number): void {
    this.#reportedAt = Math.min(this.#reportedAt, now)
  }
}

/** Notices about one protocol of an exporter, for all its streams. */
export class Notices {
  isSeen = false
  isMissingRateTold = false
  /** Whether data given up for lack of a template was last reported, and still waits for it. */
  isWithoutTemplate = false
  /** Whether its clock was last reported as wrong. */
  isClockWrong = false
  readonly restarted = new Notice()
  readonly malformed = new Notice()
  readonly loss = new Notice()
  readonly clock = new Notice()
  readonly noTemplate = new Notice()
  /** The reason of the latest restart, and the problem of the latest malformed datagram. */
  restartReason = ''
  problem = ''

  clockSetBack(now: number): void {
    for (const notice of [this.restarted, this.malformed, this.loss, this.clock, this.noTemplate])
      notice.clockSetBack(now)
  }
}
