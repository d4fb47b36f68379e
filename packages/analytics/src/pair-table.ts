/** Slots for ordered pairs of numbers: source and sink, sites or devices. @module */
import type { KeyedHash } from '@vagus/address'
import { KeyIndex } from './key-index.ts'

/** A full mesh of 256 sites. Octets of further pairs are counted as unresolved. */
const maxPairs = 65_536

export class PairTable {
  readonly #index = new KeyIndex(1, maxPairs)
  readonly #key = new Uint32Array(1)
  readonly #hash: KeyedHash

  /** `hash` is keyed, as an attacker can choose addresses and so the pairs of sites. */
  constructor(hash: KeyedHash) {
    this.#hash = hash
  }

  get size(): number {
    return this.#index.size
  }

  /** Slot of the pair, which is added if missing; -1 when the table is full. Numbers are 0..65535. */
  slotOf(source: number, sink: number): number {
    this.#key[0] = source * 65_536 + sink
    return this.#index.findOrInsert(this.#key, 0, this.#hash.of(this.#key, 0, 1))
  }

  sourceAt(slot: number): number {
    return this.#index.keys[slot]! >>> 16
  }

  sinkAt(slot: number): number {
    return this.#index.keys[slot]! & 0xffff
  }
}
