/**
 * SymmetricState and CipherState of Noise (§5.1, §5.2) over AES-256-GCM and SHA-256: the chaining key, which absorbs
 * every shared secret, and the hash over everything sent, to which every ciphertext is bound.
 * @module
 */
import { noOctets } from '../octets.ts'
import type { AeadKey, ChannelCrypto } from '../ports.ts'
import { RefusalError } from '../refusal.ts'

const hashOctets = 32
export const tagOctets = 16

export interface TransportKeys {
  /** The key for packets of the initiator, 32 octets. */
  readonly initiator: Uint8Array
  readonly responder: Uint8Array
  /** A third secret of the same strength, from which further secrets are derived (HKDF's next block). */
  readonly exporter: Uint8Array
  /** Unique to this handshake: the channel binding (§11.2). Not secret. */
  readonly handshakeHash: Uint8Array
}

export class SymmetricState {
  readonly #crypto: ChannelCrypto
  #chainingKey: Uint8Array
  #hash: Uint8Array
  #key: AeadKey | undefined
  #nonce = 0

  /** @param firstHash of the protocol name: `hashOfName` */
  constructor(crypto: ChannelCrypto, firstHash: Uint8Array) {
    this.#crypto = crypto
    this.#hash = firstHash
    this.#chainingKey = this.#hash
  }

  /** A copy of the state: changes by a message that fails are dropped with the copy. */
  copy(): SymmetricState {
    const copy = new SymmetricState(this.#crypto, this.#hash)
    copy.#chainingKey = this.#chainingKey
    copy.#key = this.#key
    copy.#nonce = this.#nonce
    return copy
  }

  get hasKey(): boolean {
    return this.#key !== undefined
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#crypto.hash(this.#hash, data)
  }

  mixKey(keyMaterial: Uint8Array): void {
    const output = this.#crypto.hkdf(this.#chainingKey, keyMaterial, 64)
    this.#chainingKey = output.slice(0, 32)
    this.#begin(output.slice(32, 64))
  }

  mixKeyAndHash(keyMaterial: Uint8Array): void {
    const output = this.#crypto.hkdf(this.#chainingKey, keyMaterial, 96)
    this.#chainingKey = output.slice(0, 32)
    this.mixHash(output.slice(32, 64))
    this.#begin(output.slice(64, 96))
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const text = this.#key === undefined ? plaintext : this.#key.seal(nonceOf(this.#nonce++), this.#hash, plaintext)
    this.mixHash(text)
    return text
  }

  /** @throws {RefusalError} `decrypt` */
  decryptAndHash(text: Uint8Array): Uint8Array {
    const plaintext = this.#key === undefined ? text : this.#key.open(nonceOf(this.#nonce++), this.#hash, text)
    if (plaintext === undefined) throw new RefusalError('decrypt', 'the message does not decrypt')
    this.mixHash(text)
    return plaintext
  }

  split(): TransportKeys {
    const output = this.#crypto.hkdf(this.#chainingKey, noOctets, 96)
    return {
      initiator: output.slice(0, 32),
      responder: output.slice(32, 64),
      exporter: output.slice(64, 96),
      handshakeHash: this.#hash,
    }
  }

  #begin(key: Uint8Array): void {
    this.#key = this.#crypto.aead(key)
    this.#nonce = 0
  }
}

/** 32 zero bits, then the counter in 64 bits, most significant octet first (§12.3). Here it stays below 2^32. */
export function nonceOf(counter: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12)
  nonce[8] = counter >>> 24
  nonce[9] = counter >>> 16
  nonce[10] = counter >>> 8
  nonce[11] = counter
  return nonce
}

/** By protocol name; bounded by the patterns of this program. */
const firstHashes = new Map<string, Uint8Array>()

/** The initial hash (§5.2): the name itself if it fits. */
export function hashOfName(crypto: ChannelCrypto, protocolName: string): Uint8Array {
  let hash = firstHashes.get(protocolName)
  if (hash === undefined) {
    const name = new TextEncoder().encode(protocolName)
    hash = name.length > hashOctets ? crypto.hash(name) : new Uint8Array(hashOctets)
    if (name.length <= hashOctets) hash.set(name)
    firstHashes.set(protocolName, hash)
  }
  return hash
}
