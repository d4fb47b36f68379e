/**
 * Seals records in memory: rollups first, single records last, as the name of their file marks the seal as complete.
 * Rows are sorted by the lower half of the source address, which holds all of an IPv4 address: measured 17 octets per
 * row against 19.7 unsorted and 16.8 sorted by both addresses, at 1.5 and 2.5 times the time of the unsorted copy.
 * @module
 */
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { parquetSource } from '../sql/view.ts'
import type { BlockRange } from './file-name.ts'
import { isOneOf, mergedSumsSql, sumsOfRecordsSql } from '../sql/sums-sql.ts'
import { mergedRollupSql, rollupOfRecordsSql } from '../sql/rollup-sql.ts'
import type { FileFacts, StoredFile } from './stored-file.ts'
import { groupings, isWorthKeeping } from './groupings.ts'
import { type FileKind, fileKinds, rawKind, sumsKind } from './tiers.ts'
import { writeStoredFile } from './write-parquet.ts'

export interface Sealable extends FileFacts {
  readonly files: readonly { readonly path: string }[]
  readonly from: number
  readonly to: number
}

/** Returns the new files. None of them is used when it fails, so it can be retried. */
export async function seal(
  connection: DuckDBConnection,
  root: string,
  hot: Sealable,
): Promise<ReadonlyMap<FileKind, StoredFile>> {
  const files = new Map<FileKind, StoredFile>()
  const records = parquetSource(hot.files)
  for (const rows of ['traffic', 'interfaces'] as const) {
    let finer = ''
    for (const kind of fileKinds.filter((each) => each.rows === rows)) {
      const table = `seal_${rows}_${kind.bucket}`
      const sql =
        finer === '' ? rollupOfRecordsSql(rows, records, kind.bucket) : mergedRollupSql(rows, finer, kind.bucket)
      await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql} ORDER BY ALL`)
      files.set(kind, await writeTable(connection, table, root, kind, hot))
      if (finer !== '') await connection.run(`DROP TABLE ${finer}`)
      finer = table
    }
    await connection.run(`DROP TABLE ${finer}`)
  }
  files.set(sumsKind, await writeSums(connection, sumsOfRecordsSql(records), root, hot))
  const sql = `FROM ${records} ORDER BY srcLow`
  files.set(rawKind, await writeStoredFile(connection, sql, join(root, rawKind.folder), hot, hot))
  return files
}

async function writeTable(
  connection: DuckDBConnection,
  table: string,
  root: string,
  kind: FileKind,
  hot: BlockRange & FileFacts,
): Promise<StoredFile> {
  const rows = Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0]![0])
  return writeStoredFile(connection, `FROM ${table}`, join(root, kind.folder), hot, { ...factsOf(hot), rows })
}

/** Writes those groupings of `sql` that are worth keeping. */
async function writeSums(
  connection: DuckDBConnection,
  sql: string,
  root: string,
  of: BlockRange & FileFacts,
): Promise<StoredFile> {
  const table = 'seal_sums'
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql}`)
  const counts = await connection.runAndReadAll(`SELECT grouping, count(*)::DOUBLE FROM ${table} GROUP BY ALL`)
  const kept = (counts.getRows() as [number, number][]).filter(([, groups]) => isWorthKeeping(groups, of.rows))
  const facts: FileFacts = {
    ...factsOf(of),
    rows: kept.reduce((sum, [, groups]) => sum + groups, 0),
    groupings: kept.map(([grouping]) => grouping).sort((a, b) => a - b),
  }
  const rows = `FROM ${table} WHERE ${isOneOf(facts.groupings ?? [])} ORDER BY grouping, octets DESC`
  const file = await writeStoredFile(connection, rows, join(root, sumsKind.folder), of, facts)
  await connection.run(`DROP TABLE ${table}`)
  return file
}

/** Merges the sums of adjacent files; `facts` are those of their records. */
function mergeSums(
  connection: DuckDBConnection,
  root: string,
  files: readonly StoredFile[],
  facts: FileFacts,
): Promise<StoredFile> {
  const range = { from: files[0]!.from, to: files.at(-1)!.to }
  const common = groupings.flatMap((_, index) =>
    files.every((file) => file.groupings?.includes(index)) ? [index] : [],
  )
  return writeSums(connection, mergedSumsSql(parquetSource(files), common), root, { ...facts, ...range })
}

const factsOf = ({ rows, firstAt, lastAt, earliest, latest }: FileFacts): FileFacts => ({
  rows,
  firstAt,
  lastAt,
  earliest,
  latest,
})

/** Merges adjacent files into one. Single records keep their order; rollups are summed. */
export async function merge(
  connection: DuckDBConnection,
  root: string,
  kind: FileKind,
  files: readonly StoredFile[],
  facts: FileFacts,
): Promise<StoredFile> {
  const source = parquetSource(files)
  const range = { from: files[0]!.from, to: files.at(-1)!.to }
  const folder = join(root, kind.folder)
  if (kind.rows === 'sums') return mergeSums(connection, root, files, facts)
  if (kind.rows === 'records') return writeStoredFile(connection, `FROM ${source}`, folder, range, facts)
  const table = 'merged_rollup'
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS ${mergedRollupSql(kind.rows, source, kind.bucket)} ORDER BY ALL`,
  )
  const file = await writeTable(connection, table, root, kind, { ...facts, ...range })
  await connection.run(`DROP TABLE ${table}`)
  return file
}
