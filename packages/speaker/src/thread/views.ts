/** Pages of a table and differences of two, a slice at a time so that a full table does not stop the thread. @module */
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { containsPrefix, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import type { RouteDifference, RoutePage, RouteQuery, TableDiff, TableRoute } from '../api.ts'
import { maxPage, slotsPerTurn } from '../limits.ts'
import type { Table } from './tables.ts'

const defaultPage = 100

/** @throws {RangeError | AddressError} when the question is none */
export async function pageOf(
  table: Table,
  { prefix, match = 'exact', limit, after = 0 }: PageQuery,
): Promise<RoutePage> {
  const most = checkedLimit(limit)
  const wanted = prefix === undefined ? undefined : parsePrefix(prefix)
  const total = table.size
  if (wanted !== undefined && match === 'exact') {
    const position = table.find(wanted)
    return { routes: position < 0 ? [] : [table.routeAt(position)], total }
  }
  const isMeant = wanted === undefined ? () => true : match === 'inside' ? isInside(wanted) : isCovering(wanted)
  const routes: TableRoute[] = []
  for (let position = after; position < table.end; position++) {
    if ((position - after) % slotsPerTurn === slotsPerTurn - 1) await setImmediate()
    const here = table.prefixAt(position)
    if (here === undefined || !isMeant(here)) continue
    if (routes.length === most) return { routes, total, next: position }
    routes.push(table.routeAt(position))
  }
  return { routes, total }
}

type PageQuery = Pick<RouteQuery, 'prefix' | 'match' | 'limit' | 'after'>

const isInside =
  (wanted: Prefix) =>
  (one: Prefix): boolean =>
    containsPrefix(wanted, one)
const isCovering =
  (wanted: Prefix) =>
  (one: Prefix): boolean =>
    containsPrefix(one, wanted)

/** Differences that are looked through for the total, at most. */
const maxCompared = slotsPerTurn * 100

/** @throws {RangeError} when the limit is none */
export async function differencesOf(before: Table, after: Table, limit: number | undefined): Promise<TableDiff> {
  const most = checkedLimit(limit)
  const differences: RouteDifference[] = []
  let total = 0
  const note = (one: RouteDifference): void => {
    total++
    if (differences.length < most) differences.push(one)
  }
  for (const [from, to, side] of [
    [before, after, 'before'],
    [after, before, 'after'],
  ] as const) {
    for (let position = 0; position < Math.min(from.end, maxCompared); position++) {
      if (position % slotsPerTurn === slotsPerTurn - 1) await setImmediate()
      const prefix = from.prefixAt(position)
      if (prefix === undefined) continue
      const there = to.find(prefix)
      const text = formatPrefix(prefix)
      if (there < 0) note({ prefix: text, [side]: attributesAt(from, position) })
      else if (side === 'before') compare(text, [from, position], [to, there], note)
    }
  }
  return { differences, total }
}

type Place = readonly [table: Table, position: number]

function compare(prefix: string, before: Place, after: Place, note: (one: RouteDifference) => void): void {
  const set = before[0].setAt(before[1])
  if (set >= 0 && set === after[0].setAt(after[1])) return
  const [one, other] = [attributesAt(...before), attributesAt(...after)]
  if (!isDeepStrictEqual(one, other)) note({ prefix, ...(one && { before: one }), ...(other && { after: other }) })
}

/** Of the first path. */
const attributesAt = (table: Table, position: number) => table.routeAt(position).paths[0]?.attributes

function checkedLimit(limit: number = defaultPage): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPage) return limit
  throw new RangeError(`"limit" must be 1..${maxPage}, got ${limit}`)
}
