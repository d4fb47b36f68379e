/** Load of interfaces over time, from all observations. @module */
import { interfaceDirection } from '../sealed/tiers.ts'
import { rollupSourceSql } from '../sql/rollup-source.ts'
import type { Answering } from './answering.ts'
import type { InterfaceSeriesQuery, InterfaceSeriesResult } from './queries.ts'
import { tierForSteps } from './tier-choice.ts'
import { alignedTo, checkWindow } from './window.ts'

type Line = InterfaceSeriesResult['lines'][number] & { readonly octets: number[]; readonly ipv6Octets: number[] }

/** Maximum lines of one answer: both directions of a large router's interfaces. */
const maxLines = 8192

const { out: exit, impliedIn, impliedOut } = interfaceDirection

/** @throws {RangeError} on a query that has no answer */
export async function answerInterfaceSeries(
  answering: Answering,
  query: InterfaceSeriesQuery,
): Promise<InterfaceSeriesResult> {
  checkWindow(query)
  const { tier, step } = tierForSteps(query, query.step, answering.reach)
  const window = alignedTo(query, step)
  const source = rollupSourceSql(answering.view, 'interfaces', { ...window, tier, step })
  const count = (window.to - window.from) / step
  // Observed directions sort before implied ones, so `min` prefers them.
  const rows =
    source === undefined
      ? []
      : await answering.run(`
    WITH point AS MATERIALIZED (
      SELECT exporter, interface, direction, bucket, sum(octets) AS octets,
        sum(CASE version WHEN 6 THEN octets ELSE 0 END) AS ipv6
      FROM (${source}) WHERE ${conditionOf(query)} GROUP BY ALL),
    line AS (
      SELECT exporter, interface, min(direction) AS direction FROM point
      GROUP BY exporter, interface, direction % 2 ORDER BY ALL LIMIT ${maxLines})
    SELECT exporter, interface, direction, bucket::DOUBLE, octets, ipv6
    FROM point JOIN line USING (exporter, interface, direction) ORDER BY exporter, interface, direction`)
  const lines = new Map<string, Line>()
  for (const [exporter, index, direction, bucket, octets, ipv6] of rows as readonly (readonly number[])[]) {
    const key = `${exporter} ${index} ${direction}`
    let line = lines.get(key)
    if (line === undefined) {
      const empty = (): number[] => Array.from({ length: count }, () => 0)
      line = {
        exporter: exporter!,
        interface: index!,
        direction: direction === exit || direction === impliedOut ? 'out' : 'in',
        evidence: direction === impliedIn || direction === impliedOut ? 'implied' : 'observed',
        octets: empty(),
        ipv6Octets: empty(),
      }
      lines.set(key, line)
    }
    const at = (bucket! - window.from) / step
    line.octets[at] = Math.round(octets!)
    line.ipv6Octets[at] = Math.round(ipv6!)
  }
  return { ...window, step, tier, lines: [...lines.values()] }
}

function conditionOf(query: InterfaceSeriesQuery): string {
  const terms = (['exporter', 'interface'] as const).flatMap((name) => {
    const value = query[name]
    if (value === undefined) return []
    if (!Number.isInteger(value) || value < 0) throw new RangeError(`"${name}" must be a whole number, got ${value}`)
    return [`${name} = ${value}`]
  })
  return terms.length === 0 ? 'true' : terms.join(' AND ')
}
