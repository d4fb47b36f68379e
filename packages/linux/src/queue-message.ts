/**
 * RTM_NEWQDISC messages of a dump (rtnetlink(7)) to the queues at the way out of interfaces.
 *
 *   tcmsg      family 1   pad 3   index 4   handle 4   parent 4   info 4     then attributes
 *
 * @module
 */
import { attributesOf, type DumpAnswer, messagesOf, textOf, viewOf } from './netlink-message.ts'

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
  /** Waiting octets. */
  readonly backlog: number
}

export const queueBodyOctets = 20
const newQdisc = 36
const attribute = { kind: 1, options: 2, stats2: 7 } as const
/** Inside TCA_STATS2: struct gnet_stats_queue. */
const queueStats = 3
/** Inside the options of tbf: struct tc_tbf_qopt, whose rate is at octet 8; and the rate in 64 bits where 32 do not do. */
const tokenBucket = { kind: 'tbf', parameters: 1, rate64: 4, rateAt: 8 } as const
const root = 0xffff_ffff

/** The queues at the roots of interfaces in one netlink datagram. */
export function queueMessages(datagram: Uint8Array): DumpAnswer & { readonly queues: readonly Queue[] } {
  const queues: Queue[] = []
  const answer = messagesOf(datagram, newQdisc, (body) => {
    if (body.length >= queueBodyOctets && viewOf(body).getUint32(12, true) === root) queues.push(queueOf(body))
  })
  return { ...answer, queues }
}

function queueOf(body: Uint8Array): Queue {
  const found = attributesOf(body.subarray(queueBodyOctets))
  const kind = textOf(found.get(attribute.kind))
  const stats = attributesOf(found.get(attribute.stats2)).get(queueStats)
  const numbers = stats !== undefined && stats.length >= 12 ? viewOf(stats) : undefined
  const rate = kind === tokenBucket.kind ? rateOf(attributesOf(found.get(attribute.options))) : undefined
  return {
    ifIndex: viewOf(body).getInt32(4, true),
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
