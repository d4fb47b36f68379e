/**
 * Counts what was done in vain, by where it came from: a roster that is verified costs some milliseconds of the thread that
 * answers everybody. A source with too many waits. One that is believed is never counted.
 * @module
 */

/** Of one source and within `window`: an owner makes a mistake or two. */
const maxInVain = 8
/** Milliseconds. */
const window = 60_000
/** Sources counted; beyond, the one that began first is forgotten. */
const maxSources = 4096

interface Vain {
  readonly since: number
  times: number
}

export class VainWork {
  readonly #bySource = new Map<string, Vain>()

  /** Milliseconds for which nothing more is verified for `source`. @param now milliseconds since 1970 */
  waitOf(source: string, now: number): number {
    const vain = this.#bySource.get(source)
    return vain === undefined || vain.times < maxInVain ? 0 : Math.max(0, vain.since + window - now)
  }

  add(source: string, now: number): void {
    const before = this.#bySource.get(source)
    if (before !== undefined && now - before.since < window) {
      before.times++
      return
    }
    this.#bySource.delete(source)
    this.#bySource.set(source, { since: now, times: 1 })
    if (this.#bySource.size > maxSources) this.#bySource.delete(this.#bySource.keys().next().value!)
  }
}
