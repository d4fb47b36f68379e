/**
 * Traffic by who held its addresses and ports at the time, exact: single records joined with intervals of who held what.
 * @module
 */
import { parseAddress } from '@vagus/address'
import { emptyTable, quoted } from '../sql/columns.ts'
import { endedSql, hasDuration, octetsSql, packetsSql, touchesSql, weightSql } from '../sql/record-volume.ts'
import { recordSources, type View } from '../sql/view.ts'
import type { Answering } from './answering.ts'
import { type AttributionQuery, type AttributionResult, type Holding, maxHoldings, severalHolders } from './queries.ts'
import { checkWindow, keptPart, type Window } from './window.ts'

/** Pairs of holders with traffic; of more the largest, and the others together. */
const maxPairs = 10_000

/** @throws {RangeError} on a query that has no answer */
export async function answerAttribution(
  { view, run, reach }: Answering,
  query: AttributionQuery,
): Promise<AttributionResult> {
  checkWindow(query)
  query.holdings.forEach(checkHolding)
  if (query.holdings.length > maxHoldings)
    throw new RangeError(`"holdings" must be at most ${maxHoldings}, got ${query.holdings.length}`)
  const kept = keptPart(query, query, reach.raw)
  const none = { octets: 0, packets: 0, flows: 0 }
  const [first] = await run(totalSql(view, kept))
  const total = first === undefined ? none : volumeOf(first, 0)
  if (query.holdings.length === 0) return { ...kept, total, pairs: [], rest: none }
  const rows = await run(pairsSql(view, kept, query.holdings))
  const pairs = rows
    .slice(0, maxPairs)
    .map((row) => ({ src: numberOf(row[0]), dst: numberOf(row[1]), ...volumeOf(row, 2) }))
  const rest = rows.slice(maxPairs).reduce((sum, row) => added(sum, volumeOf(row, 2)), none)
  return { ...kept, total, pairs, rest }
}

function checkHolding({ holder, port, protocol, from, to, strength }: Holding): void {
  const isRight = (value: number | undefined, most: number): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)
  const numbers = [isRight(holder, 0xffff_ffff), isRight(port, 0xffff), isRight(protocol, 255), isRight(strength, 255)]
  if (holder > 0 && numbers.every(Boolean) && Number.isInteger(from) && Number.isInteger(to)) return
  throw new RangeError(
    'a holding must have a holder from 1 on, a port 0..65535, a protocol 0..255 and whole milliseconds',
  )
}

const numberOf = (value: unknown): number | undefined => (value === null ? undefined : Number(value))

const volumeOf = (row: readonly unknown[], at: number) => ({
  octets: Math.round(Number(row[at] ?? 0)),
  packets: Math.round(Number(row[at + 1] ?? 0)),
  flows: Number(row[at + 2] ?? 0),
})

type Sum = ReturnType<typeof volumeOf>
const added = (a: Sum, b: Sum): Sum => ({
  octets: a.octets + b.octets,
  packets: a.packets + b.packets,
  flows: a.flows + b.flows,
})

/** Counted records of the window, with `volume`, `count` and `flow` of their part within. */
function recordsSql(view: View, { from, to }: Window): string {
  const started = `CASE WHEN ${hasDuration} THEN start ELSE "end" END AS began`
  const columns = `srcHigh, srcLow, dstHigh, dstLow, srcPort, dstPort, protocol, ${quoted('end')} AS ended, ${started}`
  const parts = recordSources(view, from, to).map(({ from: source, reach }) => {
    const weight = reach === 'inside' ? '' : ` * ${weightSql(from, to)}`
    const where = reach === 'inside' ? 'counted = 1' : `counted = 1 AND ${touchesSql(from, to)}`
    const flow = reach === 'inside' ? '1::UTINYINT' : endedSql(to)
    return `SELECT ${columns}, ${octetsSql}${weight} AS volume, ${packetsSql}${weight} AS count, ${flow} AS flow
      FROM ${source} WHERE ${where}`
  })
  const none = `SELECT ${columns}, 0::DOUBLE AS volume, 0::DOUBLE AS count, 0::UTINYINT AS flow FROM ${emptyTable}`
  return [none, ...parts].join(' UNION ALL ')
}

const sums = 'sum(volume), sum(count), sum(flow)::DOUBLE'

const totalSql = (view: View, window: Window): string => `SELECT ${sums} FROM (${recordsSql(view, window)})`

/**
 * Of the holdings that fit an end of a record, the strongest count; if these are of several holders, the end is theirs
 * together. Records of nobody are left out before anything is joined.
 */
function pairsSql(view: View, window: Window, holdings: readonly Holding[]): string {
  const fits = `(held.protocol IS NULL OR held.protocol = touched.protocol) AND held.since <= ended AND held.until > began`
  // Apart, so that each is a join by equality: a host may have a thousand ports.
  const held = (side: 'src' | 'dst', of: string): string => `
    SELECT id, holder, strength FROM touched JOIN held ON high = ${side}High AND low = ${side}Low AND ${of} AND ${fits}`
  const end = (side: 'src' | 'dst'): string => `
    SELECT id, CASE WHEN min(holder) = max(holder) THEN min(holder) ELSE ${severalHolders} END AS holder FROM (
      SELECT id, holder FROM (${held(side, `held.port = ${side}Port`)} UNION ALL ${held(side, 'held.port IS NULL')})
      QUALIFY strength = max(strength) OVER (PARTITION BY id))
    GROUP BY id`
  return `
    WITH held(holder, high, low, port, protocol, since, until, strength) AS MATERIALIZED (
      SELECT * FROM (VALUES ${holdings.map(rowSql).join(', ')})),
    place AS MATERIALIZED (SELECT DISTINCT high, low FROM held),
    touched AS MATERIALIZED (
      SELECT row_number() OVER () AS id, * FROM (${recordsSql(view, window)}) AS record
      WHERE EXISTS (SELECT 1 FROM place WHERE high = srcHigh AND low = srcLow)
        OR EXISTS (SELECT 1 FROM place WHERE high = dstHigh AND low = dstLow)),
    source AS (${end('src')}),
    sink AS (${end('dst')})
    SELECT source.holder, sink.holder, ${sums}
    FROM touched LEFT JOIN source USING (id) LEFT JOIN sink USING (id)
    WHERE source.holder IS NOT NULL OR sink.holder IS NOT NULL
    GROUP BY source.holder, sink.holder ORDER BY sum(volume) DESC, source.holder, sink.holder`
}

function rowSql({ holder, address, port, protocol, from, to, strength }: Holding): string {
  const view = new DataView(parseAddress(address).buffer)
  const halves = `${view.getBigUint64(0)}::UBIGINT, ${view.getBigUint64(8)}::UBIGINT`
  const exact = (value: number | undefined): string => (value === undefined ? 'NULL::INTEGER' : `${value}::INTEGER`)
  const times = `${Math.max(from, 0)}::UBIGINT, ${Math.max(to, 0)}::UBIGINT`
  return `(${holder}::UINTEGER, ${halves}, ${exact(port)}, ${exact(protocol)}, ${times}, ${strength}::UTINYINT)`
}
