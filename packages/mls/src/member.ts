/** Who is in a group, and what a commit did to that. @module */
import type { Credential } from './credential.ts'
import type { LeafNode } from './leaf-node.ts'

export interface Member {
  /** The index of its leaf. Another member may get it once this one is removed. */
  readonly leaf: number
  readonly credential: Credential
  readonly signatureKey: Uint8Array
}

export interface Changes {
  /** Whoever came in by an external commit included. */
  readonly added: readonly Member[]
  /** As they were before. */
  readonly removed: readonly Member[]
  /** As they are now, the committer included if it sent a path. */
  readonly updated: readonly Member[]
  /** Whether the committer came in by this commit (an external commit, RFC 9420 §12.4.3.2). */
  readonly external: boolean
}

export const memberOf = (leaf: number, { credential, signatureKey }: LeafNode): Member => ({
  leaf,
  credential,
  signatureKey,
})
