/**
 * Rates of their own for packets to some destinations: classes of HTB at the way out of an interface, below the token
 * bucket that shapes it, or at its root where nothing is. As commands of `tc -batch`. Pure.
 *
 *   5641:ffff            the capacity
 *     5641:N    prio 0   rate and ceil of destination N, u32 on its 64 bits, a queue of 10 ms
 *     5641:fff0 prio 2   service 0 and those after it, where the link has services: packets get there by their priority alone
 *     5641:fffd prio 1   what the router itself says to its neighbours: 2 % of the capacity, 10 % at most
 *     5641:fffe prio 7   everything else: what is left, up to the capacity, a queue of 50 ms
 *
 * All but those of destinations share fairly among flows where the kernel has fq_codel (RFC 8290). ARP is the router's
 * own; other packets get into 5641:fffd by their priority alone (`segment-guard.ts`), which no packet that is forwarded
 * has.
 *
 * What was there before is put back with the last class. Another classful tree is never touched.
 * @module
 */
import { filtersOf, isPrintedOf, type Qdisc, type RateRow, rateRowsOf } from './queue-tree.ts'

/** "VA"; below 8000, so that the kernel chooses it for nobody else. */
const handle = '5641:'
const whole = 0xffff
const others = 0xfffe
const own = 0xfffd
const firstService = 0xfff0
/** Numbers of classes; those above are not for destinations. */
export const mostClass = firstService - 1
/** Class of service `index`, the most urgent being 0; at most 12. */
export const servicePriority = (index: number): string => idOf(firstService + index)
/** The priority (`skb->priority`) of packets that the router itself sends to keep the network together. */
export const ownPriority = `${handle}${own.toString(16)}`
/** Of the capacity: what is kept for them, and what they may take of what others leave. */
const ownShare = { rate: 0.02, ceil: 0.1 } as const
/** Queues in milliseconds at their rate, and packets at least: bursts of 15 pass, however low the rate is. */
const queue = { classMs: 10, othersMs: 50, leastPackets: 16 } as const
/** Of fq_codel: the delay that it aims at, and in which time, milliseconds (RFC 8289 §4.2 and §4.3). */
const codel = { targetMs: 5, intervalMs: 100 } as const
/** Octets that a class may send at once: 2 ms of its rate, and ten full packets at least. */
const burst = { ms: 2, leastOctets: 16_384 } as const
/** Octets of a packet on the wire, where queues are counted in packets. */
const packetOctets = 1300
/** Of the capacity; so much is left to everything else whatever is asked. */
const leastRest = 0.01

export interface RateClass {
  /** 1..`mostClass`. */
  readonly number: number
  /** First 64 bits of the destination. */
  readonly destination: bigint
  readonly bitsPerSecond: number
}

/** What a link gives to one service. */
export interface ServiceClass {
  /** 0..11: as of `servicePriority`. */
  readonly index: number
  /** Bits per second that are kept for it, of what is left by destinations. */
  readonly least: number
  /** Bits per second, at most. */
  readonly most: number
  /** Whether it comes after everything else. */
  readonly yields: boolean
}

/** What an interface is to be; without classes and services, as it was before. */
export interface RateTree {
  readonly interface: string
  readonly bitsPerSecond: number
  readonly classes: readonly RateClass[]
  readonly services?: readonly ServiceClass[]
  /** How packets of no class wait; not every kernel has fq_codel. */
  readonly waiting: 'fq_codel' | 'bfifo'
}

/** What an interface is. */
export interface RateTreeNow {
  /** All of this interface. */
  readonly qdiscs: readonly Qdisc[]
  readonly classes: readonly RateRow[]
  /** By preference: the class. */
  readonly filters: ReadonlyMap<number, string>
}

/** @param classes what `tc class show dev` printed, @param filters what `tc -j filter show dev … parent 5641:` printed */
export const rateTreeNow = (qdiscs: readonly Qdisc[], classes: string, filters: string): RateTreeNow => ({
  qdiscs,
  classes: rateRowsOf(classes, handle),
  filters: filtersOf(filters),
})

export const rateTreeHandle = handle

export const hasRateTree = (qdiscs: readonly Qdisc[]): boolean => qdiscs.some((one) => one.handle === handle)

/** Counters of a class since it was made: those of its queue. */
export const countersOfClass = (qdiscs: readonly Qdisc[], number: number): Qdisc | undefined =>
  qdiscs.find(({ parent }) => parent === idOf(number))

/** Octets per second that a token bucket at the root lets out; undefined where there is none. */
export function shapedRateOf(qdiscs: readonly Qdisc[]): number | undefined {
  const rate = rootOf(qdiscs)?.options['rate']
  return rootOf(qdiscs)?.kind === 'tbf' && typeof rate === 'number' ? rate : undefined
}

/** Why no tree can be made at an interface; undefined where it can, or is. */
export function rateTreeProblem(name: string, qdiscs: readonly Qdisc[]): string | undefined {
  const root = rootOf(qdiscs)
  if (root === undefined) return `there is no interface ${name}`
  if (hasRateTree(qdiscs) || root.handle === '0:') return undefined
  if (root.kind !== 'tbf') return `${name} has a ${root.kind} of its own; it must be a token bucket (tbf) or nothing`
  const other = Object.keys(root.options).find((key) => !plainBucket.has(key))
  if (other !== undefined) return `the token bucket of ${name} has "${other}", which could not be put back`
  const child = qdiscs.find(({ parent }) => parent !== undefined)
  return child && `the token bucket of ${name} has a ${child.kind} below it; there must be none`
}

const plainBucket: ReadonlySet<string> = new Set(['rate', 'burst', 'burst_raw', 'lat', 'limit'])

export interface RateCommands {
  /** What is missing or other than it should be. */
  readonly add: readonly string[]
  /** What is there and should not be. */
  readonly remove: readonly string[]
}

/** The commands that make `tree` of what is there; none where that is so. */
export function rateCommands(tree: RateTree, now: RateTreeNow): RateCommands {
  const isThere = hasRateTree(now.qdiscs)
  const { services = [] } = tree
  if (tree.classes.length + services.length === 0)
    return { add: [], remove: isThere ? removeTree(tree.interface, now.qdiscs) : [] }
  const serviceNumbers = services.map(({ index }) => firstService + index)
  const wanted = new Set([own, ...serviceNumbers, ...tree.classes.map(({ number }) => number)])
  const left = now.classes.filter(({ number }) => number < own && !wanted.has(number))
  const unled = [...now.filters.keys()].filter((number) => !wanted.has(number))
  return {
    add: [
      ...(isThere ? [] : [`qdisc add dev ${tree.interface} ${placeOf(now.qdiscs)} handle ${handle} htb default fffe`]),
      ...wholeCommands(tree, now),
      ...tree.classes.flatMap((one) => classCommands(tree.interface, one, now)),
    ],
    remove: [
      ...unled.map((number) => `filter del dev ${tree.interface} parent ${handle} protocol ipv6 pref ${number}`),
      ...left.map(({ number }) => `class del dev ${tree.interface} classid ${idOf(number)}`),
    ],
  }
}

/** The three classes that every tree has, and those of services. */
function wholeCommands(tree: RateTree, now: RateTreeNow): readonly string[] {
  const { interface: name, bitsPerSecond, classes, services = [] } = tree
  const kept = classes.reduce((sum, one) => sum + one.bitsPerSecond, 0)
  const [ownRate, ownCeil] = [bitsPerSecond * ownShare.rate, bitsPerSecond * ownShare.ceil]
  const free = Math.max(bitsPerSecond - kept - ownRate, bitsPerSecond * leastRest)
  const given = services.map((one) => ({ ...one, least: Math.min(1, free / bitsPerSecond) * one.least }))
  const rest = Math.max(free - given.reduce((sum, { least }) => sum + least, 0), bitsPerSecond * leastRest)
  const rowOf = (number: number): RateRow | undefined => now.classes.find((row) => row.number === number)
  const isWhole = isRateOf(rowOf(whole), bitsPerSecond)
  const below = (number: number, rate: number, ceil: number, priority: number): readonly string[] => [
    ...(isWhole && isRateOf(rowOf(number), rate)
      ? []
      : [
          `class replace dev ${name} parent ${idOf(whole)} classid ${idOf(number)} htb rate ${bitsOf(rate)}bit ` +
            `ceil ${bitsOf(ceil)}bit prio ${priority} ${burstWords(ceil)} quantum 1514`,
        ]),
    ...(countersOfClass(now.qdiscs, number) === undefined
      ? [`qdisc add dev ${name} parent ${idOf(number)} ${waitingWords(tree, ceil)}`]
      : []),
  ]
  return [
    ...(isWhole
      ? []
      : [
          `class replace dev ${name} parent ${handle} classid ${idOf(whole)} htb ${rateWords(bitsPerSecond)} ` +
            `${burstWords(bitsPerSecond)} quantum 1514`,
        ]),
    ...below(own, ownRate, ownCeil, 1),
    ...given.flatMap(({ index, least, most, yields }) =>
      below(firstService + index, least, Math.max(least, most), yields ? 7 : Math.min(2 + index, 5)),
    ),
    ...below(others, rest, bitsPerSecond, services.length === 0 ? 7 : 6),
    ...(now.filters.get(own) === idOf(own)
      ? []
      : [`filter add dev ${name} parent ${handle} protocol arp pref ${own} u32 match u32 0 0 flowid ${idOf(own)}`]),
  ]
}

const isRateOf = (row: RateRow | undefined, bitsPerSecond: number): boolean =>
  row !== undefined && isPrintedOf(row.rate, bitsOf(bitsPerSecond))

/** A queue that is drained at that rate. */
function waitingWords({ waiting }: RateTree, bitsPerSecond: number): string {
  const octets = Math.max(octetsOf(bitsPerSecond, queue.othersMs), queue.leastPackets * packetOctets)
  if (waiting === 'bfifo') return `bfifo limit ${octets}`
  const targetMs = Math.max(codel.targetMs, Math.ceil((1.5 * packetOctets * 8000) / bitsPerSecond))
  const intervalMs = Math.max(codel.intervalMs, 2 * targetMs)
  return `fq_codel limit ${Math.ceil(octets / packetOctets)} target ${targetMs}ms interval ${intervalMs}ms noecn`
}

function classCommands(name: string, one: RateClass, now: RateTreeNow): readonly string[] {
  const { number, destination, bitsPerSecond } = one
  const id = idOf(number)
  const packets = Math.max(Math.ceil(octetsOf(bitsPerSecond, queue.classMs) / packetOctets), queue.leastPackets)
  const isRate = isRateOf(
    now.classes.find((row) => row.number === number),
    bitsPerSecond,
  )
  const [high, low] = [destination >> 32n, destination & 0xffff_ffffn].map((word) => `0x${word.toString(16)}`)
  const match = `match u32 ${high} 0xffffffff at 24 match u32 ${low} 0xffffffff at 28`
  return [
    ...(isRate
      ? []
      : [
          `class replace dev ${name} parent ${idOf(whole)} classid ${id} htb ${rateWords(bitsPerSecond)} prio 0 ` +
            `${burstWords(bitsPerSecond)} quantum 6000`,
        ]),
    ...(countersOfClass(now.qdiscs, number) === undefined
      ? [`qdisc add dev ${name} parent ${id} pfifo limit ${packets}`]
      : []),
    ...(now.filters.get(number) === id
      ? []
      : [`filter add dev ${name} parent ${handle} protocol ipv6 pref ${number} u32 ${match} flowid ${id}`]),
  ]
}

/** A token bucket whose child is deleted drops everything, until it is told its limit again and makes its own. */
function removeTree(name: string, qdiscs: readonly Qdisc[]): readonly string[] {
  const root = rootOf(qdiscs)
  if (root === undefined || root.handle === handle) return [`qdisc del dev ${name} root`]
  const { rate, burst: octets, limit } = root.options
  return [
    `qdisc del dev ${name} parent ${root.handle}1 handle ${handle}`,
    `qdisc change dev ${name} root handle ${root.handle} tbf rate ${Number(rate)}bps burst ${Number(octets)} limit ${Number(limit)}`,
  ]
}

const rootOf = (qdiscs: readonly Qdisc[]): Qdisc | undefined => qdiscs.find(({ parent }) => parent === undefined)

function placeOf(qdiscs: readonly Qdisc[]): string {
  const root = rootOf(qdiscs)
  return root?.kind === 'tbf' ? `parent ${root.handle}1` : 'root'
}

const idOf = (number: number): string => `${handle}${number.toString(16)}`
/** In whole kbit/s, which is printed as it is. */
const bitsOf = (bitsPerSecond: number): number => Math.ceil(bitsPerSecond / 1000) * 1000
const rateWords = (bitsPerSecond: number): string => `rate ${bitsOf(bitsPerSecond)}bit ceil ${bitsOf(bitsPerSecond)}bit`
const octetsOf = (bitsPerSecond: number, ms: number): number => Math.ceil((bitsPerSecond * ms) / 8000)

function burstWords(bitsPerSecond: number): string {
  const octets = Math.max(octetsOf(bitsPerSecond, burst.ms), burst.leastOctets)
  return `burst ${octets} cburst ${octets}`
}
