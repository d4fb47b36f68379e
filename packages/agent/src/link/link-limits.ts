/** What one link may hold, and how long it waits. @module */
import { datagramOverhead } from '@vagus/channel'
import { maxProtocolOctets } from './service-header.ts'

/** Maximum untaken datagrams of one protocol; the oldest are dropped. */
export const maxWaitingDatagrams = 1024
export const maxWaitingEvents = 256
/** Milliseconds for the other side to prove its identity and send. */
export const upPatience = 10_000
/** Octets around a datagram: those of a packet, and of the longest protocol name with its length. */
export const overhead = datagramOverhead + 1 + maxProtocolOctets
/**
 * Windows in octets: enough for 300 Mbit/s over 100 ms in one stream, and for the others if a few are not read.
 * Streams: for as many exchanges as a side-car opens. Only what is used takes memory.
 */
export const windows = {
  streamWindow: 4 * 2 ** 20,
  sessionWindow: 64 * 2 ** 20,
  streamBuffer: 4 * 2 ** 20,
  peerStreams: 4096,
}
