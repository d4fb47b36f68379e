/** Blocks that the disk refused: a bounded queue in memory that drops the oldest when it is full. @module */
import { type EntryParts, octetsOf, rowsOf } from './entry.ts'

/** 64 MiB are at least 600,000 records: half a minute of 20,000 records per second. */
export const defaultWaitingOctets = 64 * 1024 * 1024

export class WaitingBlocks {
  readonly #entries: EntryParts[] = []
  readonly #limit: number
  #octets = 0
  #records = 0
  #dropped = 0

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

  push(entry: EntryParts): void {
    this.#entries.push(entry)
    this.#octets += octetsOf(entry)
    this.#records += rowsOf(entry)
    while (this.#octets > this.#limit && this.#entries.length > 1) this.#dropped += rowsOf(this.shift()!)
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
    return entry
  }
}
