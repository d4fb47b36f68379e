/**
 * Page's cumulative sum, one way: small differences that go on for steps add up, single ones do not (Page 1954). One excursion
 * from 0 and back is one sample of what is usual.
 * @module
 */

/** Standard deviations: what a step must exceed to add to the sum, and what it adds at most. */
export const allowance = 0.75
export const mostOfStep = 4

export class Cusum {
  sum = 0
  /** Steps since the sum left 0. */
  steps = 0
  #peak = 0

  /**
   * The peak of an excursion that just ended, else 0.
   * @param score of the step, in standard deviations of its own way
   */
  take(score: number): number {
    this.sum = Math.max(0, this.sum + Math.min(score, mostOfStep) - allowance)
    if (this.sum > 0) {
      this.steps++
      this.#peak = Math.max(this.#peak, this.sum)
      return 0
    }
    const peak = this.#peak
    this.reset()
    return peak
  }

  reset(): void {
    this.sum = this.steps = this.#peak = 0
  }
}
