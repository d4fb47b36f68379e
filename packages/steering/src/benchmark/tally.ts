/** What the steps of a run cost (`../cost.ts`), and their means. @module */
import { costWeights, hotLevel } from '../cost.ts'
import { quantile } from '../quantile.ts'
import type { World } from './world.ts'

/** Means over the steps of a run, or over several runs. */
export interface Figures {
  /** J, the weighted sum of what follows, and of flaps. */
  readonly cost: number
  /** Share of the traffic that no link had capacity for. */
  readonly drop: number
  /** Share of the traffic above the hot level of its link. */
  readonly hot: number
  /** In lengths of the border. */
  readonly delay: number
  readonly moves: number
  /** Share of the steps in which a link was hot. */
  readonly hotSteps: number
  /** Utilisation of the fullest link in 95 of 100 steps; above 1 traffic was lost. */
  readonly utilisation95: number
}

export interface Run extends Figures {
  /** Of each step. */
  readonly costs: Float64Array
}

export class Tally {
  readonly #world: World
  readonly #costs: Float64Array
  readonly #peaks: Float64Array
  readonly #load: Float64Array
  readonly #sums = { cost: 0, drop: 0, hot: 0, delay: 0, moves: 0, hotSteps: 0 }
  #steps = 0

  /** For as many steps as the world has, less the first, which nothing was decided for. */
  constructor(world: World) {
    this.#world = world
    this.#costs = new Float64Array(world.steps - 1)
    this.#peaks = new Float64Array(world.steps - 1)
    this.#load = new Float64Array(world.links)
  }

  /** The next step, from step 1 on, under an assignment that took these moves. */
  add(assignment: Int32Array, moves: number, flaps: number): void {
    const step = this.#steps + 1
    const { drop, hot, delay, peak } = this.#partsOf(step, assignment)
    const cost =
      costWeights.drop * drop +
      costWeights.hot * hot +
      costWeights.delay * delay +
      costWeights.move * moves +
      costWeights.flap * flaps
    const sums = this.#sums
    sums.cost += cost
    sums.drop += drop
    sums.hot += hot
    sums.delay += delay
    sums.moves += moves
    sums.hotSteps += hot > 0 ? 1 : 0
    this.#costs[this.#steps] = cost
    this.#peaks[this.#steps] = peak
    this.#steps = step
  }

  get run(): Run {
    const steps = this.#steps
    const { cost, drop, hot, delay, moves, hotSteps } = this.#sums
    return {
      cost: cost / steps,
      drop: drop / steps,
      hot: hot / steps,
      delay: delay / steps,
      moves: moves / steps,
      hotSteps: hotSteps / steps,
      utilisation95: quantile(this.#peaks.subarray(0, steps), 0.95),
      costs: this.#costs.subarray(0, steps),
    }
  }

  #partsOf(step: number, assignment: Int32Array) {
    const { prefixes, links, load: loads, capacity, delay: delays } = this.#world
    const load = this.#load.fill(0)
    let total = 0
    let delay = 0
    for (let prefix = 0; prefix < prefixes; prefix++) {
      const own = loads[step * prefixes + prefix]!
      const link = assignment[prefix]!
      load[link]! += own
      total += own
      delay += own * delays[prefix * links + link]!
    }
    let drop = 0
    let hot = 0
    let peak = 0
    for (let link = 0; link < links; link++) {
      const most = capacity[step * links + link]!
      drop += Math.max(0, load[link]! - most)
      hot += Math.max(0, load[link]! - hotLevel * most)
      peak = Math.max(peak, load[link]! / most)
    }
    return { drop: drop / total, hot: hot / total, delay: delay / total, peak }
  }
}

/** Of several runs. @throws {RangeError} when there is none */
export function meanFigures(runs: readonly Figures[]): Figures {
  if (runs.length === 0) throw new RangeError('there must be at least one run')
  const mean = (name: keyof Figures): number => runs.reduce((sum, run) => sum + run[name], 0) / runs.length
  return {
    cost: mean('cost'),
    drop: mean('drop'),
    hot: mean('hot'),
    delay: mean('delay'),
    moves: mean('moves'),
    hotSteps: mean('hotSteps'),
    utilisation95: mean('utilisation95'),
  }
}
