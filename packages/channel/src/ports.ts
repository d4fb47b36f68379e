/**
 * What the channel needs of a cryptographic library: the host implements it, with OpenSSL. Private keys are objects
 * that compute and cannot be read; fresh ones come in as values, so that the host may make them ahead of time.
 * @module
 */

/** A private X25519 key (RFC 7748 §5). */
export interface DhKey {
  /** 32 octets. */
  readonly publicKey: Uint8Array
  /**
   * The 32 octets shared with `peer`; `undefined` when they are all zero, as a point of low order makes them (§6.1).
   */
  agree(peer: Uint8Array): Uint8Array | undefined
  /**
   * The same with another static key, if this one is static: the two meet again, so the host may remember the answer.
   */
  agreeAgain?(peer: Uint8Array): Uint8Array | undefined
}

/** A private ML-KEM-768 key (FIPS 203). */
export interface KemKey {
  /** The encapsulation key, 1,184 octets. */
  readonly publicKey: Uint8Array
  /** The 32 octets inside `ciphertext` (1,088 octets). A forged one gives other octets, not an error (§6.3). */
  decapsulate(ciphertext: Uint8Array): Uint8Array
}

export interface Encapsulation {
  readonly ciphertext: Uint8Array
  readonly sharedSecret: Uint8Array
}

/** A key of AES-256-GCM (NIST SP 800-38D). `nonce` has 12 octets, and the tag of 16 follows the ciphertext. */
export interface AeadKey {
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** `undefined` when anything was changed. */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
}

/** A key for the packets of a session: AES-256-GCM like `AeadKey`, laid out so that octets are copied once. */
export interface PacketKey {
  /**
   * `draft` with the octets from `textFrom` on encrypted, then the texts `behind` encrypted, the tag last; the octets
   * of `draft` in `headerFrom..textFrom` are bound.
   */
  seal(
    nonce: Uint8Array,
    draft: Uint8Array,
    headerFrom: number,
    textFrom: number,
    behind: readonly Uint8Array[],
  ): Uint8Array
  /**
   * The plaintext of `packet` behind a header of `headerOctets`; `undefined` when anything was changed. A plaintext
   * shorter than `borrowedBelow` may be overwritten by the next.
   */
  open(nonce: Uint8Array, packet: Uint8Array, headerOctets: number): Uint8Array | undefined
}

/**
 * Octets. Keepers of pieces shorter than this must copy them, so that a short piece does not pin a long packet, and
 * short packets need no memory of their own. Longer ones stay where they were decrypted.
 */
export const borrowedBelow = 16_384

/** A key that hides packet numbers: AES-256 on one block (RFC 9001 §5.4.3). */
export interface HeaderKey {
  /** 16 octets or more that follow from the 16 of `octets` at `sampleAt`, until it is called again. */
  mask(octets: Uint8Array, sampleAt: number): Uint8Array
}

export interface ChannelCrypto {
  /** SHA-256 of `parts`, one behind the other: 32 octets. */
  hash(...parts: readonly Uint8Array[]): Uint8Array
  /** HKDF-SHA256 with an empty info (RFC 5869): `length` octets. */
  hkdf(salt: Uint8Array, keyMaterial: Uint8Array, length: number): Uint8Array
  /** @param key 32 octets */
  aead(key: Uint8Array): AeadKey
  /** @param octets has the key in 32 octets from `at` on, where they stay as long as it is used */
  packetKey(octets: Uint8Array, at: number): PacketKey
  /** The same. */
  headerKey(octets: Uint8Array, at: number): HeaderKey
  /** Fresh secret octets for whoever holds `publicKey`; `undefined` when it is no encapsulation key (FIPS 203 §7.2). */
  encapsulate(publicKey: Uint8Array): Encapsulation | undefined
}
