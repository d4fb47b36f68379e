/**
 * How far out a score must be to come no more often than asked: a generalised Pareto distribution fitted to what of the
 * series' own past exceeded a level (peaks over threshold: Pickands 1975; Siffer et al., SPOT, 2017). Before there is a past,
 * it takes a tail that is heavier than most.
 * @module
 */

/** Excesses that are kept, the newest. */
const maxExcesses = 128
/** What is assumed of the tail counts as so many excesses. */
const assumed = { excesses: 12, shape: 0.15 } as const
/** Shapes outside are by chance: negative ones would promise an end of the tail. */
const shapes = { least: 0, most: 0.5 } as const

export interface TailSnapshot {
  readonly share: number
  readonly excesses: readonly number[]
}

export interface TailStart {
  /** Scores from which on they are excesses. */
  readonly level: number
  /** Assumed before there is a past: the share of steps that exceed the level, and by how much in the mean. */
  readonly share: number
  readonly mean: number
}

export class Tail {
  readonly #start: TailStart
  readonly #renewal: number
  readonly #excesses: number[]
  #share: number
  #isBeyond = false
  /** Of the fit, until there is a new excess. */
  #fit: { readonly shape: number; readonly scale: number } | undefined

  /** @param memory steps over which the share of excesses is learned */
  constructor(start: TailStart, memory: number, snapshot?: TailSnapshot) {
    this.#start = start
    this.#renewal = 1 / memory
    const kept: readonly unknown[] = Array.isArray(snapshot?.excesses) ? snapshot.excesses : []
    this.#excesses = kept.filter((one): one is number => typeof one === 'number' && one > 0).slice(-maxExcesses)
    const share = snapshot?.share
    this.#share = typeof share === 'number' && share > 0 && share <= 1 ? share : start.share
  }

  /** The score of a step. Steps in a row are one excess, the greatest: they have one cause, and one alarm would tell of it. */
  take(score: number): void {
    const excess = score - this.#start.level
    const isFirst = excess > 0 && !this.#isBeyond
    this.#isBeyond = excess > 0
    this.#share += this.#renewal * ((isFirst ? 1 : 0) - this.#share)
    if (!this.#isBeyond) return
    if (isFirst) this.#excesses.push(excess)
    else if (excess > (this.#excesses.at(-1) ?? 0)) this.#excesses[Math.max(0, this.#excesses.length - 1)] = excess
    if (this.#excesses.length > maxExcesses) this.#excesses.shift()
    this.#fit = undefined
  }

  /** The score that is exceeded in `share` of the steps. */
  quantile(share: number): number {
    const { level } = this.#start
    const beyond = Math.max(this.#share, this.#start.share / 10)
    if (share >= beyond) return level
    const { shape, scale } = (this.#fit ??= this.#fitted())
    const ratio = share / beyond
    return level + (shape < 1e-6 ? -scale * Math.log(ratio) : (scale / shape) * (ratio ** -shape - 1))
  }

  snapshot(): TailSnapshot {
    return { share: this.#share, excesses: this.#excesses.map((one) => Number(one.toPrecision(4))) }
  }

  /** By probability-weighted moments (Hosking and Wallis 1987), drawn to what is assumed while excesses are few. */
  #fitted(): { readonly shape: number; readonly scale: number } {
    const sorted = this.#excesses.toSorted((one, other) => one - other)
    const count = sorted.length
    let [mean, weighted] = [0, 0]
    for (const [rank, excess] of sorted.entries()) {
      mean += excess / count
      weighted += (excess * (1 - (rank + 0.65) / count)) / count
    }
    const own = count < 3 || !(mean > 2 * weighted) ? assumed.shape : 2 - mean / (mean - 2 * weighted)
    const weight = count / (count + assumed.excesses)
    const shape = Math.max(shapes.least, Math.min(shapes.most, weight * own + (1 - weight) * assumed.shape))
    // The mean is the better known of the two: the scale follows from it and the shape.
    const centre = weight * mean + (1 - weight) * this.#start.mean
    return { shape, scale: centre * (1 - shape) }
  }
}
