/**
 * Routes by which packets enter and leave a path of segments (RFC 8986), and rules that lead into them: as commands of
 * `ip -batch`, and as `ip -j` prints them. All of one protocol number, so that they are told from those of others. Pure.
 * @module
 */
import { rowsOf } from './queue-tree.ts'

export interface SegmentRoute {
  /** A prefix as text, of either IP version. */
  readonly to: string
  /** `main`: that of the router. */
  readonly table: 'main' | number
  readonly interface: string
  readonly how:
    | { readonly type: 'via'; readonly gateway: string }
    /** Out of the path: the packet inside goes where the main table says. */
    | { readonly type: 'decapsulate'; readonly inner: 4 | 6 }
    /** Into the path: a header with this segment. */
    | { readonly type: 'encapsulate'; readonly segment: string }
    /** Of this host, and on no interface: daemons announce the addresses of interfaces. */
    | { readonly type: 'local' }
    /** Refused, where no longer prefix of the table has it. */
    | { readonly type: 'unreachable' }
    /** Of the protocol, and of no use: only to be removed. */
    | { readonly type: 'other' }
}

/** Packets that look into the table before they look into main. */
export type SegmentRule = { readonly table: number } & (
  | { readonly type: 'from'; readonly interface: string; readonly from: string }
  /** Wherever they come from: to the segments themselves. */
  | { readonly type: 'to'; readonly to: string }
)

export interface SegmentState {
  readonly routes: readonly SegmentRoute[]
  readonly rules: readonly SegmentRule[]
  /** IPv6, of the loopback, where earlier agents put them: only to be removed. */
  readonly addresses: readonly string[]
}

export const noSegments: SegmentState = { routes: [], rules: [], addresses: [] }

/** By IP version, as `ip -4 -batch` and `ip -6 -batch` need them. */
export interface IpCommands {
  readonly v4: readonly string[]
  readonly v6: readonly string[]
}

export interface SegmentCommands {
  /** Routes that are missing, then rules. */
  readonly add: IpCommands
  /** Rules that should not be there: what they led to may be removed once nothing is on its way any more. */
  readonly unsteer: IpCommands
  /** Routes and addresses that should not be there. */
  readonly remove: IpCommands
}

export interface SegmentMarks {
  /** 0..255, above those of `/etc/iproute2/rt_protos`. */
  readonly protocol: number
  /** Of the rules; below 32,766, which is main's. */
  readonly priority: number
}

/** The commands that make `wanted` of what is there; none where that is so. */
export function segmentCommands(
  wanted: Omit<SegmentState, 'addresses'>,
  now: SegmentState,
  marks: SegmentMarks,
): SegmentCommands {
  const { protocol, priority } = marks
  const missing = <Item>(all: readonly Item[], there: readonly Item[], keyOf: (item: Item) => string) => {
    const keys = new Set(there.map(keyOf))
    return all.filter((item) => !keys.has(keyOf(item)))
  }
  const ruleWords = (one: SegmentRule): Worded => ({
    at: one.type === 'from' ? one.from : one.to,
    words: `priority ${priority} ${ruleKey(one)} protocol ${protocol}`,
  })
  const routeWord = (verb: string) => (one: SegmentRoute) => ({
    at: one.to,
    words: `route ${verb} ${routeWords(one)} proto ${protocol}`,
  })
  const added = missing(wanted.routes, now.routes, routeWords).map(routeWord('replace'))
  const rules = ruleChanges(wanted.rules, now.rules)
  const [ruled, unruled] = [rules.add.map(ruleWords), rules.remove.map(ruleWords)]
  const places = new Set(wanted.routes.map(placeKey))
  const left = missing(now.routes, wanted.routes, routeWords).filter((one) => !places.has(placeKey(one)))
  return {
    add: byVersion([...added, ...ruled.map(({ at, words }) => ({ at, words: `rule add ${words}` }))]),
    unsteer: byVersion(unruled.map(({ at, words }) => ({ at, words: `rule del ${words}` }))),
    remove: byVersion([
      ...left.map(routeWord('del')),
      ...now.addresses.map((one) => ({ at: one, words: `address del ${one}/128 dev lo` })),
    ]),
  }
}

interface Worded {
  readonly at: string
  readonly words: string
}

function byVersion(all: readonly Worded[]): IpCommands {
  const { v4 = [], v6 = [] } = Object.groupBy(all, ({ at }) => (at.includes(':') ? 'v6' : 'v4'))
  const wordsOf = (some: readonly Worded[]) => some.map(({ words }) => words)
  return { v4: wordsOf(v4), v6: wordsOf(v6) }
}

/** What makes `wanted` of what is there. */
export function ruleChanges(wanted: readonly SegmentRule[], now: readonly SegmentRule[]) {
  const without = (some: readonly SegmentRule[], others: readonly SegmentRule[]): readonly SegmentRule[] => {
    const keys = new Set(others.map(ruleKey))
    return some.filter((one) => !keys.has(ruleKey(one)))
  }
  return { add: without(wanted, now), remove: without(now, wanted) }
}

const ruleKey = (one: SegmentRule): string =>
  one.type === 'from' ? `iif ${one.interface} from ${one.from} lookup ${one.table}` : `to ${one.to} lookup ${one.table}`
const placeKey = ({ to, table }: SegmentRoute): string => `${table} ${to}`

function routeWords({ to, table, interface: name, how }: SegmentRoute): string {
  const place = table === 'main' ? '' : ` table ${table}`
  if (how.type === 'unreachable') return `unreachable ${to}${place}`
  if (how.type === 'local') return `local ${to} dev ${name}${place}`
  if (how.type === 'via') return `${to} via ${how.gateway} dev ${name}${place}`
  if (how.type === 'encapsulate') return `${to} encap seg6 mode encap segs ${how.segment} dev ${name}${place}`
  if (how.type === 'other') return `${to} dev ${name}${place}`
  const out = how.inner === 4 ? 'End.DX4 nh4 0.0.0.0' : 'End.DX6 nh6 ::'
  return `${to} encap seg6local action ${out} dev ${name}${place}`
}

/** Of `ip -N -j route show table all proto P`: with numbers, as somebody may have given names to tables of ours. */
export function segmentRoutesOf(json: string): readonly SegmentRoute[] {
  return rowsOf(json).flatMap((row) => {
    const { type, dst, dev, table = mainTable, gateway, encap, segs, action } = row
    const how = kinds.get(Number(type)) ?? howOf(gateway, encap, segs, action)
    if (typeof dst !== 'string' || typeof dev !== 'string') return []
    const number = Number(table)
    return [{ to: withLength(dst), table: number === mainTable ? 'main' : number, interface: dev, how }]
  })
}

/** RT_TABLE_MAIN, RTN_LOCAL and RTN_UNREACHABLE of rtnetlink(7). */
const mainTable = 254
const kinds = new Map<number, SegmentRoute['how']>([
  [2, { type: 'local' }],
  [7, { type: 'unreachable' }],
])

function howOf(gateway: unknown, encap: unknown, segments: unknown, action: unknown): SegmentRoute['how'] {
  if (encap === 'seg6local') return { type: 'decapsulate', inner: action === 'End.DX4' ? 4 : 6 }
  const [segment] = Array.isArray(segments) ? (segments as readonly unknown[]) : []
  if (encap === 'seg6' && typeof segment === 'string') return { type: 'encapsulate', segment }
  return typeof gateway === 'string' ? { type: 'via', gateway } : { type: 'other' }
}

/** Of `ip -N -j rule show` of one IP version: those of the protocol. */
export function segmentRulesOf(json: string, protocol: number): readonly SegmentRule[] {
  return rowsOf(json).flatMap((row): readonly SegmentRule[] => {
    if (Number(row['protocol']) !== protocol) return []
    const { iif, table: number } = row
    const [from, to] = [prefixOf(row['src'], row['srclen']), prefixOf(row['dst'], row['dstlen'])]
    const table = Number(number)
    if (from !== undefined && typeof iif === 'string') return [{ type: 'from', interface: iif, from, table }]
    return to === undefined ? [] : [{ type: 'to', to, table }]
  })
}

function prefixOf(address: unknown, length: unknown): string | undefined {
  if (typeof address !== 'string' || address === 'all') return undefined
  return typeof length === 'number' ? `${address}/${length}` : withLength(address)
}

/** The length of a whole address is not printed. */
const withLength = (prefix: string): string =>
  prefix.includes('/') ? prefix : `${prefix}/${prefix.includes(':') ? 128 : 32}`

/** IPv6 addresses of one in `ip -j -6 address show dev`, with 128 bits. */
export const hostAddressesOf = (json: string): readonly string[] =>
  rowsOf(json).flatMap(({ addr_info: all }) =>
    (Array.isArray(all) ? (all as readonly Record<string, unknown>[]) : []).flatMap(({ local, prefixlen }) =>
      typeof local === 'string' && prefixlen === 128 ? [local] : [],
    ),
  )

/** Link-local neighbours of `ip -j -6 neighbour show dev` that answer, or did. */
export const linkLocalNeighboursOf = (json: string): readonly string[] =>
  rowsOf(json).flatMap(({ dst, lladdr, state }) => {
    const isGone = Array.isArray(state) && state.includes('FAILED')
    return typeof dst === 'string' && /^fe[89ab]/.test(dst) && lladdr !== undefined && !isGone ? [dst] : []
  })
