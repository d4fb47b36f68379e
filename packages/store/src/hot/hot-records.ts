/**
 * Unsealed records from consecutive blocks of the log: files in memory with a row group each. Blocks are not split. The
 * file of the row group that still has room is rewritten as it grows.
 * @module
 */
import type { LogBlock } from '../log/log-reader.ts'
import type { Leases } from '../sealed/leases.ts'
import { type MemoryFile, writeMemoryFile } from './memory-file.ts'
import { plainParquet } from './plain-parquet.ts'
import { type RowGroup, rowsPerGroup, timesOf } from './row-group.ts'

/** A file that can be queried. */
export interface HotFile {
  readonly path: string
  /** Time range of its records, milliseconds since 1970. */
  readonly earliest: number
  readonly latest: number
}

type OpenFile = HotFile & MemoryFile

/** Maximum share of the time that goes into rewriting a file. */
const rewriteShare = 1 / 20

export class HotRecords {
  readonly #leases: Leases
  readonly #folder: string
  readonly #group: RowGroup
  #groupSpan = { earliest: Infinity, latest: -Infinity }
  #full: readonly OpenFile[] = []
  #fullRows = 0
  /** File of the row group that has room, with the rows at its last write. */
  #last: OpenFile | undefined
  #flushAt = 0
  #appendedTo = 0
  /** Rows that can be queried. */
  rows = 0
  /** First block appended and last block that can be queried; 0 while empty. */
  from = 0
  to = 0
  /** When the first block was appended, by `performance.now()`: wall-clock time may be set. */
  filledAt = 0
  /** When the first and the last block arrived. */
  firstAt = Infinity
  lastAt = -Infinity
  /** Time range of the records. */
  earliest = Infinity
  latest = -Infinity

  /**
   * `folder` takes files that do not fit into memory; `group` must not be used elsewhere until the last `flush`.
   */
  constructor(leases: Leases, folder: string, group: RowGroup) {
    this.#leases = leases
    this.#folder = folder
    this.#group = group
    group.rows = 0
  }

  /** Files that can be queried; take a lease before. */
  get files(): readonly HotFile[] {
    return this.#last === undefined ? this.#full : [...this.#full, this.#last]
  }

  /** Rows appended, whether they can be queried or not. */
  get appendedRows(): number {
    return this.#fullRows + this.#group.rows
  }

  /**
   * Appends a block; when it throws, the block is not appended and can be retried. @throws an error of the file system
   */
  append(block: LogBlock): void {
    if (this.#group.rows + block.rows > rowsPerGroup) this.#closeGroup()
    this.#group.append(block)
    const [earliest, latest] = timesOf(block)
    this.#groupSpan.earliest = Math.min(this.#groupSpan.earliest, earliest)
    this.#groupSpan.latest = Math.max(this.#groupSpan.latest, latest)
    this.earliest = Math.min(this.earliest, earliest)
    this.latest = Math.max(this.latest, latest)
    this.firstAt = Math.min(this.firstAt, block.at)
    this.lastAt = Math.max(this.lastAt, block.at)
    if (this.from === 0) {
      this.from = block.block
      this.filledAt = performance.now()
    }
    this.#appendedTo = block.block
  }

  /** Milliseconds until rows that cannot be queried yet should be flushed; `undefined` when there are none. */
  get dueIn(): number | undefined {
    return this.to === this.#appendedTo ? undefined : Math.max(0, this.#flushAt - performance.now())
  }

  /** Makes the appended rows visible to queries. @throws an error of the file system */
  flush(): void {
    if (this.to === this.#appendedTo) return
    const started = performance.now()
    this.#show(this.#full, this.#write())
    const ended = performance.now()
    this.#flushAt = ended + (ended - started) / rewriteShare
  }

  /** Frees the memory when no query reads it any longer. */
  drop(): void {
    const files = this.#full
    this.#leases.retire(() => {
      for (const file of files) file.close()
    })
    this.#show([], undefined)
  }

  /** Later rows start a new row group. */
  #closeGroup(): void {
    const file = this.to === this.#appendedTo ? this.#last! : this.#write()
    if (file === this.#last) this.#last = undefined
    this.#fullRows += this.#group.rows
    this.#group.rows = 0
    this.#groupSpan = { earliest: Infinity, latest: -Infinity }
    this.#show([...this.#full, file], undefined)
  }

  #write(): OpenFile {
    const file = writeMemoryFile(plainParquet(this.#group.values(), this.#group.rows), this.#folder)
    return { ...file, ...this.#groupSpan }
  }

  #show(full: readonly OpenFile[], last: OpenFile | undefined): void {
    const old = this.#last
    this.#full = full
    this.#last = last
    this.rows = this.appendedRows
    this.to = this.#appendedTo
    if (old !== undefined) this.#leases.retire(() => old.close())
  }
}
