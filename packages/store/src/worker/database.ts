/** The database in memory and its connections: one to seal, and those of the questions. @module */
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

/** Questions that are answered at once: a long one does not hold up all others. */
const askingConnections = 2

export async function openDatabase({ folder, memoryOctets, threads }: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(memoryOctets / 2 ** 20)}MiB`,
    threads: String(threads),
    temp_directory: spillFolder(folder),
    // Files in memory are given other contents under the same path.
    enable_external_file_cache: 'false',
    // Nothing is fetched from anywhere.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Rows of a scan need no order; writing Parquet takes less memory without.
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

/** What the database said, as an error of this package. */
export function databaseErrorOf(error: unknown): StoreError {
  const message = error instanceof Error ? error.message : String(error)
  const full = /No space left|Disk quota|Out of Space|max_temp_directory_size/i.test(message)
  const code = full || (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'disk-full' : 'failed'
  return new StoreError(code, message, { cause: error })
}
