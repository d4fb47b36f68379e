/**
 * How much a session holds for its peer and its host. Reaching a limit that the peer was told of ends the session
 * (`flow-control`); at the others something is refused or the oldest is dropped, as written beside each.
 * @module
 */

export interface SessionLimits {
  /** Octets of one stream that the peer may send before they are read. */
  readonly streamWindow: number
  /** Octets of all streams together. */
  readonly sessionWindow: number
  /** Streams that the peer may have open at once; it cannot open more. */
  readonly peerStreams: number
  /** Octets written and not acknowledged, of one stream; `write` takes no more. */
  readonly streamBuffer: number
  /** Datagrams waiting to be sent; the one with the latest deadline of the lowest class is dropped. */
  readonly datagrams: number
  /** Events that the host did not fetch; datagrams that come then are dropped. */
  readonly events: number
  /** Milliseconds without a packet from the peer after which the session ends; both sides' smaller one counts. */
  readonly idleTimeout: number
  /**
   * Packets encrypted with one key; then the next key follows. Twice as many with no acknowledgement of the change, and
   * the session ends. AES-GCM allows 2^23 packets of 64 KiB (RFC 9001 §6.6).
   */
  readonly packetsPerKey: number
  /** Milliseconds that a key is used: whoever learns one reads no more. */
  readonly keyAge: number
}

export const defaultLimits: SessionLimits = {
  streamWindow: 1 << 20,
  sessionWindow: 4 << 20,
  peerStreams: 256,
  streamBuffer: 1 << 20,
  datagrams: 1024,
  events: 4096,
  idleTimeout: 120_000,
  packetsPerKey: 2 ** 22,
  keyAge: 3_600_000,
}

/** At once, closed ones not counted. Each side may open this many less those of the other. */
export const maxPaths = 8
