/**
 * A way for packets that the host offers to a session: a pair of addresses on a UDP socket, a TCP connection, a
 * WebSocket, a relay. The session knows nothing of addresses; two routes are the same when they are the same object.
 * @module
 */

export interface Route {
  /**
   * `datagram`: may lose, reorder and repeat; the session recovers and controls congestion. `message`: reliable, whole
   * messages (WebSocket, relay). `stream`: reliable octets (TCP); each packet travels as a record with its length
   * first.
   */
  readonly kind: 'datagram' | 'message' | 'stream'
  /** The longest packet it takes, octets: 1,200 is safe on UDP (RFC 9000 §14), up to `maxRecordOctets` elsewhere. */
  readonly maxOctets: number
  /** What an octet costs (money, energy), in any unit; of two paths that are alive the cheaper is used. */
  readonly cost: number
  /** Octets that were handed over and that the host has not given to the kernel yet. */
  readonly queued: number
}

/** The longest packet of all. */
export const maxRecordOctets = 65_535
