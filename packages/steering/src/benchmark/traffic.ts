/**
 * Periods of traffic, from measured traffic matrices: what enters a border for each prefix in each step. One prefix stands
 * for each pair of nodes that has traffic.
 * @module
 */
import { quantile } from '../quantile.ts'

/** Traffic matrices one after another, entry `from × nodes + to`. */
export interface Matrices {
  readonly nodes: number
  readonly values: Float32Array
}

export interface Traffic {
  readonly prefixes: number
  readonly steps: number
  /** At step × prefixes + prefix. */
  readonly load: Float64Array
}

/** Two periods with the same prefixes. What is learned or tuned sees the first one only. */
export interface Periods {
  readonly training: Traffic
  readonly test: Traffic
}

/** Every so many steps of the training period are looked at for prefixes. */
const prefixStride = 7
/** Steps with more or less than so many times the median total are measurement errors. */
const plausible = { most: 4, least: 0.15 } as const

/**
 * The prefixes are those of the training period, and both periods are cleaned by themselves.
 * @throws {RangeError} when a period has no whole matrices, or the two differ in nodes
 */
export function periodsOf(training: Matrices, test: Matrices): Periods {
  if (training.nodes !== test.nodes)
    throw new RangeError(`both periods must have the same nodes, got ${training.nodes} and ${test.nodes}`)
  const entries = busyEntries(training)
  return { training: trafficOf(training, entries), test: trafficOf(test, entries) }
}

/** Some whole steps of matrices, as a view. */
export function stepsOf({ nodes, values }: Matrices, from: number, to: number): Matrices {
  const width = nodes * nodes
  return { nodes, values: values.subarray(from * width, to * width) }
}

function lengthOf({ nodes, values }: Matrices): number {
  const steps = values.length / (nodes * nodes)
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`a period needs whole matrices of ${nodes} × ${nodes} values, got ${values.length} values`)
  return steps
}

/** Entries off the diagonal that have traffic. */
function busyEntries(matrices: Matrices): readonly number[] {
  const { nodes, values } = matrices
  const steps = lengthOf(matrices)
  const width = nodes * nodes
  const busy: number[] = []
  for (let entry = 0; entry < width; entry++) {
    if (entry % (nodes + 1) === 0) continue
    let sum = 0
    for (let step = 0; step < steps; step += prefixStride) sum += values[step * width + entry]!
    if (sum > 0) busy.push(entry)
  }
  return busy
}

function trafficOf(matrices: Matrices, entries: readonly number[]): Traffic {
  const width = matrices.nodes * matrices.nodes
  const steps = lengthOf(matrices)
  const prefixes = entries.length
  const load = new Float64Array(steps * prefixes)
  for (let step = 0; step < steps; step++)
    entries.forEach((entry, prefix) => {
      load[step * prefixes + prefix] = matrices.values[step * width + entry]!
    })
  const traffic = { prefixes, steps, load }
  repeatImplausible(traffic)
  return traffic
}

/** An implausible step becomes the step before; the first one becomes the median, shared equally. */
function repeatImplausible(traffic: Traffic): void {
  const { prefixes, steps, load } = traffic
  const totals = totalsOf(traffic)
  const median = quantile(totals, 0.5)
  for (let step = 0; step < steps; step++) {
    if (totals[step]! <= plausible.most * median && totals[step]! >= plausible.least * median) continue
    const from = step * prefixes
    if (step === 0) load.fill(median / prefixes, 0, prefixes)
    else load.copyWithin(from, from - prefixes, from)
  }
}

/** Of each step over all prefixes. */
export function totalsOf({ prefixes, steps, load }: Traffic): Float64Array {
  const totals = new Float64Array(steps)
  for (let at = 0; at < load.length; at++) totals[Math.floor(at / prefixes)]! += load[at]!
  return totals
}
