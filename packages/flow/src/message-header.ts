/**
 * Headers of messages that are made of sets.
 *
 *   NetFlow v9 (RFC 3954 §5.1)  version 2, count 2, uptime 4, seconds 4, sequence 4, source id 4
 *   IPFIX (RFC 7011 §3.1)       version 2, length 2, export time 4, sequence 4, observation domain 4
 * @module
 */

export interface MessageHeader {
  readonly protocol: 'netflow9' | 'ipfix'
  /** Where the sets start. */
  readonly octets: number
  /** The octet behind the last set, as the message says it: IPFIX only, else the datagram's length. */
  readonly end: number
  readonly exportMs: number
  /** -1 in IPFIX, which has none. */
  readonly uptimeMs: number
  readonly sequence: number
  readonly domain: number
}

export const netflow9HeaderOctets = 20
export const ipfixHeaderOctets = 16

/** The datagram has 20 octets at least. */
export const readNetflow9Header = (view: DataView): MessageHeader => ({
  protocol: 'netflow9',
  octets: netflow9HeaderOctets,
  end: view.byteLength,
  uptimeMs: view.getUint32(4),
  exportMs: view.getUint32(8) * 1000,
  sequence: view.getUint32(12),
  domain: view.getUint32(16),
})

/** The datagram has 16 octets at least. */
export const readIpfixHeader = (view: DataView): MessageHeader => ({
  protocol: 'ipfix',
  octets: ipfixHeaderOctets,
  end: view.getUint16(2),
  exportMs: view.getUint32(4) * 1000,
  uptimeMs: -1,
  sequence: view.getUint32(8),
  domain: view.getUint32(12),
})
