/**
 * The largest groups of records in a window, exact: from the sums made when records were sealed, if they can answer, and
 * from a rollup, if it can answer and the records were removed.
 * @module
 */
import { formatWords } from '@vagus/address'
import type { Dimension } from '@vagus/api'
import { seriesDimensions } from '@vagus/api/series'
import { filterSql, keyColumnsOf, neededFor } from '../sql/filter-sql.ts'
import { endedSql, octetsSql, packetsSql, touchesSql, weightSql } from '../sql/record-volume.ts'
import { groupingFor } from '../sealed/groupings.ts'
import { rollupSourceSql, type RollupWindow } from '../sql/rollup-source.ts'
import { sumColumns } from '../sql/sums-sql.ts'
import { parquetSource, type RecordSource, recordSources, summedFiles, type View } from '../sql/view.ts'
import type { Answering } from './answering.ts'
import type { TopQuery, TopResult } from './queries.ts'
import { partsOfSum, type Reach, type TierChoice, tierForSum } from './tier-choice.ts'
import { checkWindow, keptPart, type Window } from './window.ts'

const maxDimensions = 5
const maxItems = 10_000

/** @throws {RangeError} on a query that has no answer */
function check(query: TopQuery): void {
  checkWindow(query)
  const { by, n } = query
  if (by.length < 1 || by.length > maxDimensions || new Set(by).size < by.length) {
    throw new RangeError(`"by" must be 1..${maxDimensions} different dimensions, got ${by.join(', ') || 'none'}`)
  }
  if (!Number.isInteger(n) || n < 1 || n > maxItems)
    throw new RangeError(`"n" must be 1..${maxItems}, got ${String(n)}`)
}

/** Single records as long as they are kept: they know the ends of the window to the millisecond. */
function tierFor(query: TopQuery, reach: Reach): TierChoice {
  const inRollup = (dimension: Dimension): boolean => (seriesDimensions as readonly Dimension[]).includes(dimension)
  const isRolledUp = query.observations !== 'all' && neededFor(query.by, query.filter ?? []).every(inRollup)
  return query.from < reach.raw && isRolledUp ? tierForSum(query, reach) : { tier: 'raw', step: 1 }
}

/** Selects the columns of `by`, `volume`, `count` and `flow`. */
function recordParts(view: View, query: TopQuery, { from, to }: Window): readonly string[] {
  const { by } = query
  const keyed = keyColumnsOf(by)
    .map(({ name, sql }) => `${sql} AS ${name}`)
    .join(', ')
  const filter = filterSql(query.filter ?? [])
  const conditions = query.observations === 'all' ? [filter] : [filter, 'counted = 1']
  const part = ({ from: source, reach }: RecordSource): string => {
    const weight = reach === 'inside' ? '' : ` * ${weightSql(from, to)}`
    const where = reach === 'inside' ? conditions : [...conditions, touchesSql(from, to)]
    const flows = reach === 'inside' ? '1::UTINYINT' : endedSql(to)
    return `SELECT ${keyed}, ${octetsSql}${weight} AS volume, ${packetsSql}${weight} AS count, ${flows} AS flow
      FROM ${source} WHERE ${where.join(' AND ')}`
  }
  const grouping = groupingFor(neededFor(by, query.filter ?? []))
  const { records, sums } = grouping === undefined ? { records: [], sums: [] } : summedFiles(view, from, to, grouping)
  const parts = recordSources(view, from, to, records).map(part)
  if (sums.length > 0) {
    const { octets, packets, flows } = sumColumns[query.observations ?? 'counted']
    parts.push(`SELECT ${keyed}, ${octets} AS volume, ${packets} AS count, ${flows} AS flow
      FROM ${parquetSource(sums)} WHERE grouping = ${grouping} AND ${flows} > 0 AND ${filter}`)
  }
  return parts
}

/** The same from a rollup. */
function rollupParts(view: View, { by, filter = [] }: TopQuery, window: RollupWindow): readonly string[] {
  const source = rollupSourceSql(view, 'traffic', window)
  if (source === undefined) return []
  const columns = keyNamesOf(by).join(', ')
  return [
    `SELECT ${columns}, octets AS volume, packets AS count, flows AS flow FROM (${source}) WHERE ${filterSql(filter)}`,
  ]
}

const keyNamesOf = (by: readonly Dimension[]): readonly string[] => keyColumnsOf(by).map(({ name }) => name)

function largestSql(parts: readonly string[], { by, n }: TopQuery): string {
  const columns = keyNamesOf(by)
  return `
    WITH grouped AS MATERIALIZED (
      SELECT ${columns.join(', ')}, sum(volume) AS volume, sum(count) AS count, sum(flow)::DOUBLE AS flows
      FROM (${parts.join(' UNION ALL ')}) GROUP BY ALL)
    SELECT ${columns.join(', ')}, volume, count, flows,
      (SELECT sum(volume) FROM grouped), (SELECT sum(count) FROM grouped), (SELECT sum(flows) FROM grouped)
    FROM grouped ORDER BY volume DESC, ${columns.join(', ')} LIMIT ${n}`
}

/** @throws {RangeError} on a query that has no answer */
export async function answerTop({ view, run, reach }: Answering, query: TopQuery): Promise<TopResult> {
  check(query)
  const { by } = query
  const choice = tierFor(query, reach)
  const sum = partsOfSum(query, choice, reach)
  const kept = keptPart(query, sum, reach[choice.tier])
  const parts = [
    ...(sum.rollup === undefined ? [] : rollupParts(view, query, { ...sum.rollup, ...choice })),
    ...(sum.records === undefined ? [] : recordParts(view, query, choice.tier === 'raw' ? kept : sum.records)),
  ]
  const rows = parts.length === 0 ? [] : await run(largestSql(parts, query))
  const items = rows.map((row) => {
    let at = 0
    const key = by.map((dimension) =>
      dimension === 'src' || dimension === 'dst'
        ? addressOf(row[at++] as bigint, row[at++] as bigint)
        : (row[at++] as number),
    )
    return { key, ...volumeOf(row, at) }
  })
  const width = keyNamesOf(by).length
  const first = rows[0]
  return {
    ...kept,
    by,
    items,
    total: first === undefined ? { octets: 0, packets: 0, flows: 0 } : volumeOf(first, width + 3),
  }
}

const volumeOf = (row: readonly unknown[], at: number): { octets: number; packets: number; flows: number } => ({
  octets: Math.round(row[at] as number),
  packets: Math.round(row[at + 1] as number),
  flows: row[at + 2] as number,
})

const words = new Uint32Array(4)

function addressOf(high: bigint, low: bigint): string {
  words.set([Number(low & 0xffff_ffffn), Number(low >> 32n), Number(high & 0xffff_ffffn), Number(high >> 32n)])
  return formatWords(words, 0)
}
