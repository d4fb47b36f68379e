/** Blocks that the disk refused: a bounded queue in memory that drops the oldest when it is full. @module */
import { type EntryParts, octetsOf, rowsOf, timeOf } from './entry.ts'

/** 64 MiB are at least 600,000 records: half a minute of 20,000 records per second. */
export const defaultWaitingOctets = 64 * 1024 * 1024

export class WaitingBlocks {
  readonly #entries: EntryParts[] = []
  readonly #limit: number
  #octets = 0
  #records = 0
  #dropped = 0
  /** When the first that was dropped since the queue was last empty had been appended. */
  #gapSince: number | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#entries.length
  }

  get records(): number {
    return this.#records
  }

  /** Records dropped since the queue was created. */
  get dropped(): number {
    return this.#dropped
  }

  /** When the oldest that waits, or was dropped meanwhile, was appended: everything before is written. */
  get since(): number | undefined {
    const [oldest] = this.#entries
    return oldest === undefined ? undefined : (this.#gapSince ?? timeOf(oldest))
  }

  push(entry: EntryParts): void {
    this.#entries.push(entry)
    this.#octets += octetsOf(entry)
    this.#records += rowsOf(entry)
    while (this.#octets > this.#limit && this.#entries.length > 1) {
      const oldest = this.shift()!
      this.#dropped += rowsOf(oldest)
      this.#gapSince ??= timeOf(oldest)
    }
  }

  /** Drops all: there is no time left to wait for the disk. */
  dropAll(): void {
    this.#dropped += this.#records
    this.#entries.length = this.#octets = this.#records = 0
  }

  peek(): EntryParts | undefined {
    return this.#entries[0]
  }

  shift(): EntryParts | undefined {
    const entry = this.#entries.shift()
    if (entry === undefined) return undefined
    this.#octets -= octetsOf(entry)
    this.#records -= rowsOf(entry)
    if (this.#entries.length === 0) this.#gapSince = undefined
    return entry
  }
}
