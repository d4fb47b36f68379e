/**
 * Interfaces by device number and SNMP index, and what is known of how each is metered. A router may meter packets where
 * they come in, where they leave, or both; a record names both interfaces but was made at one. The other one's load may
 * be taken from it only where that interface does not meter itself, else the packets would be seen twice.
 * @module
 */
import { hashEnd, hashMore } from '@vagus/address'
import { KeyIndex } from './key-index.ts'

/** Bits of `meters`. */
export const metersIngress = 1
export const metersEgress = 2

/** A large router has some thousand interfaces; with 60 slices of load this is 32 MiB. Further ones are not followed. */
export const maxInterfaces = 16_384

export class InterfaceTable {
  readonly #index: KeyIndex
  readonly #key = new Uint32Array(2)
  /** By slot: which directions were seen to be metered at the interface itself. Never forgotten. */
  readonly meters: Uint8Array

  constructor(capacity = maxInterfaces) {
    this.#index = new KeyIndex(2, capacity)
    this.meters = new Uint8Array(capacity)
  }

  get size(): number {
    return this.#index.size
  }

  /** Slot of the interface, or -1. */
  find(device: number, ifIndex: number): number {
    this.#key[0] = device
    this.#key[1] = ifIndex
    return this.#index.find(this.#key, 0, hashEnd(hashMore(device, ifIndex)))
  }

  /** Slot of the interface, which is put in when it is not there; -1 when the table is full. */
  findOrInsert(device: number, ifIndex: number): number {
    this.#key[0] = device
    this.#key[1] = ifIndex
    return this.#index.findOrInsert(this.#key, 0, hashEnd(hashMore(device, ifIndex)))
  }

  deviceAt(slot: number): number {
    return this.#index.keys[slot * 2]!
  }

  ifIndexAt(slot: number): number {
    return this.#index.keys[slot * 2 + 1]!
  }
}
