/**
 * The columns of single records in the database. As in `flowColumns`, but an address is two 64-bit halves: DuckDB
 * writes its 128-bit integers to Parquet as doubles, which lose octets. Times stay integers, milliseconds since 1970:
 * an exporter may send a number that is not a date, and a conversion would fail the whole query.
 * @module
 */
import { type DuckDBType, UBIGINT, UINTEGER, USMALLINT, UTINYINT } from '@duckdb/node-api'
import { type ColumnName, columnTypes, flowColumns } from '@vagus/flow'

export interface DatabaseColumn {
  readonly name: string
  readonly type: DuckDBType
  readonly octets: number
  /** The flow column, and which 64-bit half of an address. */
  readonly of: ColumnName
  readonly half: 'low' | 'high' | undefined
}

const types: Readonly<Record<number, DuckDBType>> = { 1: UTINYINT, 2: USMALLINT, 4: UINTEGER, 8: UBIGINT }

/** Names of the halves of an address column, most significant first. */
export const halvesOf = { srcAddr: ['srcHigh', 'srcLow'], dstAddr: ['dstHigh', 'dstLow'] } as const

export const databaseColumns: readonly DatabaseColumn[] = flowColumns.flatMap(({ name, type }): DatabaseColumn[] => {
  const { octets } = columnTypes[type]
  if (name !== 'srcAddr' && name !== 'dstAddr') {
    return [{ name, type: types[octets]!, octets, of: name, half: undefined }]
  }
  return (['high', 'low'] as const).map((half, index) => ({
    name: halvesOf[name][index]!,
    type: UBIGINT,
    octets: 8,
    of: name,
    half,
  }))
})

/** Names are always quoted, as `end` is an SQL keyword. */
export const quoted = (name: string): string => `"${name}"`

/** A text as an SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const createTableSql = (table: string): string =>
  `CREATE TABLE ${table} (${databaseColumns.map(({ name, type }) => `${quoted(name)} ${type.toString()}`).join(', ')})`

/** A table without rows, which gives a query its columns when there are no records. */
export const emptyTable = 'no_records'
