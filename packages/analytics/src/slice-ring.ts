/**
 * The slices of the last minutes, each reused after its time, and the distribution of a record's time over them.
 * @module
 */
import { leastRecordLag } from './record-lags.ts'
import { Slice } from './slice.ts'
import { type Window, windowOf } from './window.ts'

export interface RingConfig {
  readonly sliceMs: number
  /** Number of slices. */
  readonly slices: number
  /** Milliseconds that windows end before now, as records arrive after their packets. */
  readonly lagAt: (now: number) => number
  /** Start of counting: windows do not reach further back. */
  readonly startedAt: number
}

/** Clocks of routers are not exact: a record may end this much after now without being counted as future. */
const clockToleranceMs = 1000

export class SliceRing {
  readonly #config: RingConfig
  /** Slice n is at n modulo the length; created when first needed. */
  readonly #slices: (Slice | undefined)[]
  #newest: number
  #now: number
  #startedAt: number
  /** Records that ended before the oldest slice; they are left out. */
  late = 0
  /** Records that started before the oldest slice; only the part within the ring is counted. */
  cut = 0
  /** Records that ended later than now; they are counted as ending now. */
  future = 0
  /** Time span of the latest record, milliseconds since 1970. */
  #start = 0
  #end = 0

  constructor(config: RingConfig) {
    this.#config = config
    this.#slices = Array.from({ length: config.slices })
    this.#now = this.#startedAt = config.startedAt
    this.#newest = Math.floor(config.startedAt / config.sliceMs)
  }

  get sliceMs(): number {
    return this.#config.sliceMs
  }

  /**
   * Advances the time. While a clock that stepped back a little catches up, time stands still; a clock that steps back
   * by more than the ring was wrong before, and the ring restarts.
   */
  advance(now: number): void {
    if (now < this.#now - this.#slices.length * this.#config.sliceMs) {
      this.#now = now
      for (const slice of this.#slices) slice?.restart(-1)
    }
    // The clock may have been ahead at the start of counting.
    this.#startedAt = Math.min(this.#startedAt, now)
    this.#now = Math.max(this.#now, now)
    this.#newest = Math.floor(this.#now / this.#config.sliceMs)
  }

  /** Sets `first`..`last` to the slices of a record; returns false when it ended before the oldest one. */
  lay(start: number, end: number): boolean {
    if (end > this.#now) {
      if (end > this.#now + clockToleranceMs) this.future++
      end = this.#now
    }
    // A record without a start, or with a start after its end, is an instant.
    if (start === 0 || start > end) start = end
    const oldest = (this.#newest - this.#slices.length + 1) * this.#config.sliceMs
    if (end < oldest) {
      this.late++
      return false
    }
    if (start < oldest) this.cut++
    this.#start = start
    this.#end = end
    return true
  }

  get first(): number {
    return Math.max(Math.floor(this.#start / this.#config.sliceMs), this.#newest - this.#slices.length + 1)
  }

  get last(): number {
    // A record that ends on a boundary has no share in the slice that starts there.
    return this.#end > this.#start
      ? Math.ceil(this.#end / this.#config.sliceMs) - 1
      : Math.floor(this.#end / this.#config.sliceMs)
  }

  /** Share of the record in slice `number`, 0..1. */
  shareIn(number: number): number {
    if (this.#end === this.#start) return 1
    const from = Math.max(this.#start, number * this.#config.sliceMs)
    const to = Math.min(this.#end, (number + 1) * this.#config.sliceMs)
    return (to - from) / (this.#end - this.#start)
  }

  /** The slice to add to. `number` must be within the ring. */
  sliceAt(number: number): Slice {
    const slice = (this.#slices[number % this.#slices.length] ??= new Slice())
    if (slice.number !== number) slice.restart(number)
    return slice
  }

  /** The last `seconds` before the lag, in whole slices, as far as the ring reaches back; at least one slice. */
  windowAt(seconds: number, now: number): Window {
    const { sliceMs, lagAt } = this.#config
    // Before the first slice nothing is known: a longer lag does not move a young window there.
    const first = Math.floor(Math.min(this.#startedAt + sliceMs, now - leastRecordLag) / sliceMs)
    const to = Math.max(Math.floor((now - lagAt(now)) / sliceMs), first)
    const wanted = to - Math.max(1, Math.ceil((seconds * 1000) / sliceMs))
    const oldest = Math.max(Math.floor(now / sliceMs) - this.#slices.length + 1, Math.floor(this.#startedAt / sliceMs))
    return windowOf(Math.min(Math.max(wanted, oldest), to - 1) * sliceMs, to * sliceMs)
  }

  /** The non-empty slices of the window, oldest first. */
  slicesIn({ from, to }: Window): readonly Slice[] {
    const { sliceMs } = this.#config
    return this.#slices
      .filter((slice) => slice !== undefined)
      .filter(({ number }) => number * sliceMs >= from && number * sliceMs < to)
      .sort((a, b) => a.number - b.number)
  }
}
