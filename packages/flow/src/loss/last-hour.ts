/**
 * Loss of a sequence within the last hour, to the minute. Over the whole life of a stream, a bad hour would show for
 * days, or would not show at all after weeks without loss.
 * @module
 */

const minute = 60_000
const hour = 60 * minute

/** Totals since the stream was first seen. */
interface Counts {
  readonly lost: number
  readonly received: number
}

export class LastHour {
  /** The totals an hour ago; zero while the stream is younger. */
  #before: Counts = { lost: 0, received: 0 }
  /** Readings since, oldest first: one per minute in which anything changed, so about sixty at most. */
  #readings: readonly (Counts & { readonly at: number })[] = []
  #notedAt = -Infinity

  /** Takes a reading if one is due. Called about once a second; `now` in milliseconds since 1970. */
  note({ lost, received }: Counts, now: number): void {
    // If our clock was set back, the last reading is in the future.
    if (now >= this.#notedAt && now - this.#notedAt < minute) return
    this.#notedAt = now
    const last = this.#readings.at(-1) ?? this.#before
    const isChanged = lost !== last.lost || received !== last.received
    const readings = isChanged ? [...this.#readings, { at: now, lost, received }] : this.#readings
    const kept = readings.map((one) => ({
      at: Math.min(one.at, now),
      // Late datagrams reduce the loss of earlier minutes.
      lost: Math.min(one.lost, lost),
      received: one.received,
    }))
    this.#before = { ...this.#before, lost: Math.min(this.#before.lost, lost) }
    while (kept[0] !== undefined && now - kept[0].at >= hour) this.#before = kept.shift()!
    this.#readings = kept
  }

  /** Lost and received within the last hour, given the current totals. */
  of({ lost, received }: Counts): Counts {
    return {
      lost: Math.max(0, lost - this.#before.lost),
      received: Math.max(0, received - this.#before.received),
    }
  }

  /** The count continues in another unit, so earlier readings are void. */
  startAnew(counts: Counts): void {
    const isYoung = this.#before.lost === 0 && this.#before.received === 0
    if (!isYoung) this.#before = { lost: counts.lost, received: counts.received }
    this.#readings = []
  }

  copy(): LastHour {
    const copy = new LastHour()
    copy.#before = this.#before
    copy.#readings = this.#readings
    copy.#notedAt = this.#notedAt
    return copy
  }
}
