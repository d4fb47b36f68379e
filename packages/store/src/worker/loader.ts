/** Blocks from the log into the table in memory, as fast as they come, and one table after the other. @module */
import type { DuckDBConnection } from '@duckdb/node-api'
import { HotTable } from '../hot/hot-table.ts'
import { VectorWriter } from '../hot/vector-writer.ts'
import type { LogReader } from '../log/log-reader.ts'

/**
 * Rows appended between two flushes while there is more to read: exactly a row group of the database, which it then takes
 * as it is. Measured: 2 to 3 M rows a second; flushed at a third of it, half as many.
 */
const rowsPerFlush = 122_880

export class Loader {
  readonly #connection: DuckDBConnection
  readonly #reader: LogReader
  readonly #writer = new VectorWriter()
  #tables = 0
  hot!: HotTable
  /** Newest block that can be asked for. */
  loadedTo: number

  constructor(connection: DuckDBConnection, reader: LogReader, after: number) {
    this.#connection = connection
    this.#reader = reader
    this.loadedTo = after
  }

  /** Begins a new table; the one before takes no more blocks. */
  async begin(): Promise<void> {
    const before = this.hot as HotTable | undefined
    before?.close()
    this.hot = await HotTable.create(this.#connection, `hot_${++this.#tables}`, this.#writer)
  }

  /** Loads what there is, at most a row group. Whether there may be more. */
  load(): 'more' | 'all' {
    for (;;) {
      const block = this.#reader.read()
      if (block !== undefined) this.hot.append(block)
      const isFull = this.hot.unflushed >= rowsPerFlush
      if (block !== undefined && !isFull) continue
      if (this.hot.unflushed > 0) {
        this.hot.flush()
        this.loadedTo = this.hot.to
      }
      return block === undefined ? 'all' : 'more'
    }
  }
}
