/** One agent of this host with its keys: what it needs to prove its identity and to sign new documents. @module */
import type { Credentials, DhKey, KemKey } from '@vagus/channel'
import type { Binding, Identity, Locator, Signer } from '@vagus/identity'

export interface LocalAgent {
  readonly name: string
  /** From its newest document; `renew` and `rotate` of the keyring return a newer one. */
  readonly identity: Identity
  /** The Ed25519 key in use. */
  readonly signer: Signer
  readonly dhKey: DhKey
  readonly kemKey: KemKey
}

/** What a new document changes; members left out keep their values. */
export interface DocumentChanges {
  readonly role?: string
  readonly skills?: readonly string[]
  readonly alsoKnownAs?: readonly string[]
  readonly locators?: readonly Locator[]
  readonly bindings?: readonly Binding[]
  /** Seconds since 1970. Default: the new document is valid for as long as the previous one was. */
  readonly exp?: number
}

/**
 * The identity that an agent presents when it speaks for itself: the `identity` of `openAgent`, and the argument of the
 * agent's `renew`.
 */
export const ownIdentityOf = ({
  identity,
  dhKey,
  signer,
}: LocalAgent): Credentials & { readonly static: DhKey; readonly signer: Signer } => ({
  document: identity.document,
  rootDocument: '',
  delegations: [],
  static: dhKey,
  signer,
})
