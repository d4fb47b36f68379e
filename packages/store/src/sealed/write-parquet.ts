/**
 * Writes a Parquet file so that it is there whole or not at all: under another name first, fsync, rename, fsync of the
 * folder. zstd level 3 with the encodings of Parquet version 2 (differences instead of plain integers): measured 17.4
 * octets a row where version 1 took 19, and no slower.
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

/** Writes `sql` to `path` and makes it last. @throws what the database or the file system says */
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

/** The same as a file of the store; `rows` in `facts` are those that it has. */
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
