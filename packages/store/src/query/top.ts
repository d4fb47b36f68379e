/**
 * The largest groups of records in a window, exact: from the sums made when records were sealed, if they can answer.
 * @module
 */
import { formatWords } from '@vagus/address'
import { columnsOf, filterSql } from '../sql/filter-sql.ts'
import { endedSql, octetsSql, packetsSql, touchesSql, weightSql } from '../sql/record-volume.ts'
import { groupingFor } from '../sealed/groupings.ts'
import { sumColumns } from '../sql/sums-sql.ts'
import { parquetSource, type RecordSource, recordSources, summedFiles, type View } from '../sql/view.ts'
import type { Answering } from './answering.ts'
import type { TopQuery, TopResult } from './queries.ts'
import { checkWindow } from './window.ts'

const maxDimensions = 4
const maxItems = 10_000

/** @throws {RangeError} on a query that has no answer */
function topSql(view: View, query: TopQuery): string | undefined {
  checkWindow(query)
  const { by, n, from, to } = query
  if (by.length < 1 || by.length > maxDimensions || new Set(by).size < by.length) {
    throw new RangeError(`"by" must be 1..${maxDimensions} different dimensions, got ${by.join(', ') || 'none'}`)
  }
  if (!Number.isInteger(n) || n < 1 || n > maxItems)
    throw new RangeError(`"n" must be 1..${maxItems}, got ${String(n)}`)
  const columns = by.flatMap(columnsOf)
  const filter = filterSql(query.filter ?? [])
  const conditions = query.observations === 'all' ? [filter] : [filter, 'counted = 1']
  const part = ({ from: source, reach }: RecordSource): string => {
    const weight = reach === 'inside' ? '' : ` * ${weightSql(from, to)}`
    const where = reach === 'inside' ? conditions : [...conditions, touchesSql(from, to)]
    const flows = reach === 'inside' ? '1::UTINYINT' : endedSql(to)
    return `SELECT ${columns.join(', ')}, ${octetsSql}${weight} AS volume, ${packetsSql}${weight} AS count, ${flows} AS flow
      FROM ${source} WHERE ${where.join(' AND ')}`
  }
  const grouping = groupingFor([...by, ...(query.filter ?? []).map(({ dimension }) => dimension)])
  const { records, sums } = grouping === undefined ? { records: [], sums: [] } : summedFiles(view, from, to, grouping)
  const parts = recordSources(view, from, to, records).map(part)
  if (sums.length > 0) {
    const { octets, packets, flows } = sumColumns[query.observations ?? 'counted']
    parts.push(`SELECT ${columns.join(', ')}, ${octets} AS volume, ${packets} AS count, ${flows} AS flow
      FROM ${parquetSource(sums)} WHERE grouping = ${grouping} AND ${flows} > 0 AND ${filter}`)
  }
  if (parts.length === 0) return undefined
  return `
    WITH grouped AS MATERIALIZED (
      SELECT ${columns.join(', ')}, sum(volume) AS volume, sum(count) AS count, sum(flow)::DOUBLE AS flows
      FROM (${parts.join(' UNION ALL ')}) GROUP BY ALL)
    SELECT ${columns.join(', ')}, volume, count, flows,
      (SELECT sum(volume) FROM grouped), (SELECT sum(count) FROM grouped), (SELECT sum(flows) FROM grouped)
    FROM grouped ORDER BY volume DESC, ${columns.join(', ')} LIMIT ${n}`
}

export async function answerTop({ view, run, oldest }: Answering, query: TopQuery): Promise<TopResult> {
  const { from, to, by } = query
  const sql = topSql(view, query)
  const rows = sql === undefined ? [] : await run(sql)
  const items = rows.map((row) => {
    let at = 0
    const key = by.map((dimension) =>
      dimension === 'src' || dimension === 'dst'
        ? addressOf(row[at++] as bigint, row[at++] as bigint)
        : (row[at++] as number),
    )
    return { key, ...volumeOf(row, at) }
  })
  const width = by.flatMap(columnsOf).length
  const first = rows[0]
  return {
    from,
    to,
    by,
    items,
    total: first === undefined ? { octets: 0, packets: 0, flows: 0 } : volumeOf(first, width + 3),
    oldest,
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
