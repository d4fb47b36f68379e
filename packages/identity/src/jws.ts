/**
 * JSON Web Signature in its compact form (RFC 7515 §7.1), signed with Ed25519 (RFC 8037 §3.1, "EdDSA"):
 *
 *   base64url(header) "." base64url(payload) "." base64url(signature over both with the dot)
 *
 * The header is `{"alg":"EdDSA"}` plus a `typ` that keeps one kind of signed content from being taken for another (RFC
 * 8725 §3.11), and nothing else: a key, or a place to fetch one, is never taken from a header.
 * @module
 */
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { canonicalOctets } from './canonical.ts'
import type { IdentityCrypto, Signer } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'

/** The text of one JWS. */
export type CompactJws = string

/** The parts of a JWS; none of them is verified yet. */
export interface ReadJws {
  readonly payload: Uint8Array<ArrayBuffer>
  /** The octets that the signature covers. */
  readonly signingInput: Uint8Array
  readonly signature: Uint8Array
}

/** Signs `payload` under the header of `type`. An empty type is omitted from the header. */
export function signJws(type: string, payload: Uint8Array, signer: Signer): CompactJws {
  const input = `${encodedHeader(type)}.${encodeBase64url(payload)}`
  return `${input}.${encodeBase64url(signer.sign(new TextEncoder().encode(input)))}`
}

/** The payload of `jws`, if its header is that of `type` and `publicKey` signed it. */
export function verifyJws(
  jws: CompactJws,
  type: string,
  publicKey: Uint8Array,
  crypto: IdentityCrypto,
): { readonly type: 'verified'; readonly payload: Uint8Array } | Refused {
  return settle(() => {
    const read = readJws(jws, type)
    checkSignature(read, publicKey, crypto)
    return { type: 'verified', payload: read.payload }
  })
}

/** @throws {RefusalError} `malformed`, `not-canonical`, `algorithm` */
export function readJws(jws: CompactJws, type: string): ReadJws {
  const [header, payload, signature, ...more] = jws.split('.', 4)
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new RefusalError('malformed', 'a compact JWS has three parts')
  }
  if (header !== encodedHeader(type)) throw headerRefusal(header, type)
  const signatureOctets = decodeBase64url(signature)
  if (signatureOctets.length !== 64) {
    throw new RefusalError('malformed', `an Ed25519 signature has 64 octets, not ${signatureOctets.length}`)
  }
  const signingInput = new TextEncoder().encode(`${header}.${payload}`)
  return { payload: decodeBase64url(payload), signingInput, signature: signatureOctets }
}

/** @throws {RefusalError} `signature` */
export function checkSignature(jws: ReadJws, publicKey: Uint8Array, crypto: IdentityCrypto): void {
  if (!crypto.verifyEd25519(publicKey, jws.signingInput, jws.signature)) {
    throw new RefusalError('signature', 'the signature does not match this content and key')
  }
}

function encodedHeader(type: string): string {
  return encodeBase64url(canonicalOctets(type === '' ? { alg: 'EdDSA' } : { alg: 'EdDSA', typ: type }))
}

function headerRefusal(header: string, type: string): RefusalError {
  const given = new TextDecoder().decode(decodeBase64url(header)).slice(0, 120)
  const wanted = new TextDecoder().decode(decodeBase64url(encodedHeader(type)))
  return new RefusalError('algorithm', `the header is ${given}; only ${wanted} is accepted`)
}
