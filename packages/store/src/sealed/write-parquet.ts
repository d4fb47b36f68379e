/**
 * Writes Parquet files atomically: under another name first, then fsync, rename, fsync of the folder. zstd level 3 with
 * the encodings of Parquet version 2 (deltas instead of plain integers): measured 17.4 octets per row against 19 with
 * version 1, and no slower.
 * @module
 */
import { renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { syncPath } from '../folder.ts'
import { literal } from '../sql/columns.ts'
import { type BlockRange, fileNameOf } from './file-name.ts'
import type { FileFacts, StoredFile } from './stored-file.ts'

export const unfinished = '.unfinished'
const options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION 'V2'"

/** Writes the rows of `sql` to `path` durably; returns its octets. @throws an error of the database or file system */
export async function writeParquet(
  connection: DuckDBConnection,
  sql: string,
  path: string,
  more = '',
): Promise<number> {
  const draft = path + unfinished
  try {
    await connection.run(`COPY (${sql}) TO ${literal(draft)} (${options}${more})`)
    syncPath(draft)
    renameSync(draft, path)
    syncPath(dirname(path))
    return statSync(path).size
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** Writes the rows of `sql` as a file of the store; `facts.rows` must be their number. */
export async function writeStoredFile(
  connection: DuckDBConnection,
  sql: string,
  folder: string,
  range: BlockRange,
  facts: FileFacts,
): Promise<StoredFile> {
  const path = join(folder, fileNameOf(range))
  const { rows, firstAt, lastAt, earliest, latest, groupings } = facts
  const written: FileFacts = { rows, firstAt, lastAt, earliest, latest, ...(groupings && { groupings }) }
  const text = literal(JSON.stringify(written))
  const octets = await writeParquet(connection, sql, path, `, KV_METADATA {vagus: ${text}}`)
  return { ...written, from: range.from, to: range.to, path, octets }
}
