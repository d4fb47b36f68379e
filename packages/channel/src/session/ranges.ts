/**
 * A set of integers as ranges in ascending order: packet numbers that arrived, octets missing from a stream.
 * @module
 */

/** The bounds of all empty sets, never modified: a session at rest has a dozen of those. */
const none: number[] = []

export class Ranges {
  /** Pairs of the first number and the number after the last. */
  #bounds = none

  get count(): number {
    return this.#bounds.length / 2
  }

  get empty(): boolean {
    return this.#bounds.length === 0
  }

  /** The first number of range `index` and the number after its last; the lowest range is 0. */
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
      this.#bounds = [from, to] // most sets have one range; `push` would make room for seventeen
      return
    }
    // Almost every addition continues the last range.
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

  /** Removes `from` up to `to` (exclusive). */
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

  /** Removes the lowest range. */
  dropFirst(): void {
    if (this.#bounds.length > 2) this.#bounds.splice(0, 2)
    else this.#bounds = none
  }
}
