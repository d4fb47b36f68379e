/** Records in memory that are not sealed yet: one table of the database, filled from consecutive blocks of the log. @module */
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { LogBlock } from '../log/log-reader.ts'
import { createTableSql } from '../sql/columns.ts'
import { rowsPerChunk, timesOf, type VectorWriter } from './vector-writer.ts'

export class HotTable {
  readonly name: string
  readonly #appender: DuckDBAppender
  readonly #writer: VectorWriter
  #unflushed = 0
  /** Rows that can be asked for. */
  rows = 0
  /** First block appended and last block that can be asked for; 0 while empty. */
  from = 0
  to = 0
  #appendedTo = 0
  /** When the first block was appended, by our clock. */
  filledAt = 0
  /** When the first and the last block arrived. */
  firstAt = Infinity
  lastAt = -Infinity
  /** The time that the records reach over. */
  earliest = Infinity
  latest = -Infinity

  private constructor(name: string, appender: DuckDBAppender, writer: VectorWriter) {
    this.name = name
    this.#appender = appender
    this.#writer = writer
  }

  static async create(connection: DuckDBConnection, name: string, writer: VectorWriter): Promise<HotTable> {
    await connection.run(createTableSql(name))
    return new HotTable(name, await connection.createAppender(name), writer)
  }

  /** Rows appended, whether they can be asked for or not. */
  get appendedRows(): number {
    return this.rows + this.#unflushed
  }

  get unflushed(): number {
    return this.#unflushed
  }

  append(block: LogBlock): void {
    for (let first = 0; first < block.rows; first += rowsPerChunk) {
      this.#writer.fill(block.octets, block.bodyAt, block.rows, first, Math.min(rowsPerChunk, block.rows - first))
      this.#appender.appendDataChunk(this.#writer.chunk)
    }
    const [earliest, latest] = timesOf(block.octets, block.bodyAt, block.rows)
    this.earliest = Math.min(this.earliest, earliest)
    this.latest = Math.max(this.latest, latest)
    this.firstAt = Math.min(this.firstAt, block.at)
    this.lastAt = Math.max(this.lastAt, block.at)
    if (this.from === 0) {
      this.from = block.block
      this.filledAt = Date.now()
    }
    this.#appendedTo = block.block
    this.#unflushed += block.rows
  }

  /** Makes what was appended visible to queries. */
  flush(): void {
    this.#appender.flushSync()
    this.rows += this.#unflushed
    this.#unflushed = 0
    this.to = this.#appendedTo
  }

  /** No more blocks come. */
  close(): void {
    this.flush()
    this.#appender.closeSync()
  }
}
