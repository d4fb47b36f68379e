/**
 * Adj-RIB-In of a family whose NLRI are not prefixes, such as BGP-LS and flow specifications: each NLRI is kept as its
 * octets, byte for byte, with the number of its attributes.
 * @module
 */
import { defaultMaxNlri } from '../limits.ts'
import { endOfNlri } from '../nlri/split.ts'
import type { AttributeTable } from '../update/attribute-table.ts'

export interface NlriRibOptions {
  /** Key of the family. */
  readonly family: number
  readonly table: AttributeTable
  /** NLRI at most; what comes above is refused, and the caller ends the session (RFC 4486, subcode 1). */
  readonly maxNlri?: number
  /**
   * Told of each NLRI that is new, changed, repeated or gone; `set` is -1 for gone. A repetition is news: what is not
   * repeated in time counts as over with telemetry.
   */
  readonly onChange?: (nlri: Uint8Array, set: number) => void
}

interface Entry {
  readonly nlri: Uint8Array
  set: number
  isStale: boolean
}

export class NlriRib {
  readonly family: number
  readonly table: AttributeTable
  readonly #most: number
  readonly #onChange: NlriRibOptions['onChange']
  readonly #entries = new Map<string, Entry>()
  /** NLRI that were refused because the limit was reached. */
  refused = 0

  constructor({ family, table, maxNlri, onChange }: NlriRibOptions) {
    this.family = family
    this.table = table
    this.#most = maxNlri ?? defaultMaxNlri
    this.#onChange = onChange
  }

  get size(): number {
    return this.#entries.size
  }

  /** Puts in every NLRI from `from` up to `to`, which must have passed `faultOfNlri`. */
  announce(octets: Uint8Array, from: number, to: number, set: number): 'taken' | 'refused' {
    for (let at = from; at < to;) {
      const end = endOfNlri(octets, at, to, this.family)
      if (this.#put(octets.slice(at, end), set) === 'refused') return 'refused'
      at = end
    }
    return 'taken'
  }

  #put(nlri: Uint8Array, set: number): 'taken' | 'refused' {
    const key = keyOf(nlri)
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      entry.isStale = false
      const before = entry.set
      this.table.retain(set)
      entry.set = set
      this.#onChange?.(entry.nlri, set)
      this.table.release(before)
      return 'taken'
    }
    if (this.#entries.size >= this.#most) {
      this.refused++
      return 'refused'
    }
    this.table.retain(set)
    this.#entries.set(key, { nlri, set, isStale: false })
    this.#onChange?.(nlri, set)
    return 'taken'
  }

  /** Takes every NLRI from `from` up to `to` out; what is not there is no error. */
  withdraw(octets: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const end = endOfNlri(octets, at, to, this.family)
      this.#remove(keyOf(octets.subarray(at, end)))
      at = end
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#onChange?.(entry.nlri, -1)
    this.table.release(entry.set)
  }

  /** Number of the attributes of an NLRI, or -1. */
  setOf(nlri: Uint8Array): number {
    return this.#entries.get(keyOf(nlri))?.set ?? -1
  }

  /** Every NLRI and the number of its attributes, in the order in which they came. */
  *entries(): Iterable<readonly [nlri: Uint8Array, set: number]> {
    for (const { nlri, set } of this.#entries.values()) yield [nlri, set]
  }

  /** As `AdjRibIn.markStale`. */
  markStale(): void {
    this.dropStale()
    for (const entry of this.#entries.values()) entry.isStale = true
  }

  /** Takes out what is still marked, and returns how many that were. */
  dropStale(): number {
    const stale = [...this.#entries].filter(([, { isStale }]) => isStale)
    for (const [key] of stale) this.#remove(key)
    return stale.length
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.#remove(key)
  }
}

/** One character for each octet: octets cannot be a key. */
function keyOf(nlri: Uint8Array): string {
  let key = ''
  for (const octet of nlri) key += String.fromCharCode(octet)
  return key
}
