/** What one side keeps to start its next session with the same peer without public-key work. @module */

import type { Suite } from '../suite.ts'

export interface Ticket {
  /** 16 octets, a name without meaning; sent once, in the clear. */
  readonly id: Uint8Array
  /** 32 octets, secret; forgotten when used. */
  readonly secret: Uint8Array
  /** Milliseconds since 1970. */
  readonly expires: number
  /** The X25519 key of the peer that issued it; the ticket is valid only for that peer. */
  readonly remoteStatic: Uint8Array
  /** From the handshake that its secret comes from. */
  readonly suite: Suite
}
