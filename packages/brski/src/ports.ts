/** What BRSKI needs of X.509 and CMS. The host implements it (`@vagus/pki`); nothing of it throws on a stranger's octets. @module */
import type { Refused } from './refusal.ts'

/** What is read of an X.509 certificate (RFC 5280). Nothing of it is verified by being read. */
export interface Certificate {
  readonly der: Uint8Array
  /** For people: `CN=…, serialNumber=…`. */
  readonly subject: string
  readonly issuer: string
  /** The attribute serialNumber of the subject (2.5.4.5); `undefined` unless there is exactly one. */
  readonly deviceSerial: string | undefined
  /** The text of id-pe-masa-url (RFC 8995 §2.3.2). */
  readonly masaUrl: string | undefined
  /** The key usages for extensions (OIDs); `undefined` without the extension. */
  readonly purposes: readonly string[] | undefined
  /** URIs among the subject's alternative names. */
  readonly uris: readonly string[]
  readonly authority: 'ca' | 'end-entity'
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  /** keyIdentifier of the extensions (RFC 5280 §4.2.1.1, §4.2.1.2). */
  readonly subjectKeyId: Uint8Array | undefined
  readonly authorityKeyId: Uint8Array | undefined
  /** Milliseconds since 1970, both included. */
  readonly notBefore: number
  readonly notAfter: number
}

/** A CMS SignedData with one signer (RFC 5652 §5), whose signature fits the key of `signer`. Whether to trust it is open. */
export interface SignedContent {
  readonly content: Uint8Array
  readonly signer: Certificate
  /** All that the CMS carries, the signer's among them. */
  readonly certificates: readonly Certificate[]
}

export interface PathQuestion {
  readonly leaf: Certificate
  /** Certificates that may lie between; whoever sent them is not trusted. */
  readonly between: readonly Certificate[]
  /** Trusted, whether they are CAs or the leaf itself. */
  readonly anchors: readonly Certificate[]
  /** Milliseconds since 1970; `undefined` if there is no clock: then validity is not asked for (RFC 8995 §2.6.1). */
  readonly now: number | undefined
}

export interface BrskiCrypto {
  /** 32 octets (FIPS 180-4). */
  sha256(octets: Uint8Array): Uint8Array
  readCertificate(der: Uint8Array): Certificate | Refused
  /**
   * The content of `cms` if its signature is right. `known` are certificates that the signer may have left out.
   * Refused as `format` if it is no such CMS, else as `signature`.
   */
  readSigned(cms: Uint8Array, known?: readonly Certificate[]): SignedContent | Refused
  /** The certificates from `leaf` to the anchor, both included (RFC 5280 §6). Refused as `untrusted` or `stale`. */
  pathOf(question: PathQuestion): readonly Certificate[] | Refused
  /** Octets of the domainID: the key identifier of `certificate`, else SHA-256 of its key (RFC 8995 §5.8.2). */
  domainIdOf(certificate: Certificate): Uint8Array
}

/** A private key with its certificate, which signs CMS. The key cannot be read. */
export interface CmsSigner {
  /** The signer's own first, then those above it that the CMS shall carry. */
  readonly certificates: readonly [Certificate, ...Certificate[]]
  /** A CMS SignedData over `content` in DER. */
  sign(content: Uint8Array): Uint8Array
}
