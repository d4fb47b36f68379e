/**
 * How far above a forecast the truth comes, learned online so that all but a given part of the steps stay below it: the
 * quantile tracker of Gibbs and Candès (2021) and of Angelopoulos, Candès and Tibshirani (2023).
 *
 *   q += η · (1[residual > q] - α)       residual = what came - what was forecast
 *
 * Whatever the residuals do, the part of them above q tends to α as long as they stay bounded. η is a twentieth of the
 * residuals' size, which is tracked too, because the loads of a quiet night and of a busy day differ by a factor of ten.
 *
 * It holds no more than `warmUpResiduals` numbers.
 * @module
 */
import { quantile } from '../quantile.ts'

/** Residuals from which the first margin is taken; before, there is none. */
export const warmUpResiduals = 60

/** Part of the steps that may come above forecast + margin. */
const missed = 0.05
/** η in residual sizes. */
const gain = 0.05
/** By how much the size of the residuals grows where one is above it, as a logarithm; it shrinks by a twentieth of that. */
const sizeGain = 0.05

/** Plain JSON. */
export interface ConformalState {
  /** While these are fewer than `warmUpResiduals`; then empty. */
  readonly residuals: readonly number[]
  readonly margin: number
  readonly size: number
}

export class ConformalBound {
  /** Residuals count as at least so large, so that a series that stood still can move again. In the residuals' unit. */
  readonly #leastSize: number
  #residuals: number[] = []
  #margin = 0
  #size = 0

  /** `leastSize` above 0, such as a thousandth of the largest value of the series. @throws {RangeError} */
  constructor(leastSize: number) {
    if (!(leastSize > 0 && Number.isFinite(leastSize)))
      throw new RangeError(`"leastSize" must be a finite number above 0, got ${leastSize}`)
    this.#leastSize = leastSize
  }

  /** undefined where `state` is not one. */
  static restore(leastSize: number, state: unknown): ConformalBound | undefined {
    const { residuals, margin, size } = (state ?? {}) as Partial<Record<keyof ConformalState, unknown>>
    if (!Array.isArray(residuals) || residuals.length >= warmUpResiduals) return undefined
    if (![margin, size, ...residuals].every(Number.isFinite) || (size as number) < 0) return undefined
    const bound = new ConformalBound(leastSize)
    bound.#residuals = [...(residuals as number[])]
    bound.#margin = margin as number
    bound.#size = size as number
    return bound
  }

  /** To be added to a forecast for its upper bound; negative where a series falls. undefined during the warm-up. */
  get margin(): number | undefined {
    return this.#size > 0 ? this.#margin : undefined
  }

  /**
   * `at least`: the truth was cut off, such as at the capacity of a link, and may have been larger. It teaches only where
   * it is above the bound even so, and never in the warm-up.
   */
  learn(residual: number, known: 'exactly' | 'at least' = 'exactly'): void {
    if (!Number.isFinite(residual)) return
    if (this.#size === 0) {
      if (known === 'exactly') this.#warmUp(residual)
      return
    }
    const above = residual > this.#margin
    if (!above && known === 'at least') return
    this.#margin += gain * this.#size * ((above ? 1 : 0) - missed)
    const larger = Math.abs(residual) > this.#size
    this.#size = Math.max(this.#leastSize, this.#size * Math.exp(sizeGain * ((larger ? 1 : 0) - missed)))
  }

  state(): ConformalState {
    return { residuals: [...this.#residuals], margin: this.#margin, size: this.#size }
  }

  #warmUp(residual: number): void {
    this.#residuals.push(residual)
    if (this.#residuals.length < warmUpResiduals) return
    this.#margin = quantile(this.#residuals, 1 - missed)
    this.#size = Math.max(this.#leastSize, quantile(this.#residuals.map(Math.abs), 1 - missed))
    this.#residuals = []
  }
}
