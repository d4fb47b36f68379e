/**
 * What the channel needs from a cryptographic library; the host implements it with OpenSSL. Private keys are objects
 * that compute and cannot be read. Fresh keys come in as values, so that the host can make them in advance.
 * @module
 */

/** A private X25519 key (RFC 7748 §5). */
export interface DhKey {
  /** 32 octets. */
  readonly publicKey: Uint8Array
  /** The 32 octets shared with `peer`; `undefined` if they are all zero, as for a point of low order (§6.1). */
  agree(peer: Uint8Array): Uint8Array | undefined
  /** The same with another static key, if this one is static: the two meet again, so the host may cache the result. */
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
  /** `undefined` if anything was changed. */
  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
}

/** A key for packets of a session: AES-256-GCM like `AeadKey`, with an interface that copies octets only once. */
export interface PacketKey {
  /**
   * `draft` with the octets from `textFrom` on encrypted, followed by the encrypted texts of `behind` and the tag. The
   * octets `headerFrom..textFrom` of `draft` are authenticated.
   */
  seal(
    nonce: Uint8Array,
    draft: Uint8Array,
    headerFrom: number,
    textFrom: number,
    behind: readonly Uint8Array[],
  ): Uint8Array
  /**
   * The plaintext of `packet` after a header of `headerOctets`; `undefined` if anything was changed. The next call may
   * overwrite a plaintext shorter than `borrowedBelow`.
   */
  open(nonce: Uint8Array, packet: Uint8Array, headerOctets: number): Uint8Array | undefined
}

/**
 * Octets. A shorter piece must be copied if it is kept, so that a short piece does not pin a long packet, and short
 * packets need no memory of their own. Longer ones stay where they were decrypted.
 */
export const borrowedBelow = 16_384

/** A header protection key: AES-256 on one block (RFC 9001 §5.4.3). */
export interface HeaderKey {
  /** At least 16 octets derived from the 16 of `octets` at `sampleAt`, valid until the next call. */
  mask(octets: Uint8Array, sampleAt: number): Uint8Array
}

export interface ChannelCrypto {
  /** SHA-256 of the concatenated `parts`: 32 octets. */
  hash(...parts: readonly Uint8Array[]): Uint8Array
  /** HKDF-SHA256 with an empty info (RFC 5869): `length` octets. */
  hkdf(salt: Uint8Array, keyMaterial: Uint8Array, length: number): Uint8Array
  /** @param key 32 octets */
  aead(key: Uint8Array): AeadKey
  /** @param octets holds the key in 32 octets from `at` on, where they must stay while it is used */
  packetKey(octets: Uint8Array, at: number): PacketKey
  /** As for `packetKey`. */
  headerKey(octets: Uint8Array, at: number): HeaderKey
  /** A fresh secret for the owner of `publicKey`; `undefined` if that is not an encapsulation key (FIPS 203 §7.2). */
  encapsulate(publicKey: Uint8Array): Encapsulation | undefined
}
