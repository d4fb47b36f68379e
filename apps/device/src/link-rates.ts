/**
 * Rates of the router's interfaces from readings of their counters, over two windows: a long one whose figures are calm,
 * and a short one for links that are congested, where being early is worth more. Pure.
 * @module
 */
import type { Interface, Queue } from '@vagus/linux'

/** Milliseconds. */
export const windows = { calm: 500, congested: 100 } as const
/** Readings kept of an interface: the calm window at ten a second, and one before it. */
const maxReadings = 8

interface Reading {
  readonly at: number
  readonly inOctets: bigint
  readonly outOctets: bigint
  readonly drops: number
}

/** Octets and packets per second. */
export interface Rates {
  readonly out: number
  readonly received: number
  readonly drops: number
  /** Milliseconds between the readings that they are from. */
  readonly window: number
}

export class LinkRates {
  readonly #readings = new Map<number, Reading[]>()

  /** One reading of everything; `at` in milliseconds of a clock that only goes forward. */
  take(interfaces: readonly Interface[], queues: readonly Queue[], at: number): void {
    const dropsOf = new Map(queues.map(({ ifIndex, drops }) => [ifIndex, drops]))
    const seen = new Set<number>()
    for (const { index, inOctets, outOctets } of interfaces) {
      seen.add(index)
      const readings = this.#readings.get(index) ?? []
      const last = readings.at(-1)
      // Counters that go back are those of a new interface under an old number.
      if (last !== undefined && (inOctets < last.inOctets || outOctets < last.outOctets)) readings.length = 0
      readings.push({ at, inOctets, outOctets, drops: dropsOf.get(index) ?? 0 })
      if (readings.length > maxReadings) readings.shift()
      this.#readings.set(index, readings)
    }
    for (const index of this.#readings.keys()) if (!seen.has(index)) this.#readings.delete(index)
  }

  /** Over the shortest span of at least `window` milliseconds that was read, else over all there is; undefined before. */
  of(ifIndex: number, window: number): Rates | undefined {
    const readings = this.#readings.get(ifIndex) ?? []
    const last = readings.at(-1)
    if (last === undefined) return undefined
    const first = readings.findLast(({ at }) => last.at - at >= window * 0.9) ?? readings[0]!
    const span = last.at - first.at
    if (span <= 0) return undefined
    const rate = (difference: bigint): number => (Number(difference) * 1000) / span
    return {
      out: rate(last.outOctets - first.outOctets),
      received: rate(last.inOctets - first.inOctets),
      drops: (((last.drops - first.drops) >>> 0) * 1000) / span,
      window: Math.round(span),
    }
  }
}
