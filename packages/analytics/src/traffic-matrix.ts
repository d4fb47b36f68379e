/** Traffic matrix between sites, or between the devices at the domain's edge. @module */
import type { PairTable } from './pair-table.ts'
import { halfWidth95 } from './sampling-error.ts'
import type { Slice } from './slice.ts'
import { octetsAt, volume, volumeFields } from './volume.ts'
import { rateOf, type Window } from './window.ts'

/** A full matrix of this many nodes takes 24 MB; nobody reads a larger one. */
const maxMatrixNodes = 1000

/** Cells are [source × nodes + sink] in bits per second; node n is the index in the domain's list, from 0. */
export interface TrafficMatrix {
  readonly window: Window
  readonly between: 'sites' | 'edges'
  readonly nodes: number
  readonly ipv4: Float64Array
  readonly ipv6: Float64Array
  /** The true rate of a cell, both families, is within ± this with 95 % confidence with respect to sampling. */
  readonly samplingError: Float64Array
  /** Sum of all cells and of unresolved traffic. */
  readonly total: number
  /** Counted traffic whose source or sink is unknown. */
  readonly unresolved: number
}

/** @throws {RangeError} with more than `maxMatrixNodes` nodes */
export function trafficMatrixOf(
  between: 'sites' | 'edges',
  nodes: number,
  pairs: PairTable,
  window: Window,
  slices: readonly Slice[],
): TrafficMatrix {
  if (nodes > maxMatrixNodes) {
    throw new RangeError(`a matrix must have at most ${maxMatrixNodes} nodes, but the domain has ${nodes}`)
  }
  const sum = new Float64Array(pairs.size * volumeFields)
  let total = 0
  for (const slice of slices) {
    total += octetsAt(slice.totals, 0)
    const { rows } = slice[between]
    const end = Math.min(rows.length, sum.length)
    for (let at = 0; at < end; at++) sum[at]! += rows[at]!
  }
  const create = (): Float64Array => new Float64Array(nodes * nodes)
  const [ipv4, ipv6, samplingError] = [create(), create(), create()]
  let resolved = 0
  for (let slot = 0; slot < pairs.size; slot++) {
    const source = pairs.sourceAt(slot) - 1
    const sink = pairs.sinkAt(slot) - 1
    if (source < 0 || sink < 0 || source >= nodes || sink >= nodes) continue
    const cell = source * nodes + sink
    const at = slot * volumeFields
    ipv4[cell] = rateOf(sum[at + volume.ipv4Octets]!, window)
    ipv6[cell] = rateOf(sum[at + volume.ipv6Octets]!, window)
    samplingError[cell] = rateOf(halfWidth95(sum[at + volume.variance]!), window)
    resolved += ipv4[cell] + ipv6[cell]
  }
  const all = rateOf(total, window)
  // Sums of shares differ in their last bits.
  const unresolved = all - resolved > all * 1e-9 ? all - resolved : 0
  return { window, between, nodes, ipv4, ipv6, samplingError, total: all, unresolved }
}
