/** A sealed Parquet file and what it says of itself, kept in the file's own key-value metadata. @module */
import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { literal } from '../sql/columns.ts'
import type { BlockRange } from './file-name.ts'

export interface FileFacts {
  readonly rows: number
  /** When the first and the last of its blocks arrived, milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** The time that its records reach over, milliseconds since 1970. */
  readonly earliest: number
  readonly latest: number
  /** Of a file of sums: the groupings that are in it, as places in `groupings`. */
  readonly groupings?: readonly number[]
}

export interface StoredFile extends BlockRange, FileFacts {
  readonly path: string
  /** On disk. */
  readonly octets: number
}

/** Whether two files are of the same blocks. */
export const hasRangeOf = (one: BlockRange, other: BlockRange): boolean =>
  one.from === other.from && one.to === other.to

/** Facts of several files as one. `rows` are added up. */
export const mergedFacts = (files: readonly FileFacts[]): FileFacts => ({
  rows: files.reduce((sum, { rows }) => sum + rows, 0),
  firstAt: Math.min(...files.map(({ firstAt }) => firstAt)),
  lastAt: Math.max(...files.map(({ lastAt }) => lastAt)),
  earliest: Math.min(...files.map(({ earliest }) => earliest)),
  latest: Math.max(...files.map(({ latest }) => latest)),
})

/** @throws when the file is not one of ours, or is damaged */
export async function readStoredFile(
  connection: DuckDBConnection,
  path: string,
  range: BlockRange,
): Promise<StoredFile> {
  const result = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${literal(path)}) WHERE decode(key) = 'vagus'`,
  )
  const text = result.getRows()[0]?.[0]
  if (typeof text !== 'string') throw new Error(`${path} does not say what it holds`)
  return { ...(JSON.parse(text) as FileFacts), ...range, path, octets: statSync(path).size }
}
