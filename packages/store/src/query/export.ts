/**
 * Exports single records to a file for other programs: addresses and names as text, times as timestamps.
 * @module
 */
import { databaseColumns, emptyTable, halvesOf, literal, quoted } from '../sql/columns.ts'
import { recordSources, type View } from '../sql/view.ts'
import type { Answering } from './answering.ts'
import { type ExportQuery, type ExportResult, type NamedColumn, namedColumns } from './queries.ts'
import { checkWindow, keptPart } from './window.ts'

/** @throws {RangeError} on a query that has no answer */
export async function answerExport({ view, run, write, reach }: Answering, query: ExportQuery): Promise<ExportResult> {
  checkWindow(query)
  const octets = await write(exportSql(view, query), query.path)
  const [row] = await run(`SELECT count(*)::DOUBLE FROM read_parquet(${literal(query.path)})`)
  const { keptSince } = keptPart(query, query, reach.raw)
  return { records: row![0] as number, octets, keptSince }
}

/** Selects the records that ended in the window. */
function exportSql(view: View, { from, to, names }: ExportQuery): string {
  const columns = databaseColumns.flatMap(({ of: column, name, half }) => {
    if (half === 'low') return []
    if (half === 'high') return [`${addressSql(halvesOf[column as keyof typeof halvesOf])} AS ${column}`]
    if (isNamed(name)) return [`${nameSql(name, names[name])} AS ${name}`]
    return [name === 'start' || name === 'end' ? `${timeSql(quoted(name))} AS ${quoted(name)}` : quoted(name)]
  })
  const sources = [emptyTable, ...recordSources(view, from, to).map((source) => source.from)]
  return sources
    .map((source) => `SELECT ${columns.join(', ')} FROM ${source} WHERE "end" >= ${from} AND "end" < ${to}`)
    .join(' UNION ALL ')
}

const isNamed = (column: string): column is NamedColumn => (namedColumns as readonly string[]).includes(column)

/** Beyond the ends of a list DuckDB has null: numbers without a name, and 0, which is unknown. */
function nameSql(column: NamedColumn, names: readonly (string | undefined)[]): string {
  const list = names.map((name) => (name === undefined ? 'NULL' : literal(name)))
  return `([${list.join(', ')}]::VARCHAR[])[${column}]`
}

/** The last millisecond of year 9999; later times come from a wrong clock and become null. */
const lastTime = 253_402_300_799_999

const timeSql = (column: string): string =>
  `CASE WHEN ${column} <= ${lastTime} THEN make_timestamp_ms(${column}::BIGINT) END`

/** IPv4 as a.b.c.d; IPv6 in full, eight groups of four digits (RFC 4291 §2.2, form 1). */
function addressSql([high, low]: readonly [string, string]): string {
  const octet = (shift: number): string => `((${low} >> ${shift}) & 255)`
  const group = (half: string, shift: number): string => `format('{:04x}', (${half} >> ${shift}) & 65535)`
  const groups = [high, low].flatMap((half) => [48, 32, 16, 0].map((shift) => group(half, shift)))
  return `CASE WHEN ${high} = 0 AND ${low} >> 32 = 65535
    THEN concat_ws('.', ${[24, 16, 8, 0].map(octet).join(', ')})
    ELSE concat_ws(':', ${groups.join(', ')}) END`
}
