/** Traffic matrix between sites, or between edge devices. @module */
import { rollupSourceSql, type RollupWindow } from '../sql/rollup-source.ts'
import type { Answering } from './answering.ts'
import type { MatrixQuery, MatrixResult } from './queries.ts'
import { partsOfSum, tierForSum } from './tier-choice.ts'
import { checkWindow, keptPart, type Window } from './window.ts'
import { touchesSql, octetsSql, weightSql } from '../sql/record-volume.ts'
import { recordSources, type View } from '../sql/view.ts'

const columns = { sites: ['srcSite', 'dstSite'], edges: ['ingressEdge', 'egressEdge'] } as const

/** @throws {RangeError} on a query that has no answer */
export async function answerMatrix(answering: Answering, query: MatrixQuery): Promise<MatrixResult> {
  checkWindow(query)
  const { view, reach } = answering
  const choice = tierForSum(query, reach)
  const sum = partsOfSum(query, choice, reach)
  const kept = keptPart(query, sum, reach[choice.tier])
  const [source, sink] = columns[query.between]
  const sources = [
    sum.rollup && rollupSql(view, { ...sum.rollup, ...choice }),
    sum.records && recordsSql(view, choice.tier === 'raw' ? kept : sum.records),
  ].filter((each) => each !== undefined)
  const rows =
    sources.length === 0
      ? []
      : await answering.run(`
    SELECT ${source}, ${sink}, sum(octets), sum(CASE version WHEN 4 THEN octets ELSE 0 END),
      sum(CASE version WHEN 6 THEN octets ELSE 0 END)
    FROM (${sources.join(' UNION ALL ')}) GROUP BY ALL ORDER BY ALL`)
  const cells = (rows as readonly (readonly [number, number, number, number, number])[]).map(
    ([a, z, all, ipv4, ipv6]) => ({
      source: a,
      sink: z,
      octets: Math.round(all),
      ipv4Octets: Math.round(ipv4),
      ipv6Octets: Math.round(ipv6),
    }),
  )
  return { ...kept, tier: choice.tier, cells }
}

function rollupSql(view: View, window: RollupWindow): string | undefined {
  const source = rollupSourceSql(view, 'traffic', window)
  return source && `SELECT srcSite, dstSite, ingressEdge, egressEdge, version, octets FROM (${source})`
}

function recordsSql(view: View, { from, to }: Window): string | undefined {
  const parts = recordSources(view, from, to).map(
    (source) => `SELECT srcSite, dstSite, ingressEdge, egressEdge, version,
      ${octetsSql} * ${source.reach === 'inside' ? '1' : weightSql(from, to)} AS octets
      FROM ${source.from} WHERE counted = 1 AND ${source.reach === 'inside' ? 'true' : touchesSql(from, to)}`,
  )
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ')
}
