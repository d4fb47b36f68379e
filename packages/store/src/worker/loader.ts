/** Loads blocks from the log into files in memory, as fast as they arrive. @module */
import { HotRecords } from '../hot/hot-records.ts'
import { RowGroup } from '../hot/row-group.ts'
import type { LogBlock, LogReader } from '../log/log-reader.ts'
import type { Leases } from '../sealed/leases.ts'

export class Loader {
  readonly #reader: LogReader
  readonly #leases: Leases
  readonly #folder: string
  readonly #group = new RowGroup()
  /** A block that was read but could not be stored, for lack of space. */
  #refused: LogBlock | undefined
  hot: HotRecords
  /** Newest block that can be queried. */
  loadedTo: number

  /** `folder` takes files that do not fit into memory; loading starts after the block `after`. */
  constructor(reader: LogReader, leases: Leases, folder: string, after: number) {
    this.#reader = reader
    this.#leases = leases
    this.#folder = folder
    this.loadedTo = after
    this.hot = this.#begin()
  }

  /** Starts new records; returns the previous ones, which take no more blocks. @throws an error of the file system */
  rotate(): HotRecords {
    this.flush()
    const before = this.hot
    this.hot = this.#begin()
    return before
  }

  /** Loads at most a row group; returns whether there may be more. @throws an error of the file system */
  load(): 'more' | 'all' {
    for (;;) {
      const block = this.#refused ?? this.#reader.read()
      if (block === undefined) {
        if (this.hot.dueIn === 0) this.flush()
        return 'all'
      }
      this.#refused = block
      this.hot.append(block)
      this.#refused = undefined
      if (this.hot.to > this.loadedTo) {
        this.loadedTo = this.hot.to
        return 'more'
      }
    }
  }

  /** Makes the loaded rows visible to queries. @throws an error of the file system */
  flush(): void {
    this.hot.flush()
    this.loadedTo = Math.max(this.loadedTo, this.hot.to)
  }

  #begin(): HotRecords {
    return new HotRecords(this.#leases, this.#folder, this.#group)
  }
}
