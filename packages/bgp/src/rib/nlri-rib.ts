/**
 * Adj-RIB-In of a family whose NLRI are not prefixes, such as BGP-LS and flow specifications: each NLRI is kept as its
 * octets, byte for byte, with the number of its attributes.
 * @module
 */
import { defaultMaxNlri, defaultMaxNlriOctets } from '../limits.ts'
import { nlriText } from '../nlri/nlri-text.ts'
import { endOfNlri } from '../nlri/split.ts'
import type { AttributeTable } from '../update/attribute-table.ts'

export interface NlriRibOptions {
  /** Key of the family. */
  readonly family: number
  readonly table: AttributeTable
  /** NLRI at most; what comes above is refused, and the caller ends the session (RFC 4486, subcode 1). */
  readonly maxNlri?: number
  /** Octets of all NLRI at most; as above. */
  readonly maxOctets?: number
  /**
   * Told of each NLRI that is new, changed, repeated or gone. A repetition is news: what is not repeated in time counts
   * as over with telemetry.
   */
  readonly onChange?: (entry: NlriEntry) => void
}

export interface NlriEntry {
  /** The same object as long as the NLRI is there. */
  readonly nlri: Uint8Array
  /** Its `nlriText`. */
  readonly text: string
  /** Number of its attributes; -1 when it is gone, for good. */
  readonly set: number
}

type Entry = { -readonly [Name in keyof NlriEntry]: NlriEntry[Name] } & { isStale: boolean }

export class NlriRib {
  readonly family: number
  readonly table: AttributeTable
  readonly #most: number
  readonly #mostOctets: number
  readonly #onChange: NlriRibOptions['onChange']
  readonly #entries = new Map<string, Entry>()
  #octets = 0
  /** NLRI that were refused because a limit was reached. */
  refused = 0

  constructor({ family, table, maxNlri, maxOctets, onChange }: NlriRibOptions) {
    this.family = family
    this.table = table
    this.#most = maxNlri ?? defaultMaxNlri
    this.#mostOctets = maxOctets ?? defaultMaxNlriOctets
    this.#onChange = onChange
  }

  get size(): number {
    return this.#entries.size
  }

  /** Puts in every NLRI from `from` up to `to`, which must have passed `faultOfNlri`. */
  announce(octets: Uint8Array, from: number, to: number, set: number): 'taken' | 'refused' {
    for (let at = from; at < to;) {
      const end = endOfNlri(octets, at, to, this.family)
      if (this.#put(octets.subarray(at, end), set) === 'refused') return 'refused'
      at = end
    }
    return 'taken'
  }

  #put(nlri: Uint8Array, set: number): 'taken' | 'refused' {
    const text = nlriText(nlri)
    const known = this.#entries.get(text)
    if (known !== undefined) {
      known.isStale = false
      const before = known.set
      this.table.retain(set)
      known.set = set
      this.#onChange?.(known)
      this.table.release(before)
      return 'taken'
    }
    if (this.#entries.size >= this.#most || this.#octets + nlri.length > this.#mostOctets) {
      this.refused++
      return 'refused'
    }
    this.table.retain(set)
    const entry = { nlri: nlri.slice(), text, set, isStale: false }
    this.#entries.set(text, entry)
    this.#octets += nlri.length
    this.#onChange?.(entry)
    return 'taken'
  }

  /** Takes every NLRI from `from` up to `to` out; what is not there is no error. */
  withdraw(octets: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const end = endOfNlri(octets, at, to, this.family)
      this.#remove(nlriText(octets.subarray(at, end)))
      at = end
    }
  }

  #remove(text: string): void {
    const entry = this.#entries.get(text)
    if (entry === undefined) return
    this.#entries.delete(text)
    this.#octets -= entry.nlri.length
    const { set } = entry
    entry.set = -1
    this.#onChange?.(entry)
    this.table.release(set)
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
    for (const [text] of stale) this.#remove(text)
    return stale.length
  }

  clear(): void {
    for (const text of this.#entries.keys()) this.#remove(text)
  }
}
