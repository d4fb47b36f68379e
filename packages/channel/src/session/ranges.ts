/**
 * A set of whole numbers as ranges in ascending order: packet numbers that came, octets of a stream that are missing.
 * @module
 */

/** The bounds of all sets that are empty, never changed: a session at rest has a dozen of those. */
const none: number[] = []

export class Ranges {
  /** Pairs of first and behind-last. */
  #bounds = none

  get count(): number {
    return this.#bounds.length / 2
  }

  get empty(): boolean {
    return this.#bounds.length === 0
  }

  /** The first and behind-last of range `index`, the lowest is 0. */
  from(index: number): number {
    return this.#bounds[2 * index]!
  }

  to(index: number): number {
    return this.#bounds[2 * index + 1]!
  }

  has(value: number): boolean {
    const bounds = this.#bounds
    for (let at = bounds.length - 2; at >= 0; at -= 2) {
      if (value >= bounds[at]!) return value < bounds[at + 1]!
    }
    return false
  }

  /** Adds `from` up to `to` (exclusive). */
  add(from: number, to: number): void {
    if (from >= to) return
    const bounds = this.#bounds
    const last = bounds.length - 1
    if (last < 0) {
      this.#bounds = [from, to] // most have one; what is pushed to has room for seventeen
      return
    }
    // Nearly all that is added goes on where the last range ends.
    if (from > bounds[last]!) {
      bounds.push(from, to)
      return
    }
    if (from >= bounds[last - 1]!) {
      if (to > bounds[last]!) bounds[last] = to
      return
    }
    let first = 0
    while (bounds[first + 1]! < from) first += 2
    let behind = first
    while (behind < bounds.length && bounds[behind]! <= to) behind += 2
    const lowest = behind > first ? Math.min(from, bounds[first]!) : from
    const highest = behind > first ? Math.max(to, bounds[behind - 1]!) : to
    bounds.splice(first, behind - first, lowest, highest)
  }

  /** Takes `from` up to `to` (exclusive) out. */
  remove(from: number, to: number): void {
    if (from >= to) return
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && bounds[at]! < to) {
      const low = bounds[at]!
      const high = bounds[at + 1]!
      if (high <= from) {
        at += 2
        continue
      }
      const kept: number[] = []
      if (low < from) kept.push(low, from)
      if (high > to) kept.push(to, high)
      bounds.splice(at, 2, ...kept)
      at += kept.length
    }
    if (bounds.length === 0) this.#bounds = none
  }

  /** Takes the lowest range out. */
  dropFirst(): void {
    if (this.#bounds.length > 2) this.#bounds.splice(0, 2)
    else this.#bounds = none
  }
}
