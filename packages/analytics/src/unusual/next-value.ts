/**
 * What a series will be next: its mean of late, and what its season climbs since. How far the series follows its season is
 * learned of itself, as one number from 0 to 1: least squares over six features followed the outliers of real loads.
 * @module
 */

/** What is held against following the season, in squares of a scale. */
const doubt = 4

export interface NextValueSnapshot {
  readonly mean: number
  readonly season: number
  readonly product: number
  readonly square: number
}

export class NextValue {
  readonly #forgetting: number
  readonly #renewal: number
  #mean = NaN
  /** The season's mean, over the same steps as that of the series. */
  #season = NaN
  /** Sums over the past, newest counting most: of what the series climbed by what the season did, and of the latter squared. */
  #product = 0
  #square = 0

  /** @param renewal of the mean, by each step */
  constructor(stepsPerDay: number, renewal: number, snapshot?: NextValueSnapshot) {
    this.#renewal = renewal
    this.#forgetting = 1 - 1 / (7 * stepsPerDay)
    const kept = [snapshot?.mean, snapshot?.season, snapshot?.product, snapshot?.square]
    if (!kept.every((one) => typeof one === 'number' && Number.isFinite(one))) return
    ;[this.#mean, this.#season, this.#product, this.#square] = kept as [number, number, number, number]
  }

  /** 0: not at all; 1: as it is. */
  get follows(): number {
    return Math.max(0, Math.min(1, this.#product / (this.#square + doubt)))
  }

  /** NaN before the first value. @param season at the step that is asked for; NaN where it is not known */
  expect(season: number): number {
    const climb = season - this.#season
    return this.#mean + (Number.isNaN(climb) ? 0 : this.follows * climb)
  }

  /** The step is over. @param value that it had, or what is taken for it. @param scale of errors; 0: nothing is to be learned */
  advance(value: number, season: number, scale: number): void {
    if (Number.isNaN(this.#mean)) this.#mean = value
    const climb = season - this.#season
    if (scale > 0 && !Number.isNaN(climb)) {
      this.#product = this.#product * this.#forgetting + ((value - this.#mean) * climb) / scale ** 2
      this.#square = this.#square * this.#forgetting + climb ** 2 / scale ** 2
    }
    this.#mean += this.#renewal * (value - this.#mean)
    if (Number.isNaN(this.#season)) this.#season = season
    else if (!Number.isNaN(season)) this.#season += this.#renewal * (season - this.#season)
  }

  /** Goes on at another level, by which the season is shifted, too. */
  shift(by: number): void {
    this.#mean += by
    this.#season += by
  }

  snapshot(): NextValueSnapshot | undefined {
    const kept = { mean: this.#mean, season: this.#season, product: this.#product, square: this.#square }
    return Object.values(kept).every(Number.isFinite) ? kept : undefined
  }
}
