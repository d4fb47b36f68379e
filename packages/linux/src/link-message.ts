/**
 * RTM_NEWLINK messages of a dump (rtnetlink(7), RFC 3549 §3.1.1) to interfaces with their 64-bit counters.
 *
 *   ifinfomsg  family 1  pad 1   type 2   index 4   flags 4   change 4      then attributes
 *
 * @module
 */
import { attributesOf, type DumpAnswer, messagesOf, textOf, viewOf } from './netlink-message.ts'

/** Counters since the interface was created; operState as in RFC 2863 (ifOperStatus), if the driver reports it. */
export interface InterfaceCounters {
  readonly name: string
  /** SNMP ifIndex. */
  readonly index: number
  readonly admin: 'up' | 'down'
  readonly oper: 'up' | 'down'
  /** Octets of the longest packet. */
  readonly mtu: number
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

const newLink = 16
const attribute = { name: 3, mtu: 4, operState: 16, stats64: 23 } as const
const flag = { up: 0x1, running: 0x40 } as const
const operState = { unknown: 0, up: 6 } as const
const infoOctets = 16
const countersOctets = 10 * 8

/** The interfaces of one netlink datagram. */
export function linkMessages(datagram: Uint8Array): DumpAnswer & { readonly interfaces: readonly InterfaceCounters[] } {
  const interfaces: InterfaceCounters[] = []
  const answer = messagesOf(datagram, newLink, (body) => {
    const found = body.length < infoOctets ? undefined : linkOf(body)
    if (found !== undefined) interfaces.push(found)
  })
  return { ...answer, interfaces }
}

function linkOf(body: Uint8Array): InterfaceCounters | undefined {
  const info = viewOf(body)
  const found = attributesOf(body.subarray(infoOctets))
  const counters = found.get(attribute.stats64)
  const mtu = found.get(attribute.mtu)
  if (!found.has(attribute.name) || counters === undefined || counters.length < countersOctets) return undefined
  if (mtu === undefined || mtu.length < 4) return undefined
  const numbers = viewOf(counters)
  const counter = (place: number): bigint => numbers.getBigUint64(place * 8, true)
  const flags = info.getUint32(8, true)
  const state = found.get(attribute.operState)?.[0] ?? operState.unknown
  const running = state === operState.up || (state === operState.unknown && (flags & flag.running) !== 0)
  return {
    name: textOf(found.get(attribute.name)),
    index: info.getInt32(4, true),
    admin: (flags & flag.up) === 0 ? 'down' : 'up',
    oper: running && (flags & flag.up) !== 0 ? 'up' : 'down',
    mtu: viewOf(mtu).getUint32(0, true),
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
