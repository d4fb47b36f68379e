/**
 * Many series, each held against its own past, in bounded memory. Pure: a step is what the caller says has ended.
 * @module
 */
import { type Outcome, type SeriesReading, type SeriesSnapshot, SeriesWatch } from './series-watch.ts'

/** Series that are followed, some 25 kB each; readings of further ones are passed over and counted. */
export const maxSeries = 1024

export interface UnusualSnapshot {
  readonly stepsPerDay: number
  readonly series: Readonly<Record<string, SeriesSnapshot>>
}

interface Followed {
  readonly watch: SeriesWatch
  reading: SeriesReading
  /** Steps in which it was not read. */
  away: number
  outcome: Outcome
}

export class UnusualSeries {
  readonly #stepsPerDay: number
  readonly #series = new Map<string, Followed>()
  #passedOver = 0

  /** @param snapshot of another pace is not used */
  constructor(stepsPerDay: number, snapshot?: UnusualSnapshot) {
    this.#stepsPerDay = stepsPerDay
    if (snapshot?.stepsPerDay !== stepsPerDay) return
    for (const [key, kept] of Object.entries(snapshot.series ?? {}).slice(0, maxSeries)) {
      this.#series.set(key, {
        watch: new SeriesWatch(stepsPerDay, kept),
        reading: { value: NaN, compare: 'ratio', least: 1, measured: kept.measured },
        away: 0,
        outcome: { state: 'unknown' },
      })
    }
  }

  /**
   * The step that began at `at`, milliseconds since 1970, and just ended. A series that is followed and not read is not
   * known in it; after a day without a reading it is forgotten. @returns an outcome of each that is followed
   */
  step(readings: ReadonlyMap<string, SeriesReading>, at: number): ReadonlyMap<string, Outcome> {
    this.#passedOver = 0
    for (const [key, reading] of readings) {
      const known = this.#series.get(key)
      if (known !== undefined) known.reading = reading
      else if (this.#series.size >= maxSeries) this.#passedOver++
      else {
        const watch = new SeriesWatch(this.#stepsPerDay)
        this.#series.set(key, { watch, reading, away: 0, outcome: { state: 'unknown' } })
      }
    }
    for (const [key, one] of this.#series) {
      const isRead = readings.has(key)
      one.away = isRead ? 0 : one.away + 1
      if (one.away > this.#stepsPerDay) {
        this.#series.delete(key)
        continue
      }
      one.outcome = one.watch.step(isRead ? one.reading : { ...one.reading, value: NaN }, at)
    }
    return new Map([...this.#series].map(([key, { outcome }]) => [key, outcome]))
  }

  /** How many are followed, how many of these still learn, and how many found no place in the last step. */
  get counts(): { readonly followed: number; readonly learning: number; readonly passedOver: number } {
    const learning = [...this.#series.values()].filter(({ watch }) => watch.isLearning).length
    return { followed: this.#series.size, learning, passedOver: this.#passedOver }
  }

  snapshot(): UnusualSnapshot {
    return {
      stepsPerDay: this.#stepsPerDay,
      series: Object.fromEntries([...this.#series].map(([key, { watch }]) => [key, watch.snapshot()])),
    }
  }
}
