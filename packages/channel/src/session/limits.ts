/**
 * How much a session holds for its peer and its host. A peer that exceeds an announced limit ends the session
 * (`flow-control`). At the other limits something is refused or the oldest is dropped, as stated for each.
 * @module
 */

export interface SessionLimits {
  /** Octets of one stream that the peer may send before they are read. */
  readonly streamWindow: number
  /** Octets of all streams together. */
  readonly sessionWindow: number
  /** Streams that the peer may have open at once; it cannot open more. */
  readonly peerStreams: number
  /** Octets of one stream that are written and not acknowledged. At the limit `write` accepts no more. */
  readonly streamBuffer: number
  /** Datagrams waiting to be sent. At the limit the one with the latest deadline of the lowest class is dropped. */
  readonly datagrams: number
  /** Events that the host has not fetched. At the limit arriving datagrams are dropped. */
  readonly events: number
  /**
   * Milliseconds without a packet from the peer after which the session ends. The smaller value of both sides counts.
   */
  readonly idleTimeout: number
  /**
   * Packets encrypted with one key before the next key follows. If twice as many are sent without an acknowledgement of
   * the change, the session ends. AES-GCM allows 2^23 packets of 64 KiB (RFC 9001 §6.6).
   */
  readonly packetsPerKey: number
  /** Milliseconds for which a key is used; a thief of a key can read no more than that. */
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

/** Maximum paths open at once. Each side may open this many minus those of the other. */
export const maxPaths = 8
