/** What groups need from a cryptographic library and from a disk; the host implements both. @module */
import type { AgentId, IdentityCrypto, Signer } from '@vagus/identity'

export interface GroupCrypto extends IdentityCrypto {
  /** HKDF-SHA256 with an empty info (RFC 5869): `length` octets. */
  hkdf(salt: Uint8Array, keyMaterial: Uint8Array, length: number): Uint8Array
  /**
   * AES-256-GCM: a key of 32 octets, a nonce of 12, a tag of 16 behind the text. `open` gives undefined if anything was
   * changed.
   */
  aead(key: Uint8Array): {
    seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array
    open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
  }
  /** Ed25519 (RFC 8032) with the private octets `seed` (32). */
  signerOf(seed: Uint8Array): Signer
}

/** A sealed message in a log, as it came. */
export interface StoredEntry {
  /** Of the log, as `logName`. */
  readonly log: string
  readonly seq: number
  readonly octets: Uint8Array
  /** When this member got it, milliseconds since 1970. */
  readonly at: number
}

/** A message as programs get it. */
export interface Delivered {
  readonly kind: 'message'
  readonly from: AgentId
  readonly log: string
  readonly seq: number
  /** When it was sent, by the sender's clock: milliseconds since 1970. */
  readonly sentAt: number
  readonly type: string
  readonly octets: Uint8Array
}

/** Messages that were for this member and that nobody has any more. */
export interface Missed {
  readonly kind: 'gap'
  readonly from: AgentId
  readonly log: string
  /** The first and the last of them. */
  readonly first: number
  readonly last: number
}

export type Change =
  | { readonly type: 'put'; readonly key: string; readonly octets: Uint8Array }
  | { readonly type: 'remove'; readonly key: string }
  | { readonly type: 'append'; readonly entry: StoredEntry }
  /** All entries of the log up to `seq`. */
  | { readonly type: 'drop'; readonly log: string; readonly seq: number }
  | { readonly type: 'deliver'; readonly what: Delivered | Missed }

/**
 * What a member of one group keeps over its end. `write` is all or nothing, and done before anything is sent: kill -9
 * at any moment leaves a state that the engine was in. It may throw; then the engine is to be opened again.
 */
export interface GroupStore {
  records(): Iterable<readonly [key: string, octets: Uint8Array]>
  /** In order, those after `seq`, at most `count` and, but for the first, at most `octets` together. */
  entries(log: string, seq: number, count: number, octets: number): readonly StoredEntry[]
  /** The entry that came first of all that there are, or of the log that has most octets. */
  oldest(of: 'all' | 'largest log'): StoredEntry | undefined
  /** Octets of all entries. */
  readonly octets: number
  write(changes: readonly Change[]): void
}
