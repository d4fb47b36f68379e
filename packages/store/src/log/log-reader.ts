/**
 * Reads the log behind its writer, block by block, each once and in order. Reports and skips damage, and waits for an
 * unfinished entry.
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../folder.ts'
import { type Summing, summingIn } from './checksum.ts'
import { type Entry, findEntry, maxEntryOctets, maxRows, readEntry } from './entry.ts'
import { Packing } from './packing.ts'
import { firstBlockOf } from './segment-name.ts'

/** Octets per read: some sixty full blocks, a row group of the database. */
const chunkOctets = 4 * maxEntryOctets
/** A vector that starts within the chunk and its bits may end after the chunk. */
const slackOctets = 18
const pageOctets = 65_536

export interface Damage {
  readonly file: string
  readonly octets: number
  readonly problem: string
}

/** The columns of a block, as in memory. */
export interface LogBlock extends Pick<Entry, 'block' | 'at' | 'rows' | 'bodyAt'> {
  /** Holds the columns from `bodyAt` on; valid until the next `read`. */
  readonly octets: Uint8Array<ArrayBuffer>
}

export class LogReader {
  readonly #folder: string
  readonly #onDamage: (damage: Damage) => void
  readonly #memory: Uint8Array<ArrayBuffer>
  readonly #summing: Summing
  readonly #packing: Packing
  /** Newest block that was returned or need not be. */
  #block: number
  #name: string | undefined
  #fd = -1
  /** Offset in the file of the start of the memory, and how much of the memory is filled and used. */
  #fileAt = 0
  #filled = 0
  #used = 0

  constructor(folder: string, after: number, onDamage: (damage: Damage) => void) {
    this.#folder = folder
    this.#block = after
    this.#onDamage = onDamage
    const memory = new WebAssembly.Memory({ initial: Math.ceil((chunkOctets + slackOctets) / pageOctets) })
    this.#memory = new Uint8Array(memory.buffer as ArrayBuffer, 0, chunkOctets) // sound: it is not shared
    this.#summing = summingIn(memory)
    this.#packing = new Packing(memory, maxRows)
  }

  /** The next block; `undefined` when there is none yet. @throws an error of the file system */
  read(): LogBlock | undefined {
    if (this.#fd < 0 && !this.#openNext()) return undefined
    for (;;) {
      const entry = this.#entry()
      if (entry === undefined) {
        if (!this.#openNext()) return undefined
        continue
      }
      // Numbers only grow; a duplicate of a block would be counted twice.
      if (entry.block <= this.#block) continue
      this.#block = entry.block
      if (entry.form === 'plain') return { ...entry, octets: this.#memory }
      return { ...entry, octets: this.#packing.unpack(entry.bodyAt, entry.rows, entry.form), bodyAt: 0 }
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }

  /** The next entry of this segment, after any damage. */
  #entry(): Entry | undefined {
    let entry = this.#readEntry()
    if (typeof entry !== 'object') {
      this.#fill()
      entry = this.#readEntry()
    }
    if (typeof entry !== 'object') {
      if (!this.#skipDamage()) return undefined
      entry = this.#readEntry()
    }
    if (typeof entry !== 'object') return undefined
    this.#used = entry.endAt
    return entry
  }

  /** Skips to the next whole entry of this segment; stays when there is none. */
  #skipDamage(): boolean {
    const from = this.#fileAt + this.#used
    for (;;) {
      const next = findEntry(this.#view(), this.#used + 8, this.#summing)
      if (next !== undefined) {
        this.#used = next
        this.#damage(this.#fileAt + next - from, 'no block begins there')
        return true
      }
      // The next iteration starts before an entry cut off at the end of the memory, and finds it.
      const step = this.#filled - maxEntryOctets
      if (this.#filled < chunkOctets || step <= this.#used) {
        this.#used = from - this.#fileAt
        if (this.#used < 0) this.#seek(from)
        return false
      }
      this.#used = step - (step % 8)
      this.#fill()
    }
  }

  /** Moves unused octets to the front of the memory and fills the rest. */
  #fill(): void {
    this.#seek(this.#fileAt + this.#used)
  }

  #seek(at: number): void {
    this.#fileAt = at
    this.#used = 0
    this.#filled = 0
    while (this.#filled < chunkOctets) {
      const count = readSync(this.#fd, this.#memory, this.#filled, chunkOctets - this.#filled, at + this.#filled)
      if (count === 0) return
      this.#filled += count
    }
  }

  #readEntry(): ReturnType<typeof readEntry> {
    return readEntry(this.#view(), this.#used, this.#summing)
  }

  #view(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#filled)
  }

  /** Opens the next segment, if any, after a last read of this one. */
  #openNext(): boolean {
    const names = namesIn(this.#folder)
      .filter((name) => firstBlockOf(name) !== undefined)
      .sort()
    const next = names.find((name, index) => {
      const following = names[index + 1]
      const holdsNew = following === undefined || firstBlockOf(following)! > this.#block + 1
      return holdsNew && (this.#name === undefined || name > this.#name)
    })
    if (next === undefined) return false
    if (this.#fd >= 0) {
      // The writer may have appended to this segment before it started the next.
      this.#fill()
      if (typeof this.#readEntry() === 'object' || this.#skipDamage()) return true
      const rest = fstatSync(this.#fd).size - this.#fileAt - this.#used
      if (rest > 0) this.#damage(rest, 'the rest of the segment is not readable')
      closeSync(this.#fd)
    }
    this.#fd = openSync(join(this.#folder, next), 'r')
    this.#name = next
    this.#seek(0)
    return true
  }

  #damage(octets: number, problem: string): void {
    this.#onDamage({ file: this.#name ?? '', octets, problem })
  }
}
