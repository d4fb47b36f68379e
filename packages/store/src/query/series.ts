/** Traffic over time, as one line or one line per value of a dimension. @module */
import { columnOfDimension, filterSql } from '../sql/filter-sql.ts'
import { rollupSourceSql } from '../sql/rollup-source.ts'
import type { Answering } from './answering.ts'
import { type SeriesQuery, type SeriesResult, seriesDimensions } from './queries.ts'
import { tierForSteps } from './tier-choice.ts'
import { alignedTo, checkWindow } from './window.ts'

/** Maximum lines of one answer, largest first: nobody can distinguish more. */
const maxLines = 100

interface Line {
  readonly key: number | undefined
  readonly octets: number[]
  readonly packets: number[]
}

/** @throws {RangeError} on a query that has no answer */
export async function answerSeries(answering: Answering, query: SeriesQuery): Promise<SeriesResult> {
  checkWindow(query)
  for (const dimension of [query.by, ...(query.filter ?? []).map((term) => term.dimension)]) {
    if (dimension !== undefined && !seriesDimensions.includes(dimension)) {
      throw new RangeError(`a dimension of a series must be one of ${seriesDimensions.join(', ')}, got ${dimension}`)
    }
  }
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
    line AS (SELECT key, sum(octets) AS total FROM point GROUP BY key ORDER BY total DESC, key LIMIT ${maxLines})
    SELECT key, bucket::DOUBLE, octets, packets FROM point JOIN line USING (key) ORDER BY total DESC, key`)
  const count = (window.to - window.from) / step
  const lines = new Map<number, Line>()
  for (const [value, bucket, octets, packets] of rows as readonly (readonly number[])[]) {
    let line = lines.get(value!)
    if (line === undefined) {
      const empty = (): number[] => Array.from({ length: count }, () => 0)
      line = { key: query.by === undefined ? undefined : value!, octets: empty(), packets: empty() }
      lines.set(value!, line)
    }
    const at = (bucket! - window.from) / step
    line.octets[at] = Math.round(octets!)
    line.packets[at] = Math.round(packets!)
  }
  return { ...window, step, tier, lines: [...lines.values()] }
}
