/** A chain of keys for the messages of one sender (RFC 9420 §9.1); each is deleted when it was used (§9.2). @module */
import { type Codec, DecodeError, list, octets, struct, uint32, type ValueOf } from '@vagus/wire'
import { hashOctets } from './hkdf.ts'
import type { MlsLimits } from './limits.ts'
import { RefusalError } from './refusal.ts'
import { nonceOctets, type Suite } from './suite.ts'
import { opaque, vector } from './vectors.ts'

export interface MessageKey {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
}

/** Of AES-128 or AES-256. */
const key: Codec<Uint8Array> = {
  read(r) {
    const at = r.offset
    const value = opaque.read(r)
    if (value.length !== 16 && value.length !== 32) {
      throw new DecodeError('bad-length', at, `a key has 16 or 32 octets, not ${value.length}`)
    }
    return value
  },
  write: (w, value) => opaque.write(w, value),
}
const aside = struct({ generation: uint32, key, nonce: octets(nonceOctets) })
const ratchetFields = struct({ secret: octets(hashOctets), generation: uint32, aside: vector(list(aside)) })

export class Ratchet {
  #secret: Uint8Array
  #generation: number
  /** Keys of messages that were overtaken, the oldest first. */
  readonly #aside: Map<number, MessageKey>

  constructor(secret: Uint8Array, generation = 0, kept: ReadonlyMap<number, MessageKey> = new Map()) {
    this.#secret = secret
    this.#generation = generation
    this.#aside = new Map(kept)
  }

  /** Of the next message. */
  get generation(): number {
    return this.#generation
  }

  /** The key of the next message, for a sender. */
  next(suite: Suite): MessageKey & { readonly generation: number } {
    const generation = this.#generation
    const key = keyOf(suite, this.#secret, generation)
    this.#advance(secretAfter(suite, this.#secret, generation), generation + 1)
    return { ...key, generation }
  }

  /**
   * The key of the message `generation`; `use` deletes it, with all secrets from which it could be made again. Until
   * then nothing changes, because whoever forges a message must not move the chain.
   * @throws {RefusalError} `decrypt` if it was used or dropped, `limit` if it is too far ahead
   */
  at(suite: Suite, generation: number, limits: MlsLimits): MessageKey & { readonly use: () => void } {
    const kept = this.#aside.get(generation)
    if (kept !== undefined) return { ...kept, use: () => void this.#aside.delete(generation) }
    if (generation < this.#generation) {
      throw new RefusalError('decrypt', `the key of message ${generation} is deleted: opened before, or dropped`)
    }
    const ahead = generation - this.#generation
    if (ahead > limits.generationsAhead) {
      const problem = `message ${generation} is ${ahead} ahead of what came; at most ${limits.generationsAhead}`
      throw new RefusalError('limit', problem)
    }
    const overtaken = new Map<number, MessageKey>()
    let secret = this.#secret
    for (let at = this.#generation; at < generation; at++) {
      overtaken.set(at, keyOf(suite, secret, at))
      secret = secretAfter(suite, secret, at)
    }
    const use = (): void => {
      for (const [at, key] of overtaken) this.#aside.set(at, key)
      for (const at of this.#aside.keys()) {
        if (this.#aside.size <= limits.keysAside) break
        this.#aside.delete(at)
      }
      this.#advance(secretAfter(suite, secret, generation), generation + 1)
    }
    return { ...keyOf(suite, secret, generation), use }
  }

  /** Leaves out the keys of `count` messages, which may have been used already. */
  skip(suite: Suite, count: number): void {
    for (let left = count; left > 0; left--) this.next(suite)
  }

  fields(): ValueOf<typeof ratchetFields> {
    const kept = [...this.#aside].map(([generation, key]) => ({ generation, ...key }))
    return { secret: this.#secret, generation: this.#generation, aside: kept }
  }

  #advance(secret: Uint8Array, generation: number): void {
    this.#secret = secret
    this.#generation = generation
  }
}

export const ratchet: Codec<Ratchet> = {
  read(r) {
    const { secret, generation, aside: kept } = ratchetFields.read(r)
    const keys = kept.map(({ generation: at, key, nonce }) => [at, { key: key.slice(), nonce: nonce.slice() }] as const)
    return new Ratchet(secret.slice(), generation, new Map(keys))
  },
  write: (w, value) => ratchetFields.write(w, value.fields()),
}

const generationOctets = (generation: number): Uint8Array =>
  Uint8Array.of(generation >>> 24, generation >>> 16, generation >>> 8, generation)

function keyOf(suite: Suite, secret: Uint8Array, generation: number): MessageKey {
  const context = generationOctets(generation)
  return {
    key: suite.expandWithLabel(secret, 'key', context, suite.keyOctets),
    nonce: suite.expandWithLabel(secret, 'nonce', context, nonceOctets),
  }
}

const secretAfter = (suite: Suite, secret: Uint8Array, generation: number): Uint8Array =>
  suite.expandWithLabel(secret, 'secret', generationOctets(generation), hashOctets)
