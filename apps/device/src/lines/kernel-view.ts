/** What the kernel of this router has and is: read by its own tools, at once where it can be. @module */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  askRouters,
  guardCountsOf,
  type GuardCounts,
  hasRateTree,
  hostAddressesOf,
  linkLocalNeighboursOf,
  type Qdisc,
  qdiscsOf,
  rateTreeHandle,
  rateTreeNow,
  type RateTreeNow,
  readInterfaceCounters,
  runTool,
  segmentRoutesOf,
  segmentRulesOf,
  type SegmentState,
  shapedRateOf,
} from '@vagus/linux'
import type { Prefix } from '@vagus/address'
import { isProbeAddress } from './locator.ts'
import { guardTable, marks } from './marks.ts'

export interface LinesNow {
  readonly segments: SegmentState
  /** Of every interface that has one of ours, and of those asked for. */
  readonly trees: ReadonlyMap<string, RateTreeNow>
}

/** Everything of lines that there is. @throws {UnavailableError} */
export async function readLines(names: readonly string[], block: Prefix): Promise<LinesNow> {
  const [routes, rules4, rules6, addresses, qdiscs] = await Promise.all([
    runTool('ip', ['-N', '-j', 'route', 'show', 'table', 'all', 'proto', String(marks.protocol)]),
    runTool('ip', ['-N', '-j', '-4', 'rule', 'show']),
    runTool('ip', ['-N', '-j', '-6', 'rule', 'show']),
    runTool('ip', ['-j', '-6', 'address', 'show', 'dev', 'lo']),
    readQdiscs(),
  ])
  const ours = new Set([...names, ...[...qdiscs].flatMap(([name, all]) => (hasRateTree(all) ? [name] : []))])
  const trees = [...ours].map(async (name) => [name, await readTree(name, qdiscs.get(name) ?? [])] as const)
  return {
    segments: {
      routes: segmentRoutesOf(routes),
      rules: [rules4, rules6].flatMap((text) => segmentRulesOf(text, marks.protocol)),
      addresses: hostAddressesOf(addresses).filter((address) => isProbeAddress(address, block)),
    },
    trees: new Map(await Promise.all(trees)),
  }
}

/** All qdiscs by interface. @throws {UnavailableError} */
export async function readQdiscs(): Promise<ReadonlyMap<string, readonly Qdisc[]>> {
  const all = qdiscsOf(await runTool('tc', ['-j', '-s', '-r', 'qdisc', 'show']))
  return Map.groupBy(all, (one) => one.interface)
}

/** @param qdiscs all of the interface @throws {UnavailableError} */
export async function readTree(name: string, qdiscs: readonly Qdisc[]): Promise<RateTreeNow> {
  if (!hasRateTree(qdiscs)) return rateTreeNow(qdiscs, '', '')
  try {
    const [classes, filters] = await Promise.all([
      runTool('tc', ['class', 'show', 'dev', name]),
      runTool('tc', ['-j', 'filter', 'show', 'dev', name, 'parent', rateTreeHandle]),
    ])
    return rateTreeNow(qdiscs, classes, filters)
  } catch (error) {
    if (exists(name)) throw error
    return rateTreeNow([], '', '') // it went meanwhile
  }
}

/** Undefined where there is no guard. */
export const readGuard = (): Promise<GuardCounts | undefined> =>
  runTool('nft', ['-j', 'list', 'table', 'inet', guardTable]).then(guardCountsOf, () => undefined)

/**
 * Bits per second of an interface: as the operator says, else as it is shaped, else as its driver says; undefined where
 * nobody does.
 * @param capacities octets per second by interface
 */
export function capacityOf(
  name: string,
  qdiscs: readonly Qdisc[],
  capacities: ReadonlyMap<string, number>,
): number | undefined {
  const octets = capacities.get(name) ?? shapedRateOf(qdiscs)
  if (octets !== undefined) return octets * 8
  const speed = readInterfaceCounters().find((one) => one.name === name)?.speed
  return speed === undefined || speed === 0 ? undefined : speed
}

export const isUp = (name: string): boolean =>
  readInterfaceCounters().some((one) => one.name === name && one.oper === 'up')

export const exists = (name: string): boolean => mtuOf(name) !== undefined

/** Octets of the longest packet; undefined where there is no such interface. */
export const mtuOf = (name: string): number | undefined => readInterfaceCounters().find((one) => one.name === name)?.mtu

/** Milliseconds within which a router says that it is there, and between questions: one may be lost in a full queue. */
const answerWithin = { all: 3000, each: 150 } as const

/** Link-local addresses of the other routers at an interface; they are asked for where none is known. @throws {UnavailableError} */
export async function routersAt(name: string): Promise<readonly string[]> {
  for (let waited = 0; ; waited += answerWithin.each) {
    const found = linkLocalNeighboursOf(await runTool('ip', ['-j', '-6', 'neighbour', 'show', 'dev', name]))
    if (found.length > 0 || waited >= answerWithin.all) return found
    askRouters(name)
    await sleep(answerWithin.each)
  }
}

/** Whether the kernel refuses packets that come in over another interface than that over which it would answer (RFC 3704). */
export async function hasStrictSource(name: string): Promise<boolean> {
  const values = await Promise.all(
    ['all', name].map((one) => readFile(`/proc/sys/net/ipv4/conf/${one}/rp_filter`, 'utf8').catch(() => '0')),
  )
  return Math.max(...values.map(Number)) === 1
}

/** A route of the router to some address. */
export interface RouteTo {
  /** As text; `default` is everything. */
  readonly prefix: string
  /** Of all its next hops. */
  readonly interfaces: readonly string[]
}

/** Undefined where there is none. */
export async function routeTo(address: string): Promise<RouteTo | undefined> {
  const version = address.includes(':') ? '-6' : '-4'
  const text = await runTool('ip', ['-j', version, 'route', 'get', 'fibmatch', address]).catch(() => '')
  const [row] = (text.trim() === '' ? [] : JSON.parse(text)) as readonly {
    readonly dst?: string
    readonly dev?: string
    readonly nexthops?: readonly { readonly dev?: string }[]
  }[]
  if (row?.dst === undefined) return undefined
  const interfaces = [row.dev, ...(row.nexthops ?? []).map(({ dev }) => dev)].filter((dev) => dev !== undefined)
  return { prefix: row.dst, interfaces: [...new Set(interfaces)] }
}
