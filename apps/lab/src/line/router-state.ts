/**
 * What a router's kernel has of forwarding and queueing, as text that is the same when nothing has changed: routes, rules,
 * queues, filters and settings, without counters, what the kernel
 * numbers anew, and what daemons learn.
 * @module
 */
import { type Node, ownRouters, type Network } from '../topology/network.ts'
import type { LabReference } from '../lab.ts'
import { output } from './programs.ts'

/** Lines of every router, by its name. */
export type RouterState = ReadonlyMap<string, readonly string[]>

/** Prints everything of one router. */
const script = ({ interfaces }: Node): string => `for family in -4 -6; do
  ip $family route show table all
  ip $family rule show
done
tc qdisc show
for dev in ${interfaces.map(({ name }) => name).join(' ')}; do
  tc class show dev $dev
  tc filter show dev $dev
  echo seg6 $dev $(cat /proc/sys/net/ipv6/conf/$dev/seg6_enabled)
done
ip -6 addr show dev lo
nft list ruleset`

/** Counters; handles and numbers that the kernel gives; how long something still lives. */
const passing = [
  /\bpackets \d+ bytes \d+/g,
  / nhid \d+/g,
  / expires \d+sec/g,
  / refcnt \d+/g,
  /(?<=qdisc \w+ )[0-9a-f]+: /g,
  / parent [0-9a-f]+:/g,
  / proto static(?= table local)/g,
] as const

/** Routes that daemons learn follow links, whether there are lines or not. */
const ofDaemons = /proto (ospf|bgp)|^nexthop /

/** The lines that say something, of what `script` prints. */
export function linesIn(text: string): readonly string[] {
  const plain = passing.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text)
  return plain
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !ofDaemons.test(line))
    .sort()
}

export async function stateOf(network: Network, where: LabReference): Promise<RouterState> {
  const states = ownRouters(network).map(async (node) => {
    const text = await output(where, node.name, ['sh', '-c', script(node)])
    return [node.name, linesIn(text)] as const
  })
  return new Map(await Promise.all(states))
}

/** `pe-1: + …` for a line that only `later` has, `pe-1: - …` for one that it has not. */
export function changesBetween(before: RouterState, later: RouterState): readonly string[] {
  return [...before].flatMap(([router, lines]) => {
    const now = later.get(router) ?? []
    return [
      ...without(lines, now).map((line) => `${router}: - ${line}`),
      ...without(now, lines).map((line) => `${router}: + ${line}`),
    ]
  })
}

/** Each line as often as `lines` has it more than `others`. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** Packets that the guard of a router has dropped so far, out of `nft list ruleset`. */
export function droppedIn(ruleset: string): number {
  const [, table = ''] = /^table \w+ vagus_lines \{\n([^]*?)^\}/m.exec(ruleset) ?? []
  return [...table.matchAll(/packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0)
}
