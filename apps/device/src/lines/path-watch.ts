/**
 * What probes say of a path: how many are lost, how long the others take, and whether it can be sent into. Total and pure.
 * @module
 */

/** Milliseconds. */
export const watchTimes = {
  /** Between probes. */
  every: 100,
  /** After which one that did not come back is lost. */
  lost: 1000,
  /** Without any that came back: the path is away. */
  away: 3000,
  /** Of probes that come back, until it is believed again. */
  back: 3000,
  /** Between two that came back in a row: kernels say once a second at most that nobody listens. */
  gap: 2000,
  /** By which a probe is sent so late that this program did not run meanwhile, and could not have heard either. */
  stalled: 500,
  /** Round trips are of so long. */
  kept: 60_000,
} as const

/** More round trips than come in a minute are not kept; the oldest go. */
const maxKept = 700

export interface PathFigures {
  readonly sent: number
  readonly lost: number
  /** Microseconds of a round trip in the last minute; null: none came back. */
  readonly p50: number | null
  readonly p99: number | null
}

export class PathWatch {
  /** When each probe that has not come back was sent, by its number. */
  readonly #open = new Map<number, number>()
  readonly #trips: { readonly at: number; readonly us: number }[] = []
  #sent = 0
  #lost = 0
  #lastSent: number | undefined
  /** When the last came back; at first, when it began. */
  #lastBack: number
  /** When the row of those that came back began; undefined while it is not away. */
  #row: number | undefined
  #state: 'usable' | 'away' = 'usable'

  /** @param now milliseconds of a clock that only goes forward, as in all calls */
  constructor(now: number) {
    this.#lastBack = now
  }

  /** @returns the number of the next probe */
  sent(now: number): number {
    this.#expire(now)
    const late = now - (this.#lastSent ?? now) - watchTimes.every
    if (late > watchTimes.stalled) this.#lastBack = Math.min(now, this.#lastBack + late)
    this.#lastSent = now
    const number = this.#sent++
    this.#open.set(number, now)
    return number
  }

  /**
   * @param heldMs for which the other end had it
   * @param kernelMs its round trip by the kernel's clock, which is set at times: then it is longer than by ours, or negative
   */
  came(number: number, heldMs: number, now: number, kernelMs?: number): void {
    this.#expire(now)
    const sentAt = this.#open.get(number)
    if (sentAt === undefined) return
    this.#open.delete(number)
    const ourMs = now - sentAt
    const trip = kernelMs !== undefined && kernelMs >= 0 && kernelMs <= ourMs ? kernelMs : ourMs
    const held = heldMs > 0 && heldMs <= trip ? heldMs : 0
    this.#trips.push({ at: now, us: Math.round((trip - held) * 1000) })
    if (this.#trips.length > maxKept) this.#trips.shift()
    this.refused(now)
  }

  /** The kernel of the other end said that nobody listens there: its agent is away, and the path is not. */
  refused(now: number): void {
    // A gap ends the row: a path that answers now and then is not back.
    if (this.#state === 'away' && (this.#row === undefined || now - this.#lastBack > watchTimes.gap)) this.#row = now
    this.#lastBack = now
  }

  /** Whether the path can be sent into. */
  state(now: number): 'usable' | 'away' {
    if (this.#state === 'usable' && now - this.#lastBack >= watchTimes.away) {
      this.#state = 'away'
      this.#row = undefined
    } else if (this.#state === 'away' && this.#row !== undefined) {
      if (now - this.#lastBack > watchTimes.gap) this.#row = undefined
      else if (now - this.#row >= watchTimes.back) this.#state = 'usable'
    }
    return this.#state
  }

  figures(now: number): PathFigures {
    this.#expire(now)
    const sorted = this.#trips.map(({ us }) => us).toSorted((one, other) => one - other)
    const at = (share: number): number | null =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
    return { sent: this.#sent, lost: this.#lost, p50: at(0.5), p99: at(0.99) }
  }

  #expire(now: number): void {
    for (const [number, sentAt] of this.#open) {
      if (now - sentAt < watchTimes.lost) break
      this.#open.delete(number)
      this.#lost++
    }
    while (this.#trips.length > 0 && now - this.#trips[0]!.at > watchTimes.kept) this.#trips.shift()
  }
}
