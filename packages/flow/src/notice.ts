/**
 * One kind of event about one protocol of an exporter: told at once, then at most once a minute with the count of what
 * happened since, so that neither a flood of bad datagrams nor a router with a hundred streams is a flood of events.
 * @module
 */

/** Between two events of one kind about one protocol of an exporter. */
const quietMs = 60_000

export class Notice {
  /** What happened and was not told. */
  count = 0
  #toldAt = -Infinity

  /** Whether it may be told. */
  isDue(now: number): boolean {
    return now - this.#toldAt >= quietMs
  }

  /** Everything so far is told. */
  told(now: number): void {
    this.count = 0
    this.#toldAt = now
  }

  /** Our clock was set back to `now`: nothing was told later. */
  clockSetBack(now: number): void {
    this.#toldAt = Math.min(this.#toldAt, now)
  }
}

/** What was told about one protocol of an exporter, over all of its streams. */
export class Notices {
  isSeen = false
  isMissingRateTold = false
  /** Whether its clock was last told to be wrong. */
  isClockWrong = false
  readonly restarted = new Notice()
  readonly malformed = new Notice()
  readonly loss = new Notice()
  readonly clock = new Notice()
  /** Of the latest restart and the latest malformed datagram. */
  restartReason = ''
  problem = ''

  clockSetBack(now: number): void {
    for (const notice of [this.restarted, this.malformed, this.loss, this.clock]) notice.clockSetBack(now)
  }
}
