/**
 * Keeps imported public keys: for node:crypto an import costs as much as the operation that follows it, and peers come
 * back.
 * @module
 */
import type { KeyObject } from 'node:crypto'
import { importPublicKey, type KeyKind } from './key-forms.ts'

/** About 2 KiB each. At the limit the least recently used key is dropped. */
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

  /** @throws what node:crypto throws on octets that are not a key */
  get(octets: Uint8Array): KeyObject {
    const name = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')
    const key = this.#keys.get(name) ?? importPublicKey(this.#kind, octets)
    this.#keys.delete(name)
    this.#keys.set(name, key) // a map keeps insertion order: the first is the least recently used
    if (this.#keys.size > this.#limit) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}
