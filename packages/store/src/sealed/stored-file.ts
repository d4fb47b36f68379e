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

/** The content of a file is wrong, and will be the next time, too. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** How the database's errors begin where it read the file and did not understand it. */
const damage = /^(?:(?:Invalid|Invalid Input|Conversion|Serialization) Error:|IO Error: Could not read enough bytes)/

/**
 * @throws {DamagedFileError} when the file is not one of ours, or is damaged; else what the database or the file system
 * says, which may pass: no descriptor is left, no memory, or the disk does not answer
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
  if (typeof text !== 'string') throw new DamagedFileError(`${path} does not say what it holds`)
  return { ...factsIn(text, path), ...range, path, octets: statSync(path).size }
}

function factsIn(text: string, path: string): FileFacts {
  try {
    return JSON.parse(text) as FileFacts
  } catch (cause) {
    throw new DamagedFileError(`${path} does not say what it holds: ${(cause as Error).message}`, { cause })
  }
}
