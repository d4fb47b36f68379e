/**
 * RTM_NEWQDISC messages of a dump (rtnetlink(7)) to the queues at the way out of interfaces.
 *
 *   nlmsghdr   length 4   type 2   flags 2   sequence 4   port 4
 *   tcmsg      family 1   pad 3   index 4   handle 4   parent 4   info 4     then attributes, as in `link-message.ts`
 *
 * @module
 */
import type { DumpAnswer } from './netlink-dump.ts'

/** The queueing discipline at the root of an interface. */
export interface Queue {
  /** SNMP ifIndex. */
  readonly ifIndex: number
  /** As `tc` names it: `tbf`, `fq_codel`. */
  readonly kind: string
  /** Octets per second that a token bucket lets out; undefined for disciplines without a rate of their own. */
  readonly rate?: number
  /** Packets since it was set up, modulo 2^32. */
  readonly drops: number
  /** Octets that wait. */
  readonly backlog: number
}

export const queueBodyOctets = 20
const messageType = { error: 2, done: 3, newQdisc: 36 } as const
const attribute = { kind: 1, options: 2, stats2: 7 } as const
/** Inside TCA_STATS2: struct gnet_stats_queue. */
const queueStats = 3
/** Inside the options of tbf: struct tc_tbf_qopt, whose rate is at octet 8; and the rate in 64 bits where 32 do not do. */
const tokenBucket = { kind: 'tbf', parameters: 1, rate64: 4, rateAt: 8 } as const
const root = 0xffff_ffff
const headerOctets = 16

/** All whole messages of one netlink datagram; what is cut or of another type is passed over. */
export function queueMessages(datagram: Uint8Array): DumpAnswer & { readonly queues: readonly Queue[] } {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  const queues: Queue[] = []
  for (let at = 0; at + headerOctets <= datagram.length;) {
    const length = view.getUint32(at, true)
    const type = view.getUint16(at + 4, true)
    if (length < headerOctets || at + length > datagram.length) break
    if (type === messageType.done) return { queues, error: 0, end: 'done' }
    if (type === messageType.error) {
      const error = length >= headerOctets + 4 ? -view.getInt32(at + headerOctets, true) : 0
      return { queues, error, end: 'done' }
    }
    const isRoot = length >= headerOctets + queueBodyOctets && view.getUint32(at + headerOctets + 12, true) === root
    if (type === messageType.newQdisc && isRoot) {
      queues.push(queueOf(view.getInt32(at + headerOctets + 4, true), datagram.subarray(at, at + length)))
    }
    at += (length + 3) & ~3
  }
  return { queues, error: 0, end: 'more' }
}

function queueOf(ifIndex: number, message: Uint8Array): Queue {
  const found = attributesOf(message.subarray(headerOctets + queueBodyOctets))
  const kind = textOf(found.get(attribute.kind))
  const stats = attributesOf(found.get(attribute.stats2)).get(queueStats)
  const numbers = stats !== undefined && stats.length >= 12 ? viewOf(stats) : undefined
  const rate = kind === tokenBucket.kind ? rateOf(attributesOf(found.get(attribute.options))) : undefined
  return {
    ifIndex,
    kind,
    backlog: numbers?.getUint32(4, true) ?? 0,
    drops: numbers?.getUint32(8, true) ?? 0,
    ...(rate === undefined ? {} : { rate }),
  }
}

function rateOf(options: ReadonlyMap<number, Uint8Array>): number | undefined {
  const large = options.get(tokenBucket.rate64)
  if (large !== undefined && large.length >= 8) return Number(viewOf(large).getBigUint64(0, true))
  const parameters = options.get(tokenBucket.parameters)
  if (parameters === undefined || parameters.length < tokenBucket.rateAt + 4) return undefined
  return viewOf(parameters).getUint32(tokenBucket.rateAt, true)
}

/** By type; a length that overruns ends the list. */
function attributesOf(octets: Uint8Array | undefined): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  if (octets === undefined) return found
  const view = viewOf(octets)
  for (let at = 0; at + 4 <= octets.length;) {
    const length = view.getUint16(at, true)
    if (length < 4 || at + length > octets.length) break
    found.set(view.getUint16(at + 2, true) & 0x3fff, octets.subarray(at + 4, at + length))
    at += (length + 3) & ~3
  }
  return found
}

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.byteLength)

function textOf(value: Uint8Array | undefined): string {
  const end = value?.indexOf(0) ?? 0
  return new TextDecoder().decode(value?.subarray(0, end < 0 ? undefined : end))
}
