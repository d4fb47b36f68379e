/** The database in memory and its connections: one to seal, the others for queries. @module */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { StoreError } from '../errors.ts'
import { spillFolder } from '../folder.ts'
import { createTableSql, emptyTable } from '../sql/columns.ts'

export interface Database {
  readonly sealing: DuckDBConnection
  readonly asking: readonly DuckDBConnection[]
  close(): void
}

export interface DatabaseOptions {
  readonly folder: string
  readonly memoryOctets: number
  readonly threads: number
}

/** Number of concurrent queries: more than one, so that a long query does not block all others. */
const askingConnections = 2

export async function openDatabase({ folder, memoryOctets, threads }: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(memoryOctets / 2 ** 20)}MiB`,
    threads: String(threads),
    temp_directory: spillFolder(folder),
    // Files in memory get new contents under the same path.
    enable_external_file_cache: 'false',
    // DuckDB must not download anything.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Scans need no order of rows, and writing Parquet takes less memory without it.
    preserve_insertion_order: 'false',
  })
  const connections: DuckDBConnection[] = []
  for (let i = 0; i < 1 + askingConnections; i++) connections.push(await instance.connect())
  const [sealing, ...asking] = connections
  await sealing!.run(createTableSql(emptyTable))
  return {
    sealing: sealing!,
    asking,
    close() {
      for (const connection of connections) connection.closeSync()
      instance.closeSync()
    },
  }
}

/** An error of the database as an error of this package. */
export function databaseErrorOf(error: unknown): StoreError {
  const message = error instanceof Error ? error.message : String(error)
  const full = /No space left|Disk quota|Out of Space|max_temp_directory_size/i.test(message)
  const code = full || (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'disk-full' : 'failed'
  return new StoreError(code, message, { cause: error })
}
