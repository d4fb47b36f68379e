/**
 * What each prefix will carry in the next step, and how far off that may be.
 *
 *   forecast = base + kept · (last - base)      base: a slow mean that a burst moves little
 *   variance = usual · mean squared error + burst · (last - base)²
 *
 * Most of the traffic hardly changes in a step; a few prefixes send bursts of some steps, and these fill links. So the
 * error is learned of every prefix by itself, and is larger while one is away from its base. The last load comes from
 * measurements: uncensored on full links, and for prefixes that are not measured one by one from their own past, scaled
 * to what their link carries besides.
 *
 * It holds four numbers and a flag for each prefix.
 * @module
 */
import type { Observation } from '../observation.ts'
import { passedFactors } from './uncensor.ts'

export interface DemandConstants {
  /** Part of the way from base to last load that remains in the next step, 0 to 1. */
  readonly kept: number
  /** Part of the way to the last load that the base goes in a step, above 0 up to 1. */
  readonly baseRate: number
  /** Part of the way to the last squared error that the mean goes in a step, above 0 up to 1. */
  readonly errorRate: number
  readonly usual: number
  readonly burst: number
}

/** Standard deviation of a prefix that was not measured yet, as a share of its load. */
const firstDeviation = 0.4
/** The base sees at most so many times itself, so that a short burst does not become usual. */
const highest = 2

export class DemandForecast {
  readonly #constants: DemandConstants
  readonly #base: Float64Array
  readonly #squaredError: Float64Array
  readonly #measured: Uint8Array
  /** Of each prefix in the next step, in the unit of the loads; at least 0. */
  readonly mean: Float64Array
  readonly variance: Float64Array
  #began = false

  constructor(prefixes: number, constants: DemandConstants) {
    this.#constants = constants
    this.#base = new Float64Array(prefixes)
    this.#squaredError = new Float64Array(prefixes)
    this.#measured = new Uint8Array(prefixes)
    this.mean = new Float64Array(prefixes)
    this.variance = new Float64Array(prefixes)
  }

  /** Once a step. */
  learn(seen: Observation): void {
    const { prefixes, links, assignment, visible, saturated, estimate } = seen
    const factors = passedFactors(seen, this.mean)
    if (!this.#began) this.#begin(estimate.map((load, prefix) => load * factors[assignment[prefix]!]!))
    const rest = new Float64Array(links)
    const expected = new Float64Array(links)
    for (let prefix = 0; prefix < prefixes; prefix++) {
      if (visible[prefix] === 1) continue
      rest[assignment[prefix]!]! += estimate[prefix]!
      expected[assignment[prefix]!]! += this.mean[prefix]!
    }
    for (let prefix = 0; prefix < prefixes; prefix++) {
      const link = assignment[prefix]!
      // A link that lets nothing through tells nothing.
      if (saturated[link] === 1 && estimate[prefix] === 0) continue
      if (visible[prefix] === 1) this.#measure(prefix, estimate[prefix]! * factors[link]!)
      else {
        const all = expected[link]!
        const own = all > 0 ? (this.mean[prefix]! / all) * rest[link]! : estimate[prefix]!
        this.#expect(prefix, own * factors[link]!)
      }
    }
  }

  #begin(loads: Float64Array): void {
    this.#began = true
    this.mean.set(loads)
    this.#base.set(loads)
    this.#squaredError.set(loads.map((load) => (firstDeviation * load) ** 2))
  }

  #measure(prefix: number, load: number): void {
    if (this.#measured[prefix] === 0) {
      // Its base stays: what is seen first may be a burst.
      this.#measured[prefix] = 1
      this.#squaredError[prefix] = (firstDeviation * load) ** 2
    } else {
      const error = load - this.mean[prefix]!
      this.#squaredError[prefix]! += this.#constants.errorRate * (error * error - this.#squaredError[prefix]!)
    }
    this.#expect(prefix, load)
  }

  #expect(prefix: number, load: number): void {
    const { kept, baseRate, usual, burst } = this.#constants
    const before = this.#base[prefix]!
    const base = before > 0 ? before + baseRate * (Math.min(load, highest * before) - before) : load
    this.#base[prefix] = base
    this.mean[prefix] = base + kept * (load - base)
    this.variance[prefix] = usual * this.#squaredError[prefix]! + burst * (load - base) ** 2
  }
}
