/**
 * How far estimated matrices are from measured ones: ours, and what others do with the same link loads.
 * @module
 */
import { gravityOf, MatrixEstimator, type MatrixReading, type MeasuredSum } from '../../packages/analytics/src/index.ts'
import type { Network } from './networks.ts'

/** Relative L2 errors over the snapshots of the test, one an hour. */
export interface Errors {
  readonly mean: number
  readonly p95: number
  readonly milliseconds: number
}

/** What a network without flow export tells of a step, its routers with so many records each. */
export function readingOf({ nodes, routing }: Network, truth: Float64Array, records: number): MatrixReading {
  const measured = new Float64Array(truth.length).fill(NaN)
  const ceiling = new Float64Array(truth.length).fill(Infinity)
  const sent = new Float64Array(nodes)
  const received = new Float64Array(nodes)
  const sums: MeasuredSum[] = routing.map((share) => ({ ...share, rate: rateOf(share, truth) }))
  const whole = new Float64Array(nodes - 1).fill(1)
  for (let node = 0; node < nodes; node++) {
    const others = Array.from({ length: nodes }, (_, other) => other).filter((other) => other !== node)
    const row = others.map((other) => node * nodes + other)
    const column = others.map((other) => other * nodes + node)
    sent[node] = row.reduce((sum, cell) => sum + truth[cell]!, 0)
    received[node] = column.reduce((sum, cell) => sum + truth[cell]!, 0)
    sums.push({ cells: Int32Array.from(row), parts: whole, rate: sent[node]! })
    sums.push({ cells: Int32Array.from(column), parts: whole, rate: received[node]! })
    measured[node * nodes + node] = 0
    const heaviest = row.toSorted((one, other) => truth[other]! - truth[one]!).slice(0, records)
    for (const cell of heaviest) measured[cell] = truth[cell]!
    // Whatever is not among the heaviest is no more than the least of them.
    if (heaviest.length > 0) for (const cell of row) ceiling[cell] = truth[heaviest.at(-1)!]!
  }
  return { measured, ceiling, sent, received, sums }
}

const rateOf = ({ cells, parts }: Pick<MeasuredSum, 'cells' | 'parts'>, rates: Float64Array): number =>
  cells.reduce((sum, cell, at) => sum + rates[cell]! * parts[at]!, 0)

export const errorOf = (estimate: Float64Array, truth: Float64Array): number =>
  Math.hypot(...estimate.map((rate, cell) => rate - truth[cell]!)) / Math.hypot(...truth)

/** `remembering`: every step of the network is estimated in turn; `fresh`: each snapshot by itself. */
export function ours(network: Network, records: number, memory: 'remembering' | 'fresh'): Errors {
  const estimator = new MatrixEstimator(network.nodes)
  const { steps, test } = network
  const perHour = network.stepsPerDay / 24
  const errors: number[] = []
  let [time, count] = [0, 0]
  for (const [at, truth] of steps.entries()) {
    const isTested = at >= test && (at - test) % perHour === 0
    if (memory === 'fresh' && !isTested) continue
    const reading = readingOf(network, truth, records)
    const begun = performance.now()
    const { cells } = memory === 'fresh' ? estimator.estimate(reading) : estimator.learn(reading)
    time += performance.now() - begun
    count++
    if (isTested) errors.push(errorOf(cells, truth))
  }
  return summaryOf(errors, time / count)
}

/** Of the same snapshots. */
export function others(network: Network, records: number, estimate: (reading: MatrixReading) => Float64Array): Errors {
  const perHour = network.stepsPerDay / 24
  const errors: number[] = []
  let time = 0
  for (let at = network.test; at < network.steps.length; at += perHour) {
    const reading = readingOf(network, network.steps[at]!, records)
    const begun = performance.now()
    const cells = estimate(reading)
    time += performance.now() - begun
    errors.push(errorOf(cells, network.steps[at]!))
  }
  return summaryOf(errors, time / errors.length)
}

export const simpleGravity = ({ sent, received }: MatrixReading): Float64Array => gravityOf(sent, received)

/**
 * Least squares from gravity, weighted by it, and cut at 0: Y. Zhang et al., "Fast accurate computation …", 2003. What is
 * measured has no weight, so it stays.
 */
export function tomogravity({ measured, sent, received, sums }: MatrixReading): Float64Array {
  const gravity = gravityOf(sent, received)
  const prior = gravity.map((rate, cell) => (Number.isNaN(measured[cell]!) ? rate : measured[cell]!))
  const weight = gravity.map((rate, cell) => (Number.isNaN(measured[cell]!) ? rate : 0))
  const rows = sums.length
  const found = Array.from(gravity, (): { row: number; part: number }[] => [])
  for (const [row, { cells, parts }] of sums.entries()) {
    for (const [at, cell] of cells.entries()) found[cell]!.push({ row, part: parts[at]! })
  }
  const normal = new Float64Array(rows * rows)
  for (const [cell, list] of found.entries()) {
    for (const one of list) {
      for (const other of list) normal[one.row * rows + other.row]! += weight[cell]! * one.part * other.part
    }
  }
  // Sums depend on one another: a little more on the diagonal makes them solvable.
  for (let row = 0; row < rows; row++) normal[row * rows + row] = normal[row * rows + row]! * (1 + 1e-6) + 1e-9
  const multipliers = solved(
    normal,
    sums.map((sum) => sum.rate - rateOf(sum, prior)),
  )
  return prior.map((rate, cell) =>
    Math.max(0, rate + weight[cell]! * found[cell]!.reduce((sum, { row, part }) => sum + part * multipliers[row]!, 0)),
  )
}

/** Cholesky, in place. */
function solved(matrix: Float64Array, right: readonly number[]): Float64Array {
  const size = right.length
  const at = (row: number, column: number): number => row * size + column
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[at(row, column)]!
      for (let inner = 0; inner < column; inner++) sum -= matrix[at(row, inner)]! * matrix[at(column, inner)]!
      matrix[at(row, column)] = row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[at(column, column)]!
    }
  }
  const result = Float64Array.from(right)
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < row; inner++) result[row]! -= matrix[at(row, inner)]! * result[inner]!
    result[row]! /= matrix[at(row, row)]!
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let inner = row + 1; inner < size; inner++) result[row]! -= matrix[at(inner, row)]! * result[inner]!
    result[row]! /= matrix[at(row, row)]!
  }
  return result
}

function summaryOf(errors: readonly number[], milliseconds: number): Errors {
  const sorted = errors.toSorted((one, other) => one - other)
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  return { mean, p95: sorted[Math.floor(sorted.length * 0.95)]!, milliseconds }
}
