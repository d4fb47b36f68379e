/** Numbers from distributions, the same for the same seed. @module */
import { randomOf } from '../../packages/channel/test/virtual-network.ts'

export class Draws {
  readonly random: () => number

  constructor(seed: number) {
    this.random = randomOf(seed)
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.random()
  }

  /** An integer, both ends included. */
  count(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1))
  }

  /** Lognormal: half of the values are below `median`; two thirds are within a factor of e^`spread`. */
  about(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random())
    return median * Math.exp(spread * normal)
  }

  /** Exponential, as between independent events. */
  wait(mean: number): number {
    return -Math.log(1 - this.random()) * mean
  }

  one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!
  }
}
