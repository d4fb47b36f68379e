/** Codes with which an agent closes a session, beside those of the session itself (`closeCodes` of channel). @module */

export const closeCode = {
  /** The peer did not prove its identity, or another failure. */
  failed: 0x101,
  /** Another session with the peer replaces this one. */
  replaced: 0x102,
  /** There are too many sessions. */
  tooMany: 0x103,
  /** The peer is not admitted: it is not to try again. */
  refused: 0x104,
} as const
