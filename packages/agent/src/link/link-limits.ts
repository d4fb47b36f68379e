/** What one link may hold, and for how long it waits. @module */
import { datagramOverhead } from '@vagus/channel'
import { maxProtocolOctets } from './service-header.ts'

/** Datagrams of one protocol that nobody has taken yet; the oldest go. */
export const maxWaitingDatagrams = 1024
export const maxWaitingEvents = 256
/** Milliseconds for the other side to prove itself and speak. */
export const upPatience = 10_000
/** Octets around a datagram: of a packet, and of the longest protocol name with its length. */
export const overhead = datagramOverhead + 1 + maxProtocolOctets
/**
 * Octets under way: enough for 300 Mbit/s over 100 ms in one stream, and for the others where a few are not read.
 * Streams for as many exchanges as a side-car begins. Only what is used takes memory.
 */
export const windows = {
  streamWindow: 4 * 2 ** 20,
  sessionWindow: 64 * 2 ** 20,
  streamBuffer: 4 * 2 ** 20,
  peerStreams: 4096,
}
