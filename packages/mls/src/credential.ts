/** What binds a signature key to somebody (RFC 9420 §5.3). @module */

/** An unknown type survives octet for octet; whether it is believed is the validator's matter. */
export type Credential =
  | { readonly type: 'basic'; readonly identity: Uint8Array }
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
