/** What identity needs from a cryptographic library; the host implements it with node:crypto. @module */

/** A private Ed25519 key (RFC 8032 §5.1) that can sign but cannot be read. */
export interface Signer {
  /** 32 octets. */
  readonly publicKey: Uint8Array
  /** The 64 octets of the signature over `message`. */
  sign(message: Uint8Array): Uint8Array
}

export interface IdentityCrypto {
  /** 32 octets (FIPS 180-4). */
  sha256(message: Uint8Array): Uint8Array
  /** Whether `signature` (64 octets) over `message` was made with the key of `publicKey` (32 octets). Never throws. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}
