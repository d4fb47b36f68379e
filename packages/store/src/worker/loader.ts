/** Blocks from the log into files in memory, as fast as they come. @module */
import { HotRecords } from '../hot/hot-records.ts'
import { RowGroup } from '../hot/row-group.ts'
import type { LogBlock, LogReader } from '../log/log-reader.ts'
import type { Leases } from '../sealed/leases.ts'

export class Loader {
  readonly #reader: LogReader
  readonly #leases: Leases
  readonly #folder: string
  readonly #group = new RowGroup()
  /** Read, and refused by the file system. */
  #refused: LogBlock | undefined
  hot: HotRecords
  /** Newest block that can be asked for. */
  loadedTo: number

  /** `folder` is where files go that memory has no room for; `after` is the newest block that is not to be loaded. */
  constructor(reader: LogReader, leases: Leases, folder: string, after: number) {
    this.#reader = reader
    this.#leases = leases
    this.#folder = folder
    this.loadedTo = after
    this.hot = this.#begin()
  }

  /** Begins anew; returns the records so far, which take no more blocks. @throws an error of the file system */
  rotate(): HotRecords {
    this.flush()
    const before = this.hot
    this.hot = this.#begin()
    return before
  }

  /** Loads what there is, at most a row group. Whether there may be more. @throws an error of the file system */
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

  /** Makes what was loaded visible to queries. @throws an error of the file system */
  flush(): void {
    this.hot.flush()
    this.loadedTo = Math.max(this.loadedTo, this.hot.to)
  }

  #begin(): HotRecords {
    return new HotRecords(this.#leases, this.#folder, this.#group)
  }
}
