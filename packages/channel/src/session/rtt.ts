/** The round-trip time of a path (RFC 9002 §5), and the two timeouts derived from it. Milliseconds. @module */

/** Before the first measurement (RFC 9002 §6.2.2). */
const initialRtt = 333
/** Below this, clocks and event loops dominate the measurement. */
const granularity = 1
/** Minimum allowance beyond the round trip's variation: an acknowledgement that waits for an event loop is not late. */
const minAllowance = 10
/** Time the peer's host may take from a packet's arrival to its acknowledgement. */
const ackAllowance = 5
const leastStretch = 10_000

export class Rtt {
  #smoothed: number | undefined
  #variation = initialRtt / 2
  /** The minimum in the current period and in the previous one. */
  #least = Infinity
  #leastBefore = Infinity
  #stretchFrom = -Infinity
  #latest = initialRtt
  #queue = 0

  get smoothed(): number | undefined {
    return this.#smoothed
  }

  get variation(): number | undefined {
    return this.#smoothed === undefined ? undefined : this.#variation
  }

  /** The minimum of the last 10 to 20 seconds, so without a queue. */
  get least(): number {
    return Math.min(this.#least, this.#leastBefore)
  }

  get latest(): number {
    return this.#latest
  }

  /** How much longer than the minimum the latest round trip took, without the peer's own delay. */
  get queue(): number {
    return this.#queue
  }

  /** @param sample from sending to the acknowledgement @param ackDelay the delay that the peer reported */
  measured(sample: number, ackDelay: number, now: number): void {
    const latest = Math.max(sample, 0)
    if (now - this.#stretchFrom > leastStretch) {
      this.#stretchFrom = now
      this.#leastBefore = this.#least
      this.#least = Infinity
    }
    this.#latest = latest
    this.#least = Math.min(this.#least, latest)
    this.#queue = Math.max(latest - ackDelay - this.least, 0)
    const adjusted = latest - ackDelay >= this.least ? latest - ackDelay : latest
    if (this.#smoothed === undefined) {
      this.#smoothed = adjusted
      this.#variation = adjusted / 2
      return
    }
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - adjusted)
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * adjusted
  }

  /** A packet older than this when a later one is acknowledged is lost (RFC 9002 §6.1.2). */
  get lossDelay(): number {
    return Math.max((9 / 8) * Math.max(this.#smoothed ?? initialRtt, this.#latest), granularity)
  }

  /**
   * An acknowledgement that takes longer than this is unusually late: reason enough to try a path that just answered.
   */
  get usual(): number {
    return (this.#smoothed ?? initialRtt) + Math.max(this.#variation, minAllowance) + ackAllowance
  }

  /**
   * Time without an acknowledgement of the oldest packet after which something is wrong: the probe timeout (PTO) of RFC
   * 9002 §6.2.1, with allowances for event loops. The draft calls it patience (§5.2), because here it does more than probe.
   */
  get patience(): number {
    return (this.#smoothed ?? initialRtt) + Math.max(4 * this.#variation, minAllowance) + ackAllowance
  }
}
