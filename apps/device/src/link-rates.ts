/**
 * Rates of the router's interfaces from readings of their counters, over two windows: a long one whose figures are calm,
 * and a short one for links that are congested, where being early is worth more. Pure.
 *
 * Many drivers copy the counters of their hardware only once a second. Read more often these stand, and then leap: a rate
 * over less than their period is nothing, or many times what there was. So what an interface carries is measured between
 * readings at which its counters moved, until they have been seen to move often; then every reading counts.
 * @module
 */
import type { Interface, Queue } from '@vagus/linux'

/** Milliseconds. */
export const windows = { calm: 500, congested: 100 } as const
/**
 * The least window of counters that may leap, milliseconds. The moment of a change is known to one reading, i.e. to 5 %
 * of this window.
 */
const leapingWindow = 2000
/** Counters that stand for so long, in milliseconds, are those of an idle interface: no driver is known to copy so seldom. */
const standstill = 5000
/** Three readings within so many milliseconds that differ show counters that move often enough for every window. */
const shownWithin = 300
/** Readings kept of an interface: the longest window, which holds less of counters that leap, and one before it. */
const maxReadings = 16
/** The qdisc counts drops in 32 bits. More than so many between two readings is no wrap: another qdisc counts. */
const maxDrops = 2 ** 24

interface Octets {
  readonly inOctets: bigint
  readonly outOctets: bigint
}

interface Reading extends Octets {
  readonly at: number
  /** Of all qdiscs that were at the interface meanwhile. */
  readonly drops: number
}

interface Counters {
  /** Those to measure between, oldest first. */
  readonly readings: Reading[]
  readonly last: Reading
  /** The first with these octets. */
  readonly since: Reading
  /** When the reading before the last was. */
  readonly before: number
  readonly hasMoved: boolean
  /** Whether every reading counts. */
  readonly isOften: boolean
  /** As the qdisc said last. */
  readonly queueDrops: number
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
  readonly #counters = new Map<number, Counters>()

  /** One reading of everything; `at` in milliseconds of a clock that only goes forward. */
  take(interfaces: readonly Interface[], queues: readonly Queue[], at: number): void {
    const dropsOf = new Map(queues.map(({ ifIndex, drops }) => [ifIndex, drops]))
    const seen = new Set<number>()
    for (const { index, inOctets, outOctets } of interfaces) {
      seen.add(index)
      const octets = { inOctets, outOctets }
      this.#counters.set(index, countersAfter(this.#counters.get(index), octets, dropsOf.get(index), at))
    }
    for (const index of this.#counters.keys()) if (!seen.has(index)) this.#counters.delete(index)
  }

  /**
   * Over the shortest span of at least `window` milliseconds that was read, longer where counters leap, else over all
   * there is; undefined before: at first until counters moved twice, or stood for five seconds.
   */
  of(ifIndex: number, window: number): Rates | undefined {
    const { readings, isOften } = this.#counters.get(ifIndex) ?? { readings: [], isOften: false }
    const last = readings.at(-1)
    if (last === undefined) return undefined
    const least = isOften ? window : Math.max(window, leapingWindow)
    const first = readings.findLast(({ at }) => last.at - at >= least * 0.9) ?? readings[0]!
    const span = last.at - first.at
    if (span <= 0) return undefined
    const rate = (difference: bigint): number => (Number(difference) * 1000) / span
    return {
      out: rate(last.outOctets - first.outOctets),
      received: rate(last.inOctets - first.inOctets),
      drops: ((last.drops - first.drops) * 1000) / span,
      window: Math.round(span),
    }
  }
}

function countersAfter(known: Counters | undefined, octets: Octets, drops: number | undefined, at: number): Counters {
  // Counters that go back are those of a new interface under an old number.
  if (known === undefined || octets.inOctets < known.last.inOctets || octets.outOctets < known.last.outOctets)
    return newCounters({ ...octets, at, drops: 0 }, drops)
  const { readings, last, queueDrops } = known
  const hasMoved = octets.inOctets !== last.inOctets || octets.outOctets !== last.outOctets
  const isOften = known.isOften || (hasMoved && known.hasMoved && at - known.before <= shownWithin)
  const nextDrops = drops ?? queueDrops
  const reading = { ...octets, at, drops: last.drops + dropsSince(queueDrops, nextDrops) }
  if (isOften || hasMoved) readings.push(reading)
  else rest(readings, known.since, reading)
  if (readings.length > maxReadings) readings.shift()
  const since = hasMoved ? reading : known.since
  return { readings, last: reading, since, before: last.at, hasMoved, isOften, queueDrops: nextDrops }
}

/** Counters that stand: after long enough the octets of `since` were all there was. */
function rest(readings: Reading[], since: Reading, reading: Reading): void {
  if (reading.at - (readings.at(-1) ?? since).at < standstill) return
  if (readings.length === 0) readings.push(since)
  readings.push(reading)
}

/** The first reading is none to measure from: how long ago these counters moved is not known. */
const newCounters = (first: Reading, queueDrops = 0): Counters => ({
  readings: [],
  last: first,
  since: first,
  before: -Infinity,
  hasMoved: false,
  isOften: false,
  queueDrops,
})

/** Drops between two readings. A qdisc that was put in the place of another counts from 0. */
function dropsSince(before: number, drops: number): number {
  const more = (drops - before) >>> 0
  return more < maxDrops ? more : drops
}
