/**
 * Headers of messages that consist of sets.
 *
 *   NetFlow v9 (RFC 3954 §5.1)  version 2, count 2, uptime 4, seconds 4, sequence 4, source id 4
 *   IPFIX (RFC 7011 §3.1)       version 2, length 2, export time 4, sequence 4, observation domain 4
 * @module
 */

/** Created once per protocol and reused for each message. */
export interface MessageHeader {
  readonly protocol: 'netflow9' | 'ipfix'
  /** Octets of the header; the sets follow it. */
  readonly octets: number
  /** Octets of the message: as the header states (IPFIX), else of the datagram. */
  length: number
  exportMs: number
  /** Uptime, milliseconds modulo 2^32; -1 for IPFIX, which has none. */
  uptimeMs: number
  sequence: number
  domain: number
}

/** Offsets of the fields in an IPFIX header, and its length, in octets. */
export const ipfixAt = { length: 2, exportTime: 4, sequence: 8, domain: 12 } as const
export const ipfixHeaderOctets = 16

export const netflow9Header = (): MessageHeader => emptyHeader('netflow9', 20)
export const ipfixHeader = (): MessageHeader => emptyHeader('ipfix', ipfixHeaderOctets)

const emptyHeader = (protocol: MessageHeader['protocol'], octets: number): MessageHeader => ({
  protocol,
  octets,
  length: 0,
  exportMs: 0,
  uptimeMs: -1,
  sequence: 0,
  domain: 0,
})

/** Reads the header of a datagram of `length` octets (at least 20) that starts at `at`. */
export function readNetflow9Header(header: MessageHeader, view: DataView, at: number, length: number): void {
  header.length = length
  header.uptimeMs = view.getUint32(at + 4)
  header.exportMs = view.getUint32(at + 8) * 1000
  header.sequence = view.getUint32(at + 12)
  header.domain = view.getUint32(at + 16)
}

/** Reads the header of a datagram of at least 16 octets that starts at `at`. */
export function readIpfixHeader(header: MessageHeader, view: DataView, at: number): void {
  header.length = view.getUint16(at + ipfixAt.length)
  header.exportMs = view.getUint32(at + ipfixAt.exportTime) * 1000
  header.sequence = view.getUint32(at + ipfixAt.sequence)
  header.domain = view.getUint32(at + ipfixAt.domain)
}
