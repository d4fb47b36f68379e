/** A sealed Parquet file and the facts in its key-value metadata. @module */
import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { literal } from '../sql/columns.ts'
import type { BlockRange } from './file-name.ts'

export interface FileFacts {
  readonly rows: number
  /** When the first and the last of its blocks arrived, milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** Time range of its records, milliseconds since 1970. */
  readonly earliest: number
  readonly latest: number
  /** In a file of sums: its groupings, as indices in `groupings`. */
  readonly groupings?: readonly number[]
}

export interface StoredFile extends BlockRange, FileFacts {
  readonly path: string
  /** On disk. */
  readonly octets: number
}

/** Whether two files hold the same blocks. */
export const hasRangeOf = (one: BlockRange, other: BlockRange): boolean =>
  one.from === other.from && one.to === other.to

/** Facts of several files as one; `rows` is their sum. */
export const mergedFacts = (files: readonly FileFacts[]): FileFacts => ({
  rows: files.reduce((sum, { rows }) => sum + rows, 0),
  firstAt: Math.min(...files.map(({ firstAt }) => firstAt)),
  lastAt: Math.max(...files.map(({ lastAt }) => lastAt)),
  earliest: Math.min(...files.map(({ earliest }) => earliest)),
  latest: Math.max(...files.map(({ latest }) => latest)),
})

/** The content of a file is wrong: reading it again will not help. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** The start of DuckDB's errors about a file that it could read but not decode. */
const damage = /^(?:(?:Invalid|Invalid Input|Conversion|Serialization) Error:|IO Error: Could not read enough bytes)/

/**
 * @throws {DamagedFileError} when the file is damaged or not from this store; otherwise the error of the database or
 * the file system, which may be temporary: no file descriptor or memory left, or a disk that does not answer
 */
export async function readStoredFile(
  connection: DuckDBConnection,
  path: string,
  range: BlockRange,
): Promise<StoredFile> {
  const sql = `SELECT decode(value) FROM parquet_kv_metadata(${literal(path)}) WHERE decode(key) = 'vagus'`
  const result = await connection.runAndReadAll(sql).catch((cause: Error) => {
    throw damage.test(cause.message) ? new DamagedFileError(cause.message, { cause }) : cause
  })
  const text = result.getRows()[0]?.[0]
  if (typeof text !== 'string')
    throw new DamagedFileError(`${path} has no metadata of this store; it should have the key "vagus"`)
  return { ...factsIn(text, path), ...range, path, octets: statSync(path).size }
}

function factsIn(text: string, path: string): FileFacts {
  try {
    return JSON.parse(text) as FileFacts
  } catch (cause) {
    throw new DamagedFileError(`${path} has metadata that is not JSON: ${(cause as Error).message}`, { cause })
  }
}
