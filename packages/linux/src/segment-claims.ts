/**
 * Whether somebody else uses what routes and rules of segments need for themselves: a priority of rules, and tables. Of what
 * `ip -N -j` prints. Pure.
 * @module
 */
import { rowsOf } from './queue-tree.ts'
import type { SegmentMarks } from './segment-routes.ts'

export interface SegmentClaims extends SegmentMarks {
  /** Numbers of tables, both within. */
  readonly tables: { readonly first: number; readonly last: number }
}

/** Who has a rule that is in the way, in words; undefined where nobody has. @param rules `ip -N -j rule show` of one IP version */
export function ruleInTheWay(rules: string, { protocol, priority, tables }: SegmentClaims): string | undefined {
  for (const row of rowsOf(rules)) {
    const [at, table, by] = ['priority', 'table', 'protocol'].map((key) => Number(row[key]))
    if (by === protocol) continue
    const who = `a rule of protocol ${Number.isNaN(by) ? 'kernel' : by}`
    if (at === priority) return `${who} has the priority ${priority}, which lines need`
    if (table! >= tables.first && table! <= tables.last)
      return `${who} at priority ${at} looks into table ${table}; lines need ${tables.first}..${tables.last}`
  }
  return undefined
}

/** The same of routes in one table. @param routes `ip -N -j route show table …` of one IP version */
export function routeInTheWay(routes: string, table: number, { protocol }: SegmentMarks): string | undefined {
  const other = rowsOf(routes).find((row) => Number(row['protocol']) !== protocol)
  return other && `table ${table}, which lines need, has a route to ${String(other['dst'])} that is not of lines`
}
