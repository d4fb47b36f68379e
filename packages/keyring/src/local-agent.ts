/** One agent of this host, with its keys at hand: what it needs to prove who it is, and to say something new. @module */
import type { DhKey, KemKey } from '@vagus/channel'
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
