/** Flow records per second over the last ten seconds, of one exporter or of all. @module */

const span = 10_000
/** One reading a second, and some slack. */
const maxReadings = 15

export class RecordRate {
  readonly #readings: { readonly at: number; readonly records: number }[] = []

  /** `records` since the start; `now` in milliseconds. */
  add(records: number, now: number): void {
    const last = this.#readings.at(-1)
    if (last !== undefined && (records < last.records || now < last.at)) this.#readings.length = 0
    this.#readings.push({ at: now, records })
    while (this.#readings.length > maxReadings || now - (this.#readings[0]?.at ?? now) > span) this.#readings.shift()
  }

  get perSecond(): number {
    const first = this.#readings[0]
    const last = this.#readings.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return 0
    return ((last.records - first.records) * 1000) / (last.at - first.at)
  }
}
