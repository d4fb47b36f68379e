/** What binds a signature key to somebody (RFC 9420 §5.3). @module */
import { type Codec, encode } from '@vagus/wire'
import { equalOctets } from './octets.ts'
import { opaque } from './vectors.ts'

/** `x509` is a list of certificates as on the wire; whether it is believed is the validator's matter. */
export type Credential =
  | { readonly type: 'basic'; readonly identity: Uint8Array }
  | { readonly type: 'x509'; readonly certificates: Uint8Array }
  /** Any other type of the registry, with octets behind their length. */
  | { readonly type: number; readonly octets: Uint8Array }

/**
 * Whether `signatureKey` belongs to whom `credential` names (§5.3.1). It is asked for each new leaf and each change of
 * one.
 * @returns the problem, as a sentence; `undefined` if it believes
 */
export type CredentialValidator = (claim: {
  readonly credential: Credential
  readonly signatureKey: Uint8Array
  /** What the leaf said before: the validator decides whether the new credential may follow it. */
  readonly previous?: { readonly credential: Credential; readonly signatureKey: Uint8Array }
  /** Milliseconds since 1970. */
  readonly now: number
}) => string | undefined

const numbers = { basic: 1, x509: 2 } as const

export const credentialNumber = ({ type }: Credential): number => (typeof type === 'number' ? type : numbers[type])

/** Every type has one vector behind its number; those that have not are not read (there are none so far). */
export const credential: Codec<Credential> = {
  read(r) {
    const type = r.uint16()
    const octets = opaque.read(r)
    if (type === numbers.basic) return { type: 'basic', identity: octets }
    return type === numbers.x509 ? { type: 'x509', certificates: octets } : { type, octets }
  },
  write(w, value) {
    w.uint16(credentialNumber(value))
    opaque.write(w, contentOf(value))
  },
}

function contentOf(value: Credential): Uint8Array {
  if ('identity' in value) return value.identity
  return 'certificates' in value ? value.certificates : value.octets
}

export const equalCredentials = (a: Credential, b: Credential): boolean =>
  equalOctets(encode(credential, a), encode(credential, b))
