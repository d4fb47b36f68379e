/** What a handshake leaves behind: the keys of a session, and whom it is with. @module */
import type { TransportKeys } from './noise/symmetric-state.ts'
import type { Suite } from './suite.ts'

export interface Established {
  readonly role: 'initiator' | 'responder'
  readonly suite: Suite
  readonly keys: TransportKeys
  /** The X25519 key that the other side proved to have; who it belongs to is for `verifyPeer` to say. */
  readonly remoteStatic: Uint8Array
  /** 8 octets each. */
  readonly connectionId: Uint8Array
  readonly remoteConnectionId: Uint8Array
  /** What the other side said last inside the handshake. */
  readonly payload: Uint8Array
  /** After a resumption: the first octets of the initiator's first stream, which travelled with its first message. */
  readonly early?: Uint8Array
}
