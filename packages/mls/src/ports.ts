/**
 * What MLS needs from a cryptographic library; the host implements it with OpenSSL. Nothing here is random: fresh
 * octets come in as values. All private octets stay the caller's, and no call throws because of what a peer sent.
 * @module
 */

export interface MlsCrypto {
  /** SHA-256 of the concatenated `parts`: 32 octets. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  /** HMAC-SHA256 (RFC 2104) of the concatenated `parts`: 32 octets. */
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
  /**
   * AES-GCM (NIST SP 800-38D); the tag of 16 octets follows the ciphertext.
   * @param key 16 octets for AES-128, 32 for AES-256
   * @param nonce 12 octets
   */
  seal(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** `undefined` if anything was changed. */
  open(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
  /** The public X25519 key (RFC 7748 §5) of 32 secret octets. */
  x25519PublicKey(secret: Uint8Array): Uint8Array
  /** The 32 octets shared with `peer`; `undefined` unless that has 32 octets and they are not all zero (§6.1). */
  x25519(secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined
  /** Whether `signature` over `message` was made with the Ed25519 key of `publicKey`; lengths may be wrong. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}
