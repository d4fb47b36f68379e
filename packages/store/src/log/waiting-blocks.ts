/** Blocks that the disk does not take: a bounded queue in memory; the oldest goes when it is full. @module */
import { type EntryParts, octetsOf, rowsOf } from './entry.ts'

/** 64 MiB are 600,000 records or more: half a minute of 20,000 records a second. */
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

  /** Records given up since the queue was made. */
  get dropped(): number {
    return this.#dropped
  }

  push(entry: EntryParts): void {
    this.#entries.push(entry)
    this.#octets += octetsOf(entry)
    this.#records += rowsOf(entry)
    while (this.#octets > this.#limit && this.#entries.length > 1) this.#dropped += rowsOf(this.shift()!)
  }

  /** Gives up all: there is no more time for the disk. */
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
