/** The result of a handshake: the keys of a session, and the peer's key. @module */
import type { TransportKeys } from './noise/symmetric-state.ts'
import type { Suite } from './suite.ts'

export interface Established {
  readonly role: 'initiator' | 'responder'
  readonly suite: Suite
  readonly keys: TransportKeys
  /** The X25519 key that the peer proved to have; `verifyPeer` says to whom it belongs. */
  readonly remoteStatic: Uint8Array
  /** 8 octets each. */
  readonly connectionId: Uint8Array
  readonly remoteConnectionId: Uint8Array
  /** The peer's last payload of the handshake. */
  readonly payload: Uint8Array
  /** After a resumption: the first octets of the initiator's first stream, sent with its first message. */
  readonly early?: Uint8Array
}
