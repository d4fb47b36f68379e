/**
 * Public keys that were imported already: an import costs node:crypto as much as the operation that follows it, and
 * peers come back.
 * @module
 */
import type { KeyObject } from 'node:crypto'
import { importPublicKey, type KeyKind } from './key-forms.ts'

/** Some 2 KiB each. At the limit the one that was used longest ago goes. */
const maxPublicKeys = 4096

export class PublicKeys {
  readonly #kind: KeyKind
  readonly #limit: number
  readonly #keys = new Map<string, KeyObject>()

  constructor(kind: KeyKind, limit = maxPublicKeys) {
    this.#kind = kind
    this.#limit = limit
  }

  get size(): number {
    return this.#keys.size
  }

  /** @throws what node:crypto throws on octets that are no key */
  get(octets: Uint8Array): KeyObject {
    const name = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')
    const key = this.#keys.get(name) ?? importPublicKey(this.#kind, octets)
    this.#keys.delete(name)
    this.#keys.set(name, key) // a map keeps the order of insertion: the first is the one unused longest
    if (this.#keys.size > this.#limit) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}
