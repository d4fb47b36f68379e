/** Traffic over time, as one line or one line per value of a dimension. @module */
import { maxSeriesLines, seriesDimensions } from '@vagus/api/series'
import { columnOfDimension, filterSql } from '../sql/filter-sql.ts'
import { rollupSourceSql } from '../sql/rollup-source.ts'
import type { Answering } from './answering.ts'
import type { SeriesQuery, SeriesResult } from './queries.ts'
import { tierForSteps } from './tier-choice.ts'
import { alignedTo, checkWindow } from './window.ts'

interface Line {
  readonly key: number | undefined
  readonly octets: number[]
  readonly packets: number[]
}

/** @throws {RangeError} on a query that has no answer */
export async function answerSeries(answering: Answering, query: SeriesQuery): Promise<SeriesResult> {
  checkSeries(query)
  const { tier, step } = tierForSteps(query, query.step, answering.reach)
  const window = alignedTo(query, step)
  const source = rollupSourceSql(answering.view, 'traffic', { ...window, tier, step })
  const key = query.by === undefined ? '0' : columnOfDimension[query.by]
  const rows =
    source === undefined
      ? []
      : await answering.run(`
    WITH point AS MATERIALIZED (
      SELECT ${key} AS key, bucket, sum(octets) AS octets, sum(packets) AS packets
      FROM (${source}) WHERE ${filterSql(query.filter ?? [])} GROUP BY ALL),
    line AS (
      SELECT key, sum(octets) AS total FROM point GROUP BY key ORDER BY total DESC, key LIMIT ${query.n ?? maxSeriesLines})
    SELECT line.key, bucket::DOUBLE, sum(octets), sum(packets)
    FROM point LEFT JOIN line ON point.key = line.key
    GROUP BY line.key, bucket, total ORDER BY total DESC, line.key`)
  const count = (window.to - window.from) / step
  const empty = (): number[] => Array.from({ length: count }, () => 0)
  const rest: Line = { key: undefined, octets: empty(), packets: empty() }
  const lines = new Map<number, Line>()
  for (const [value, bucket, octets, packets] of rows as readonly (readonly [number | null, ...number[]])[]) {
    let line = value === null ? rest : lines.get(value)
    if (line === undefined) {
      line = { key: query.by === undefined ? undefined : value!, octets: empty(), packets: empty() }
      lines.set(value!, line)
    }
    const at = (bucket! - window.from) / step
    line.octets[at] = Math.round(octets!)
    line.packets[at] = Math.round(packets!)
  }
  return {
    ...window,
    step,
    tier,
    lines: [...lines.values()],
    rest: { octets: rest.octets, packets: rest.packets },
    completeFrom: answering.reach[tier],
  }
}

function checkSeries(query: SeriesQuery): void {
  checkWindow(query)
  const { by, n = maxSeriesLines, filter = [] } = query
  if (!Number.isInteger(n) || n < 1 || n > maxSeriesLines)
    throw new RangeError(`"n" must be 1..${maxSeriesLines}, got ${String(n)}`)
  const known: readonly string[] = seriesDimensions
  for (const dimension of [...(by === undefined ? [] : [by]), ...filter.map((term) => term.dimension)])
    if (!known.includes(dimension))
      throw new RangeError(
        `traffic over time is divided and filtered by ${seriesDimensions.join(', ')} only, got ${dimension}`,
      )
}
