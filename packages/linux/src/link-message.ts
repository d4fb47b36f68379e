/**
 * RTM_NEWLINK messages of a dump (rtnetlink(7), RFC 3549 §3.1.1) to interfaces with their 64-bit counters.
 *
 *   nlmsghdr   length 4   type 2   flags 2   sequence 4   port 4
 *   ifinfomsg  family 1  pad 1   type 2   index 4   flags 4   change 4      then attributes: length 2  type 2  value, padded to 4
 *
 * Numbers are in the machine's own order, little-endian where this package runs.
 * @module
 */

/** Counters since the interface came to be; operState as in RFC 2863 (ifOperStatus), where the driver says it. */
export interface InterfaceCounters {
  readonly name: string
  /** SNMP ifIndex. */
  readonly index: number
  readonly admin: 'up' | 'down'
  readonly oper: 'up' | 'down'
  readonly inOctets: bigint
  readonly outOctets: bigint
  readonly inPackets: bigint
  readonly outPackets: bigint
  readonly inMulticast: bigint
  readonly inErrors: bigint
  readonly outErrors: bigint
  readonly inDiscards: bigint
  readonly outDiscards: bigint
}

const messageType = { error: 2, done: 3, newLink: 16 } as const
const attributeType = { name: 3, operState: 16, stats64: 23 } as const
const flag = { up: 0x1, running: 0x40 } as const
const operState = { unknown: 0, up: 6 } as const
const headerOctets = 16
const infoOctets = 16
const countersOctets = 10 * 8

export interface LinkMessages {
  readonly interfaces: readonly InterfaceCounters[]
  /** Errno of an error message, or 0. */
  readonly error: number
  readonly end: 'done' | 'more'
}

/** All whole messages of one netlink datagram; what is cut or of another type is passed over. */
export function linkMessages(datagram: Uint8Array): LinkMessages {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  const interfaces: InterfaceCounters[] = []
  for (let at = 0; at + headerOctets <= datagram.length;) {
    const length = view.getUint32(at, true)
    const type = view.getUint16(at + 4, true)
    if (length < headerOctets || at + length > datagram.length) break
    if (type === messageType.done) return { interfaces, error: 0, end: 'done' }
    if (type === messageType.error) {
      const error = length >= headerOctets + 4 ? -view.getInt32(at + headerOctets, true) : 0
      return { interfaces, error, end: 'done' }
    }
    if (type === messageType.newLink && length >= headerOctets + infoOctets) {
      const found = linkOf(datagram.subarray(at, at + length))
      if (found !== undefined) interfaces.push(found)
    }
    at += align(length)
  }
  return { interfaces, error: 0, end: 'more' }
}

function linkOf(message: Uint8Array): InterfaceCounters | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const flags = view.getUint32(headerOctets + 8, true)
  let name: string | undefined
  let state: number = operState.unknown
  let counters: DataView | undefined
  for (let at = headerOctets + infoOctets; at + 4 <= message.length;) {
    const length = view.getUint16(at, true)
    const type = view.getUint16(at + 2, true)
    if (length < 4 || at + length > message.length) break
    const value = message.subarray(at + 4, at + length)
    if (type === attributeType.name) name = textOf(value)
    else if (type === attributeType.operState && value.length > 0) state = value[0]!
    else if (type === attributeType.stats64 && value.length >= countersOctets) {
      counters = new DataView(value.buffer, value.byteOffset, value.byteLength)
    }
    at += align(length)
  }
  if (name === undefined || counters === undefined) return undefined
  const found = counters
  const counter = (place: number): bigint => found.getBigUint64(place * 8, true)
  const running = state === operState.up || (state === operState.unknown && (flags & flag.running) !== 0)
  return {
    name,
    index: view.getInt32(headerOctets + 4, true),
    admin: (flags & flag.up) === 0 ? 'down' : 'up',
    oper: running && (flags & flag.up) !== 0 ? 'up' : 'down',
    // The order of struct rtnl_link_stats64 (linux/if_link.h).
    inPackets: counter(0),
    outPackets: counter(1),
    inOctets: counter(2),
    outOctets: counter(3),
    inErrors: counter(4),
    outErrors: counter(5),
    inDiscards: counter(6),
    outDiscards: counter(7),
    inMulticast: counter(8),
  }
}

const align = (length: number): number => (length + 3) & ~3

function textOf(value: Uint8Array): string {
  const end = value.indexOf(0)
  return new TextDecoder().decode(end < 0 ? value : value.subarray(0, end))
}
