/** Slots for ordered pairs of numbers: source and sink, sites or devices. @module */
import { hashEnd, hashMore } from '@vagus/address'
import { KeyIndex } from './key-index.ts'

/** A full mesh of 256 sites. Octets of further pairs are counted as unresolved. */
export const maxPairs = 65_536

export class PairTable {
  readonly #index = new KeyIndex(1, maxPairs)
  readonly #key = new Uint32Array(1)

  get size(): number {
    return this.#index.size
  }

  /** Slot of the pair, which is put in when it is not there; -1 when the table is full. Numbers are 0..65535. */
  slotOf(source: number, sink: number): number {
    const key = source * 65_536 + sink
    this.#key[0] = key
    return this.#index.findOrInsert(this.#key, 0, hashEnd(hashMore(0, key)))
  }

  sourceAt(slot: number): number {
    return this.#index.keys[slot]! >>> 16
  }

  sinkAt(slot: number): number {
    return this.#index.keys[slot]! & 0xffff
  }
}
