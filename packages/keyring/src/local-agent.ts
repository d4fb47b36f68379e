/** One agent of this host, with its keys at hand: what it needs to prove who it is, and to say something new. @module */
import type { Credentials, DhKey, KemKey } from '@vagus/channel'
import type { Identity, Locator, Signer } from '@vagus/identity'

export interface LocalAgent {
  readonly name: string
  /** What its newest document says; `renew` and `rotate` of the keyring give a newer one. */
  readonly identity: Identity
  /** The Ed25519 key in use. */
  readonly signer: Signer
  readonly dhKey: DhKey
  readonly kemKey: KemKey
}

/** What a new document says otherwise than the one before; what is left out stays. */
export interface DocumentChanges {
  readonly role?: string
  readonly skills?: readonly string[]
  readonly alsoKnownAs?: readonly string[]
  readonly locators?: readonly Locator[]
  /** Seconds since 1970. Left out: as long from now as the document before was to hold. */
  readonly exp?: number
}

/** What a session shows of an agent that speaks for itself: the `identity` of `openAgent`, and of `renew` of the agent. */
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
