/**
 * How each neighbour's way out calls our route-map: from its own one where it has one, else as its own; and for whom
 * neither can be, which only the operator can resolve. `call` is followed where an entry calls another map already.
 *
 * FRR sends a neighbour of another AS nothing while it has no policy (RFC 8212), and any route-map is one. Ours permits
 * everything that it does not change, so it must never be the only one there.
 * @module
 */
import type { PolicyPlan } from '../router.ts'
import { type ConfigBlock, internalMap, linkMap } from './policy.ts'

/** Fields of `show bgp neighbors json` that decide what is announced to a neighbour. */
export interface WayOut {
  readonly remoteAs: number
  readonly localAs: number
  readonly addressFamilyInfo?: Readonly<Record<string, WayOutOfFamily>>
}

export interface WayOutOfFamily {
  readonly routeMapForOutgoingAdvertisements?: string
  /** A sentence, when RFC 8212 holds everything back. */
  readonly outboundEbgpRequiresPolicy?: string
  readonly outgoingUpdatePrefixFilterList?: string
  readonly outgoingUpdateNetworkFilterList?: string
  readonly outgoingUpdateAsPathFilterList?: string
}

/** An entry of `show route-map NAME json`. */
export interface RouteMapEntry {
  readonly sequenceNumber: number
  readonly type: string
  readonly callClause?: string
}

/** Answers of the router. */
export interface FrrView {
  readonly neighbors: Readonly<Record<string, WayOut>>
  /** As `show running-config` prints it. */
  readonly running: string
  /** Entries of a route-map; none when there is no such map. */
  readonly entriesOf: (routeMap: string) => Promise<readonly RouteMapEntry[]>
}

/** Whose entries, which stand for `route-map NAME permit NUMBER`, are to call which of our maps. */
interface Wish {
  readonly neighbour: string
  readonly map: string
  readonly entries: readonly { readonly routeMap: string; readonly number: number }[]
}

const families = [
  { text: 'ipv4 unicast', key: 'ipv4Unicast' },
  { text: 'ipv6 unicast', key: 'ipv6Unicast' },
] as const

/** `problems`: a sentence for each problem that no line of ours may or can solve. */
export async function callsOf(
  plan: PolicyPlan,
  router: FrrView,
): Promise<{ readonly blocks: readonly ConfigBlock[]; readonly problems: readonly string[] }> {
  const blocks: ConfigBlock[] = []
  const problems: string[] = []
  const wishes: Wish[] = []
  const mapOf = new Map([
    ...plan.links.flatMap(({ name, neighbours }) => neighbours.map((one) => [one, linkMap(name)] as const)),
    ...plan.internal.map((one) => [one, internalMap] as const),
  ])
  for (const [neighbour, map] of mapOf) {
    for (const { text, key } of families) {
      const way = router.neighbors[neighbour]
      const info = way?.addressFamilyInfo?.[key]
      if (way === undefined || info === undefined) continue
      const own = info.routeMapForOutgoingAdvertisements
      if (own === undefined || isOurs(own)) {
        const problem = problemOf(way, info, router.running)
        const context = [`router bgp ${plan.as}`, `address-family ${text}`]
        if (problem === undefined) blocks.push({ context, lines: [`neighbor ${neighbour} route-map ${map} out`] })
        else problems.push(`${neighbour} (${text}) ${problem}`)
      } else {
        const found = await entriesUnder(own, router)
        if (typeof found === 'string') problems.push(found)
        else wishes.push({ neighbour, map, entries: found })
      }
    }
  }
  const resolved = resolve(wishes)
  return {
    blocks: unique([...blocks, ...resolved.blocks]),
    problems: [...new Set([...problems, ...resolved.problems])],
  }
}

const isOurs = (routeMap: string): boolean => routeMap.startsWith('VAGUS-')

/** Why our map must not be, or stay, the only policy of a neighbour. */
function problemOf({ remoteAs, localAs }: WayOut, info: WayOutOfFamily, running: string): string | undefined {
  if (info.outboundEbgpRequiresPolicy !== undefined) {
    return 'has no outbound policy of its own and is sent nothing (RFC 8212); write that first, because ours alone would send it everything'
  }
  const { routeMapForOutgoingAdvertisements: map } = info
  const hasLists =
    info.outgoingUpdatePrefixFilterList !== undefined ||
    info.outgoingUpdateNetworkFilterList !== undefined ||
    info.outgoingUpdateAsPathFilterList !== undefined
  if (map === undefined || hasLists || remoteAs === localAs || !requiresPolicy(running)) return undefined
  return `has no outbound policy but ${map}, which sends it everything; write one of its own (RFC 8212)`
}

/** Non-default values are printed; off is the default only of the profile "datacenter". */
function requiresPolicy(running: string): boolean {
  if (/^frr defaults datacenter$/m.test(running)) return /^\s*bgp ebgp-requires-policy$/m.test(running)
  return !/^\s*no bgp ebgp-requires-policy$/m.test(running)
}

/**
 * The entries at which what the map permits ends, or a sentence where there is none: to FRR, a map that is not there
 * denies everything to a neighbour, and nothing where it is called.
 */
async function entriesUnder(
  routeMap: string,
  router: FrrView,
  passed: readonly string[] = [],
): Promise<Wish['entries'] | string> {
  const way = [...passed, routeMap]
  if (passed.includes(routeMap)) return `route-map ${way.join(' calls ')}: end that first`
  const entries = await router.entriesOf(routeMap)
  if (entries.length === 0) return `route-map ${way.join(' calls ')}, which is not there: write it first`
  const all: Wish['entries'][number][] = []
  for (const { sequenceNumber: number, type, callClause } of entries) {
    if (type !== 'permit') continue
    if (callClause === undefined || isOurs(callClause)) all.push({ routeMap, number })
    else {
      const under = await entriesUnder(callClause, router, way)
      if (typeof under === 'string') return under
      all.push(...under)
    }
  }
  return all
}

/** An entry can call only one map: if neighbours behind several links share it, it cannot distinguish the links. */
function resolve(wishes: readonly Wish[]): {
  readonly blocks: readonly ConfigBlock[]
  readonly problems: readonly string[]
} {
  const users = new Map<string, Map<string, Set<string>>>()
  for (const { neighbour, map, entries } of wishes) {
    for (const { routeMap } of entries) {
      const maps = users.get(routeMap) ?? new Map<string, Set<string>>()
      users.set(routeMap, maps.set(map, (maps.get(map) ?? new Set()).add(neighbour)))
    }
  }
  const blocks: ConfigBlock[] = []
  const problems: string[] = []
  for (const { map, entries } of wishes) {
    const shared = entries.filter(({ routeMap }) => users.get(routeMap)!.size > 1)
    for (const { routeMap } of shared) {
      const ways = [...users.get(routeMap)!].map(
        ([called, neighbours]) => `${called} for ${[...neighbours].join(', ')}`,
      )
      problems.push(
        `route-map ${routeMap} would have to call ${ways.join(' and ')}, and can call one; give each a copy of it`,
      )
    }
    if (shared.length > 0) continue
    blocks.push(
      ...entries.map(({ routeMap, number }) => ({
        context: [`route-map ${routeMap} permit ${number}`],
        lines: [`call ${map}`],
      })),
    )
  }
  return { blocks, problems }
}

function unique(blocks: readonly ConfigBlock[]): readonly ConfigBlock[] {
  return [...new Map(blocks.map((block) => [JSON.stringify(block), block])).values()]
}
