/** What one link may hold, and for how long it waits. @module */

/** Datagrams of one protocol that nobody has taken yet; the oldest go. */
export const maxWaitingDatagrams = 1024
export const maxWaitingEvents = 256
/** Milliseconds for the other side to prove itself and speak. */
export const upPatience = 10_000
/** Octets of a packet and of a protocol name around a datagram. */
export const overhead = 64
/** Octets under way: enough for 300 Mbit/s over 100 ms in one stream. Only what is used takes memory. */
export const windows = { streamWindow: 4 * 2 ** 20, sessionWindow: 16 * 2 ** 20, streamBuffer: 4 * 2 ** 20 }
