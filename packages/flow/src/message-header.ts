/**
 * Headers of messages that are made of sets.
 *
 *   NetFlow v9 (RFC 3954 §5.1)  version 2, count 2, uptime 4, seconds 4, sequence 4, source id 4
 *   IPFIX (RFC 7011 §3.1)       version 2, length 2, export time 4, sequence 4, observation domain 4
 * @module
 */

export interface MessageHeader {
  readonly protocol: 'netflow9' | 'ipfix'
  /** Octets of the header: the sets stand behind it. */
  readonly octets: number
  /** Octets of the message as it says them: IPFIX only, else those of the datagram. */
  readonly length: number
  readonly exportMs: number
  /** -1 in IPFIX, which has none. */
  readonly uptimeMs: number
  readonly sequence: number
  readonly domain: number
}

export const netflow9HeaderOctets = 20
export const ipfixHeaderOctets = 16

/** Of a datagram of `length` octets, 20 at least, that starts at `at`. */
export const readNetflow9Header = (view: DataView, at: number, length: number): MessageHeader => ({
  protocol: 'netflow9',
  octets: netflow9HeaderOctets,
  length,
  uptimeMs: view.getUint32(at + 4),
  exportMs: view.getUint32(at + 8) * 1000,
  sequence: view.getUint32(at + 12),
  domain: view.getUint32(at + 16),
})

/** Of a datagram of 16 octets at least that starts at `at`. */
export const readIpfixHeader = (view: DataView, at: number): MessageHeader => ({
  protocol: 'ipfix',
  octets: ipfixHeaderOctets,
  length: view.getUint16(at + 2),
  exportMs: view.getUint32(at + 4) * 1000,
  uptimeMs: -1,
  sequence: view.getUint32(at + 8),
  domain: view.getUint32(at + 12),
})
