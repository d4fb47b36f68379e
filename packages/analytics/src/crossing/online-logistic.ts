/**
 * Logistic regression that learns from one example at a time: Newton's step with the covariance of the weights so far (the
 * extended Kalman filter of a logistic observation), so that one pass over examples is worth about what many passes of
 * gradient steps are. Its state has one size however much it has seen.
 * @module
 */

/** Variance of a weight before anything is learned: features are of the order of 1. */
const firstVariance = 1
/** The logit with which it begins, of an event that is seldom. */
const firstBias = -2
/** Added to each variance by `age`: what was learned 10⁵ steps ago, a year of steps of five minutes, is half forgotten. */
const drift = 1e-6
/** A calm example that was as good as certain teaches nothing, and most are: it is not computed. */
const certain = 0.002

export interface LogisticSnapshot {
  readonly weights: readonly number[]
  /** Row by row, the lower triangle. */
  readonly covariance: readonly number[]
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))

export class OnlineLogistic {
  readonly #weights: Float64Array
  readonly #covariance: Float64Array
  readonly #spread: Float64Array

  /** @param size of an example, whose first feature is 1. @param snapshot of another size, or with what is no number, is not used. */
  constructor(size: number, snapshot?: LogisticSnapshot) {
    this.#weights = new Float64Array(size)
    this.#covariance = new Float64Array(size * size)
    this.#spread = new Float64Array(size)
    if (isWhole(snapshot, size)) {
      this.#weights.set(snapshot.weights)
      let at = 0
      for (let row = 0; row < size; row++) {
        for (let column = 0; column <= row; column++, at++) {
          this.#covariance[row * size + column] = this.#covariance[column * size + row] = snapshot.covariance[at]!
        }
      }
    } else {
      this.#weights[0] = firstBias
      for (let row = 0; row < size; row++) this.#covariance[row * size + row] = firstVariance
    }
  }

  /** 0..1. */
  chanceOf(example: Float64Array): number {
    let logit = 0
    for (let at = 0; at < example.length; at++) logit += this.#weights[at]! * example[at]!
    return sigmoid(logit)
  }

  learn(example: Float64Array, outcome: 'came' | 'stayed away'): void {
    const size = this.#weights.length
    const chance = this.chanceOf(example)
    const error = (outcome === 'came' ? 1 : 0) - chance
    if (outcome === 'stayed away' && chance < certain) return
    let along = 0
    for (let row = 0; row < size; row++) {
      let sum = 0
      for (let column = 0; column < size; column++) sum += this.#covariance[row * size + column]! * example[column]!
      this.#spread[row] = sum
      along += sum * example[row]!
    }
    const slope = chance * (1 - chance)
    const gain = 1 / (1 + slope * along)
    for (let row = 0; row < size; row++) {
      const step = gain * this.#spread[row]!
      this.#weights[row]! += step * error
      for (let column = 0; column < size; column++) {
        this.#covariance[row * size + column]! -= slope * step * this.#spread[column]!
      }
    }
  }

  /** Once a step: what was learned long ago counts less. */
  age(): void {
    const size = this.#weights.length
    for (let row = 0; row < size; row++) this.#covariance[row * size + row]! += drift
  }

  snapshot(): LogisticSnapshot {
    const size = this.#weights.length
    const covariance: number[] = []
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) covariance.push(this.#covariance[row * size + column]!)
    }
    return { weights: [...this.#weights], covariance }
  }
}

/** From a disk: it may have been written by another version. */
function isWhole(snapshot: LogisticSnapshot | null | undefined, size: number): snapshot is LogisticSnapshot {
  const areNumbers = (list: unknown, length: number): boolean =>
    Array.isArray(list) && list.length === length && list.every(Number.isFinite)
  return areNumbers(snapshot?.weights, size) && areNumbers(snapshot?.covariance, (size * (size + 1)) / 2)
}
