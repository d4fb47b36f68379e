/**
 * What one interface counted over the last hour, thinned to one total every five seconds, and the rates that follow.
 * @module
 */

/** A total as one sample said it. Octets as numbers: exact up to 2^53, nine petabytes. */
export interface CounterTotal {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly inOctets: number
  readonly outOctets: number
}

export interface InterfaceRate {
  readonly inBitsPerSecond: number
  readonly outBitsPerSecond: number
  readonly inOctets: number
  readonly outOctets: number
  /** What the figures span, milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Five seconds: short enough for the live view; 720 of them are the hour that link loads can be asked for. */
export const historyStep = 5000
const maxTotals = 720
/** A device agent reports every second; after three missed steps its last rate says nothing about now. */
export const staleAfter = 15_000

export class CounterHistory {
  readonly #totals: CounterTotal[] = []
  #newest: CounterTotal | undefined

  /** Totals that went back mean that the interface was made anew: what was before cannot be compared. */
  add(total: CounterTotal): void {
    const newest = this.#newest
    if (newest !== undefined) {
      if (total.at <= newest.at) return
      if (total.inOctets < newest.inOctets || total.outOctets < newest.outOctets) this.#totals.length = 0
    }
    this.#newest = total
    const last = this.#totals.at(-1)
    if (last !== undefined && total.at - last.at < historyStep) return
    this.#totals.push(total)
    if (this.#totals.length > maxTotals) this.#totals.shift()
  }

  get newest(): CounterTotal | undefined {
    return this.#newest
  }

  /** Mean over the last `window` milliseconds, or over what is known of them; undefined when stale or too short. */
  rate(window: number, now: number): InterfaceRate | undefined {
    const to = this.#newest
    if (to === undefined || now - to.at > staleAfter) return undefined
    const from = this.#totals.findLast(({ at }) => at <= to.at - window) ?? this.#totals[0]
    return from === undefined ? undefined : rateBetween(from, to)
  }

  /**
   * Mean of each step of `step` milliseconds from `from` on, `count` of them; undefined where no totals span the step.
   */
  series(from: number, step: number, count: number): readonly (InterfaceRate | undefined)[] {
    const totals = this.#newest === undefined ? [] : [...this.#totals, this.#newest]
    return Array.from({ length: count }, (_, index) => {
      const start = totalAt(totals, from + index * step)
      const end = totalAt(totals, from + (index + 1) * step)
      return start === undefined || end === undefined ? undefined : rateBetween(start, end)
    })
  }
}

function rateBetween(from: CounterTotal, to: CounterTotal): InterfaceRate | undefined {
  const milliseconds = to.at - from.at
  if (milliseconds <= 0) return undefined
  const inOctets = to.inOctets - from.inOctets
  const outOctets = to.outOctets - from.outOctets
  return {
    inOctets,
    outOctets,
    inBitsPerSecond: (inOctets * 8000) / milliseconds,
    outBitsPerSecond: (outOctets * 8000) / milliseconds,
    from: from.at,
    to: to.at,
  }
}

/** The total at a moment between two samples, taken as a straight line; undefined outside, and in a gap. */
function totalAt(totals: readonly CounterTotal[], at: number): CounterTotal | undefined {
  const next = totals.findIndex((total) => total.at >= at)
  if (next < 0) return undefined
  const after = totals[next]!
  if (after.at === at) return after
  const before = totals[next - 1]
  if (before === undefined || after.at - before.at > staleAfter) return undefined
  const part = (at - before.at) / (after.at - before.at)
  return {
    at,
    inOctets: before.inOctets + part * (after.inOctets - before.inOctets),
    outOctets: before.outOctets + part * (after.outOctets - before.outOctets),
  }
}
