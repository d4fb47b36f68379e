/**
 * What probes say of a path: how many are lost, how long the others take, and whether it can be sent into. Total and pure.
 *
 *   answers ──100 ms──▶ silent ──3 s──▶ away        silent, away ──3 s of answers──▶ answers
 *
 * `silent` there is only at the keen pace, which is for paths beside which another one can take over: of two that are silent,
 * as when the agent of their other end is gone, neither is left.
 * @module
 */

/** Milliseconds. */
export const watchTimes = {
  /** Between probes. */
  every: { calm: 100, keen: 20 },
  /** Without any that came back, at the keen pace: the path is silent. */
  silent: 100,
  /** After which one that did not come back is lost. */
  lost: 1000,
  /** Without any that came back: the path is away. */
  away: 3000,
  /** Of probes that come back, until it is believed again. */
  back: 3000,
  /** Between two that came back in a row: kernels say once a second at most that nobody listens. */
  gap: 2000,
  /** By which a probe is sent so late that this program did not run meanwhile, and could not have heard either. */
  stalled: { calm: 500, keen: 20 },
  /** Round trips are of so long. */
  kept: 60_000,
} as const

export type Pace = keyof typeof watchTimes.every
export type PathState = 'answers' | 'silent' | 'away'

/** More round trips than come in a minute at the calm pace are not kept; the oldest go. */
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
  /** Since when none came back too late; undefined while it is not silent. */
  #promptSince: number | undefined
  /** The first probe at this pace; until it is back, or lost, answers come at the pace before. */
  #first: { readonly number: number; readonly at: number } | undefined
  /** When it came back. */
  #pacedSince: number | undefined
  #isAway = false
  #pace: Pace = 'calm'

  /** @param now milliseconds of a clock that only goes forward, as in all calls */
  constructor(now: number) {
    this.#lastBack = now
  }

  get pace(): Pace {
    return this.#pace
  }

  /** From the next probe on. */
  set pace(pace: Pace) {
    this.#pace = pace
    this.#lastSent = undefined
    this.#promptSince = undefined
    this.#first = this.#pacedSince = undefined
  }

  /** @returns the number of the next probe */
  sent(now: number): number {
    this.#expire(now)
    const late = now - (this.#lastSent ?? now) - watchTimes.every[this.#pace]
    if (late > watchTimes.stalled[this.#pace]) this.#lastBack = Math.min(now, this.#lastBack + late)
    this.#lastSent = now
    const number = this.#sent++
    this.#first ??= { number, at: now }
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
    if (this.#first !== undefined && number >= this.#first.number) this.#pacedSince ??= now
    const ourMs = now - sentAt
    const trip = kernelMs !== undefined && kernelMs >= 0 && kernelMs <= ourMs ? kernelMs : ourMs
    const held = heldMs > 0 && heldMs <= trip ? heldMs : 0
    this.#trips.push({ at: now, us: Math.round((trip - held) * 1000) })
    if (this.#trips.length > maxKept) this.#trips.shift()
    this.refused(now)
  }

  /** The kernel of the other end said that nobody listens there: its agent is away, and the path is not. */
  refused(now: number): void {
    const pause = now - this.#lastBack
    // A gap ends the row: a path that answers now and then is not back.
    if (this.#isAway && (this.#row === undefined || pause > watchTimes.gap)) this.#row = now
    if (this.#pace === 'keen' && this.#quiet(now) >= watchTimes.silent) this.#promptSince = now
    this.#lastBack = now
  }

  state(now: number): PathState {
    const pause = now - this.#lastBack
    if (!this.#isAway && pause >= watchTimes.away) {
      this.#isAway = true
      this.#row = undefined
    } else if (this.#isAway && this.#row !== undefined) {
      if (pause > watchTimes.gap) this.#row = undefined
      else if (now - this.#row >= watchTimes.back) this.#isAway = false
    }
    if (this.#isAway) return 'away'
    if (this.#pace === 'calm') return 'answers'
    if (this.#quiet(now) >= watchTimes.silent) this.#promptSince = now
    else if (this.#promptSince !== undefined && now - this.#promptSince >= watchTimes.back)
      this.#promptSince = undefined
    return this.#promptSince === undefined ? 'answers' : 'silent'
  }

  /** For how long probes of this pace were not answered. */
  #quiet(now: number): number {
    const from = this.#pacedSince ?? (this.#first?.at ?? now) + watchTimes.lost
    return Math.max(0, now - Math.max(this.#lastBack, from))
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
