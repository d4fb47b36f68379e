/**
 * Estimates the cells of a traffic matrix that nobody measures, from link loads, from what each node sends and receives,
 * from the cells that are measured, and from what it remembers of all cells. The last is what makes it good: a cell that
 * was measured a while ago, or is among a router's heaviest now and then, is remembered as it was. It also remembers of each
 * link how much of what the routing sends there it carried while that was measured: equal paths never share evenly.
 * @module
 */
import { type CellBounds, explainedBy, fitMatrix, type MeasuredSum, sumOf } from './fit.ts'
import { gravityOf } from './gravity.ts'

/** What is known of one moment. Cells are source × nodes + sink; all rates have one unit. */
export interface MatrixReading {
  /** NaN where a cell is not measured. */
  readonly measured: Float64Array
  /** Of a cell that is not measured, no less than that; absent: 0. */
  readonly floor?: Float64Array | undefined
  /** Of a cell that is not measured, no more than that, such as the least of a router's N heaviest; absent: anything. */
  readonly ceiling?: Float64Array | undefined
  /** What each node sends to and receives from others; NaN where that is not known. */
  readonly sent: Float64Array
  readonly received: Float64Array
  /** Loads of links, and whatever else is measured of several cells together. */
  readonly sums: readonly MeasuredSum[]
}

export interface MatrixEstimate {
  /** Measured cells as measured, the others estimated. */
  readonly cells: Float64Array
  readonly isMeasured: Uint8Array
  /** Part of the traffic that is measured, 0..1; null when nothing flows. */
  readonly measured: number | null
  /** How much of the sums the matrix gives, 0..1; null without any. Little of it says that the routing is not as assumed. */
  readonly explained: number | null
}

/** Part of the memory that a step replaces unless said: after some 20 steps most of it is new. */
const usualRenewal = 0.05
/** Of a sum, so much must be measured cell by cell to learn how it differs from the routing. */
const leastTold = 0.95
/** And by no more than this factor, either way: what differs more is routed otherwise. */
const mostDifferent = 4
/** Part of the prior that is gravity: a cell that was 0 so far may grow. */
const gravityPart = 0.02

/** What an estimator remembers, as JSON has it: there is no NaN, and four digits are enough. */
export interface MatrixMemory {
  /** A rate a cell; null where nothing was learned yet. */
  readonly cells: readonly (number | null)[]
  /** By name of the sum: how many times what the routing gives it was measured to be. */
  readonly ratios: Readonly<Record<string, number>>
}

export class MatrixEstimator {
  readonly nodes: number
  readonly #renewal: number
  /** A rate a cell, NaN where nothing was learned yet. */
  readonly #memory: Float64Array
  /** How often a cell was learned, and whether it was ever measured. */
  readonly #learned: Uint32Array
  readonly #wasMeasured: Uint8Array
  /** By name of the sum, with how often it was learned. */
  readonly #ratios = new Map<string, { ratio: number; learned: number }>()

  /**
   * @param memory as `memory` was; cells of another number are not used. @param renewal part of the memory that one step replaces,
   * above 0 and below 1: an hour's memory serves well.
   */
  constructor(nodes: number, memory?: MatrixMemory, renewal = usualRenewal) {
    this.nodes = nodes
    this.#renewal = renewal
    this.#memory = new Float64Array(nodes * nodes).fill(NaN)
    this.#learned = new Uint32Array(nodes * nodes)
    this.#wasMeasured = new Uint8Array(nodes * nodes)
    const often = Math.ceil(1 / renewal)
    for (const [name, ratio] of Object.entries(memory?.ratios ?? {})) this.#ratios.set(name, { ratio, learned: often })
    if (memory?.cells.length !== this.#memory.length) return
    for (const [cell, rate] of memory.cells.entries()) {
      if (rate === null || !(rate >= 0 && rate < Infinity)) continue
      this.#memory[cell] = rate
      this.#learned[cell] = often
      this.#wasMeasured[cell] = 1
    }
  }

  get memory(): MatrixMemory {
    const short = (value: number): number => Number(value.toPrecision(4))
    return {
      cells: Array.from(this.#memory, (rate) => (Number.isNaN(rate) ? null : short(rate))),
      ratios: Object.fromEntries([...this.#ratios].map(([name, { ratio }]) => [name, short(ratio)])),
    }
  }

  /** Remembers nothing: see `learn`. */
  estimate(reading: MatrixReading): MatrixEstimate {
    const { measured } = reading
    const sums = reading.sums.map((sum) => this.#asRouted(sum))
    const isMeasured = Uint8Array.from(measured, (rate) => (Number.isNaN(rate) ? 0 : 1))
    const prior = this.#priorOf(reading)
    for (let cell = 0; cell < prior.length; cell++) if (isMeasured[cell] === 1) prior[cell] = measured[cell]!
    const bounds: CellBounds = {
      isKnown: isMeasured,
      floor: reading.floor ?? new Float64Array(prior.length),
      ceiling: reading.ceiling ?? new Float64Array(prior.length).fill(Infinity),
    }
    const cells = fitMatrix(prior, sums, bounds)
    let [all, known] = [0, 0]
    for (let cell = 0; cell < cells.length; cell++) {
      all += cells[cell]!
      if (isMeasured[cell] === 1) known += cells[cell]!
    }
    return { cells, isMeasured, measured: all > 0 ? known / all : null, explained: explainedBy(cells, sums) }
  }

  /** Estimates, and takes that into the memory: to be called once a step. */
  learn(reading: MatrixReading): MatrixEstimate {
    const estimate = this.estimate(reading)
    const { cells, isMeasured } = estimate
    const told = cells.map((rate, cell) => (isMeasured[cell] === 1 ? rate : 0))
    for (const sum of reading.sums) this.#learnRatio(sum, sumOf(cells, sum), sumOf(told, sum))
    for (let cell = 0; cell < cells.length; cell++) {
      if (isMeasured[cell] === 1 && this.#wasMeasured[cell] === 0) {
        this.#wasMeasured[cell] = 1
        this.#learned[cell] = 0 // what was estimated before counts no more
      }
      const learned = this.#learned[cell]!++
      const part = Math.max(this.#renewal, 1 / (learned + 1))
      this.#memory[cell] = learned === 0 ? cells[cell]! : this.#memory[cell]! * (1 - part) + cells[cell]! * part
    }
    return estimate
  }

  /**
   * How far off the cells in `hidden` would be if nobody measured them from now on: the root of the squared errors by that of
   * the squared rates. Null when nothing flows in them, and where one of them is not measured, or never was before.
   */
  rehearse(reading: MatrixReading, hidden: readonly number[]): number | null {
    if (hidden.some((cell) => this.#wasMeasured[cell] === 0)) return null
    const measured = Float64Array.from(reading.measured)
    for (const cell of hidden) measured[cell] = NaN
    const { cells } = this.estimate({ ...reading, measured })
    let [off, all] = [0, 0]
    for (const cell of hidden) {
      off += (cells[cell]! - reading.measured[cell]!) ** 2
      all += reading.measured[cell]! ** 2
    }
    return all > 0 ? Math.sqrt(off / all) : null
  }

  #asRouted(sum: MeasuredSum): MeasuredSum {
    const ratio = this.#ratios.get(sum.name ?? '')?.ratio
    return ratio === undefined ? sum : { ...sum, rate: sum.rate / ratio }
  }

  /** @param told of `all`, what is measured cell by cell */
  #learnRatio({ name, rate }: MeasuredSum, all: number, told: number): void {
    if (name === undefined) return
    if (!(rate > 0 && told > 0 && told >= leastTold * all)) return
    const ratio = Math.max(1 / mostDifferent, Math.min(mostDifferent, rate / all))
    const before = this.#ratios.get(name) ?? { ratio, learned: 0 }
    const part = Math.max(this.#renewal, 1 / (before.learned + 1))
    // In logarithms: half as much and twice as much are equally far off.
    this.#ratios.set(name, { ratio: before.ratio ** (1 - part) * ratio ** part, learned: before.learned + 1 })
  }

  /** The memory, as large as the traffic is now, and a little gravity. */
  #priorOf({ sent, received }: MatrixReading): Float64Array {
    const whole = (rates: Float64Array): boolean => rates.every((rate) => !Number.isNaN(rate))
    const gravity = gravityOf(zeroed(sent), zeroed(received))
    const prior = new Float64Array(gravity.length)
    let [now, before] = [0, 0]
    for (let cell = 0; cell < prior.length; cell++) {
      if (Number.isNaN(this.#memory[cell]!)) continue
      before += this.#memory[cell]!
    }
    for (const rate of sent) now += rate
    // Where a node's total is not known, all of it is not.
    const growth = whole(sent) && before > 0 ? now / before : 1
    for (let cell = 0; cell < prior.length; cell++) {
      const remembered = this.#memory[cell]!
      prior[cell] = Number.isNaN(remembered)
        ? gravity[cell]!
        : remembered * growth * (1 - gravityPart) + gravity[cell]! * gravityPart
    }
    return prior
  }
}

const zeroed = (rates: Float64Array): Float64Array => rates.map((rate) => (Number.isNaN(rate) ? 0 : rate))
