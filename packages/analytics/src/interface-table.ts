/** Slots for interfaces, by device number and SNMP index. @module */
import { hashEnd, hashMore } from '@vagus/address'
import type { Domain } from './domain.ts'
import { KeyIndex } from './key-index.ts'

/** Large routers have a few thousand interfaces; with 64 slices of load this is 64 MiB. Others are not followed. */
const maxInterfaces = 16_384

export class InterfaceTable {
  readonly #index: KeyIndex
  readonly #key = new Uint32Array(2)

  constructor(capacity = maxInterfaces) {
    this.#index = new KeyIndex(2, capacity)
  }

  get capacity(): number {
    return this.#index.capacity
  }

  /** Reserves slots for the operator's interfaces first, so that forged indices cannot take them. */
  reserve(devices: Domain['devices']): void {
    for (const [index, { interfaces }] of devices.entries()) {
      for (const each of interfaces) this.findOrInsert(index + 1, each.index)
    }
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

  /** Slot of the interface, which is added if missing; -1 when the table is full. */
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
