/** Rows of a rollup over a window, in SQL: from its files and from unsealed records. @module */
import { fileKinds, rollupKeys } from '../sealed/tiers.ts'
import type { TierName } from '../query/queries.ts'
import { touchesSql } from './record-volume.ts'
import { rollupOfRecordsSql } from './rollup-sql.ts'
import { parquetSource, recordSources, type View } from './view.ts'

export interface RollupWindow {
  readonly from: number
  readonly to: number
  readonly tier: TierName
  /** Milliseconds; a multiple of the tier's bucket. `from` and `to` are multiples of the step. */
  readonly step: number
}

/**
 * Rows with `bucket` (start of the step), the keys of the rollup, `octets`, `packets` and `flows`; several rows may have the
 * same keys. `undefined` when the window is empty.
 */
export function rollupSourceSql(
  view: View,
  rows: keyof typeof rollupKeys,
  { from, to, tier, step }: RollupWindow,
): string | undefined {
  const keys = rollupKeys[rows].join(', ')
  const kind = fileKinds.find((each) => each.tier === tier && each.rows === rows)
  const ofRecords = recordSources(kind === undefined ? view : { ...view, files: () => [] }, from, to).map(
    (source) =>
      `SELECT bucket, ${keys}, octets, packets, flows
      FROM (${rollupOfRecordsSql(rows, source.from, step, source.reach === 'inside' ? 'true' : touchesSql(from, to))})
      WHERE bucket >= ${from} AND bucket < ${to}`,
  )
  const files = kind === undefined ? [] : view.files(kind).filter((file) => file.latest >= from && file.earliest < to)
  const ofFiles =
    files.length === 0
      ? []
      : [
          `SELECT (bucket // ${step}) * ${step} AS bucket, ${keys}, octets, packets, flows
      FROM ${parquetSource(files)} WHERE bucket >= ${from} AND bucket < ${to}`,
        ]
  const all = [...ofRecords, ...ofFiles]
  return all.length === 0 ? undefined : all.join(' UNION ALL ')
}
