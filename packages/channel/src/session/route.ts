/**
 * A way for packets that the host offers to a session: a pair of addresses on a UDP socket, a TCP connection, a
 * WebSocket, a relay. The session knows no addresses; two routes are the same if they are the same object.
 * @module
 */
import type { Radio } from '../energy/radio.ts'

export interface Route {
  /**
   * `datagram`: may lose, reorder and duplicate; the session recovers and controls congestion. `message`: reliable
   * whole messages (WebSocket, relay). `stream`: reliable octets (TCP); each packet travels as a record preceded by its
   * length.
   */
  readonly kind: 'datagram' | 'message' | 'stream'
  /** Maximum octets of a packet: 1,200 is safe on UDP (RFC 9000 §14), up to `maxRecordOctets` elsewhere. */
  readonly maxOctets: number
  /** Cost per octet (money, energy) in any unit. The cheaper of two live paths is used. */
  readonly cost: number
  /** Octets handed over that the host has not given to the kernel yet. */
  readonly queued: number
  /** The radio of this host under it, if that is to sleep: tolerant content then waits for its wakes. */
  readonly radio?: Radio | undefined
}

/** The maximum octets of a packet on any route. */
export const maxRecordOctets = 65_535
