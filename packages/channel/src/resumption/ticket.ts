/** What one side keeps to begin the next session with the same peer without public-key work. @module */

import type { Suite } from '../suite.ts'

export interface Ticket {
  /** 16 octets, a name that says nothing; sent in the clear, once. */
  readonly id: Uint8Array
  /** 32 octets, secret; forgotten with its use. */
  readonly secret: Uint8Array
  /** Milliseconds since 1970. */
  readonly expires: number
  /** The X25519 key of the peer that gave it: the ticket is for no other. */
  readonly remoteStatic: Uint8Array
  /** Of the handshake that its secret comes from. */
  readonly suite: Suite
}
