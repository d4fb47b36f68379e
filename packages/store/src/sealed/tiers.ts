/**
 * The kinds of Parquet files: their folder, what their rows are grouped by, how they are merged and kept. @module
 */
import type { TierName } from '../query/queries.ts'

export interface FileKind {
  readonly tier: TierName
  readonly rows: 'records' | 'sums' | 'traffic' | 'interfaces'
  /** Folder within the store's folder. */
  readonly folder: string
  /** Length of a bucket in milliseconds; 0 for single records and their sums. */
  readonly bucket: number
  /** Files that arrived in the same span are merged once it has ended, shortest span first. Milliseconds. */
  readonly spans: readonly number[]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const month = 30 * day

const rollup = (
  tier: TierName,
  rows: 'traffic' | 'interfaces',
  bucket: number,
  spans: readonly number[],
): FileKind => ({
  tier,
  rows,
  folder: `${tier}/${rows}`,
  bucket,
  spans,
})

/** Finest first; single records last, because writing them finishes a seal. */
export const fileKinds: readonly FileKind[] = [
  rollup('minute', 'traffic', minute, [hour, day]),
  rollup('minute', 'interfaces', minute, [hour, day]),
  rollup('five-minutes', 'traffic', 5 * minute, [hour, day]),
  rollup('five-minutes', 'interfaces', 5 * minute, [hour, day]),
  rollup('hour', 'traffic', hour, [day, month]),
  rollup('hour', 'interfaces', hour, [day, month]),
  // Merged together with their records, and named like them.
  { tier: 'raw', rows: 'sums', folder: 'sums', bucket: 0, spans: [] },
  { tier: 'raw', rows: 'records', folder: 'raw', bucket: 0, spans: [hour] },
]

export const rawKind: FileKind = fileKinds.at(-1)!
export const sumsKind: FileKind = fileKinds.at(-2)!

/** Key columns of a rollup, besides `bucket`. */
export const rollupKeys = {
  traffic: ['srcSite', 'dstSite', 'ingressEdge', 'egressEdge', 'version', 'application'],
  interfaces: ['exporter', 'interface', 'direction', 'version'],
} as const

/** Values of `direction` in an interface rollup: observed there, or implied by a record of another interface. */
export const interfaceDirection = { in: 0, out: 1, impliedIn: 2, impliedOut: 3 } as const
