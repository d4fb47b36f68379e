/**
 * Where in an artifact the events of a subscription stand. The events say which parts are appended, not behind how
 * many; a snapshot of the task holds all parts, not up to which event. Together they tell: if recent events match the
 * snapshot at exactly one position, that is where we are. From then on events can be told as they come, without a
 * snapshot for each. Pure.
 * @module
 */

/** How long a server may take to have in its store what it said in an event, in milliseconds. */
export const storedWithin = 2000
/** Parts that are remembered until the place is known; then it begins anew with what follows. */
const maxSeen = 4096

/** Parts `from` to `to` (without it) of an artifact, counted from 0. */
export interface PartRange {
  readonly from: number
  readonly to: number
}

export class ArtifactPlace {
  #seen: { readonly part: string; readonly at: number }[] = []
  /** How many parts there are with those of the last event; `undefined`: not known. */
  #parts: number | undefined

  get isKnown(): boolean {
    return this.#parts !== undefined
  }

  /**
   * An event that appends `parts`, or puts them in place of all. `undefined`: which parts of the artifact they are is not
   * known.
   * @param at when it came, in milliseconds
   */
  event(parts: readonly unknown[], how: 'append' | 'replace', at: number): PartRange | undefined {
    if (how === 'replace') {
      // Whether a snapshot that was told is from before or after it cannot be seen.
      this.#parts = undefined
      this.#seen = []
      return undefined
    }
    if (this.#parts !== undefined) {
      const from = this.#parts
      this.#parts += parts.length
      return { from, to: this.#parts }
    }
    if (this.#seen.length + parts.length > maxSeen) this.#seen = []
    else for (const part of parts) this.#seen.push({ part: JSON.stringify(part), at })
    return undefined
  }

  /** A snapshot of the artifact that was asked for at `asked`, in the time of `event`. */
  snapshot(parts: readonly unknown[], asked: number): void {
    if (this.#parts !== undefined) return
    const stored = this.#seen.filter(({ at }) => at <= asked - storedWithin).map(({ part }) => part)
    if (stored.length === 0) return
    const texts = parts.map((part) => JSON.stringify(part))
    const places: number[] = []
    for (let at = texts.indexOf(stored[0]!); at >= 0; at = texts.indexOf(stored[0]!, at + 1)) {
      if (stored.every((part, index) => texts[at + index] === part)) places.push(at)
      if (places.length > 1) return // it may become clear with more events
    }
    if (places.length === 1) this.#parts = places[0]! + this.#seen.length
    this.#seen = [] // found, or it was replaced meanwhile
  }
}
