/**
 * What was lost of a sequence within the last hour, to a minute. Over the whole life of a stream one bad hour would
 * show for days, and after clean weeks none would show.
 * @module
 */

const minute = 60_000
const hour = 60 * minute

/** Counted since the stream was first seen. */
interface Counts {
  readonly lost: number
  readonly received: number
}

export class LastHour {
  /** What was counted an hour ago; nothing while the stream is younger. */
  #before: Counts = { lost: 0, received: 0 }
  /** Readings since, oldest first: one a minute in which something came, so at most sixty or so. */
  #readings: readonly (Counts & { readonly at: number })[] = []
  #notedAt = -Infinity

  /** Takes a reading when one is due. Call it about once a second; `now` in milliseconds since 1970. */
  note({ lost, received }: Counts, now: number): void {
    // Where our clock was set back, the last reading is of a time to come.
    if (now >= this.#notedAt && now - this.#notedAt < minute) return
    this.#notedAt = now
    const last = this.#readings.at(-1) ?? this.#before
    const isChanged = lost !== last.lost || received !== last.received
    const readings = isChanged ? [...this.#readings, { at: now, lost, received }] : this.#readings
    const kept = readings.map((one) => ({
      at: Math.min(one.at, now),
      // Late datagrams take back what was called lost, in whichever minute that was.
      lost: Math.min(one.lost, lost),
      received: one.received,
    }))
    this.#before = { ...this.#before, lost: Math.min(this.#before.lost, lost) }
    while (kept[0] !== undefined && now - kept[0].at >= hour) this.#before = kept.shift()!
    this.#readings = kept
  }

  /** Of what is counted by now. */
  of({ lost, received }: Counts): Counts {
    return {
      lost: Math.max(0, lost - this.#before.lost),
      received: Math.max(0, received - this.#before.received),
    }
  }

  /** The count goes on in another unit: what was read before says nothing any more. */
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
