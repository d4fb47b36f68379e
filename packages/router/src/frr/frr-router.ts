/**
 * FRR through the vty sockets of its daemons: its state, and the policy. Never touches configuration files: the
 * operator's `write` makes the policy permanent.
 * @module
 */
import { isIP } from 'node:net'
import { join } from 'node:path'
import { RouterError } from '../errors.ts'
import type {
  CliOutput,
  Neighbour,
  PolicyChange,
  PolicyCheck,
  PolicyPlan,
  ReadCommand,
  Router,
  RouterFacts,
  RouterRoute,
} from '../router.ts'
import { callsOf, type RouteMapEntry, type WayOut, type WayOutOfFamily } from './calls.ts'
import { FrrConfiguration } from './frr-configuration.ts'
import { type ConfigBlock, missingOf, pathsOf, policyBlocks, textOf } from './policy.ts'
import { type FamilyPathRules, type PathRules, sentPath } from './sent-path.ts'
import { undoing } from './undoing.ts'
import { checkTableSize } from './table-size.ts'
import { Vty } from './vty.ts'
import { Vtysh } from './vtysh.ts'

interface NeighborJson extends WayOut, PathRules {
  readonly addressFamilyInfo?: Readonly<
    Record<string, WayOutOfFamily & FamilyPathRules & { readonly sentPrefixCounter?: number }>
  >
  readonly remoteRouterId: string
  readonly bgpState: string
  readonly hostLocal?: string
  /** For neighbours named by their interface; "none" until it is known. */
  readonly bgpNeighborAddr?: string
}

/** Routes to one prefix, or to the covering prefix when there is no exact one. */
interface PrefixJson {
  readonly prefix?: string
  readonly paths?: readonly PathJson[]
  readonly advertisedTo?: AdvertisedTo
}

/** By neighbour, as it is named; of each path for itself once a neighbour has ADD-PATH, as the agent has. */
type AdvertisedTo = Readonly<Record<string, object>>

interface PathJson {
  readonly advertisedTo?: AdvertisedTo
  readonly bestpath?: { readonly overall?: boolean }
  readonly metric?: number
  readonly locPrf?: number
  readonly aspath?: { readonly segments?: readonly { readonly list: readonly number[] }[] }
  readonly largeCommunity?: { readonly list: readonly string[] }
  readonly nexthops?: readonly { readonly ip: string; readonly used?: boolean; readonly scope?: string }[]
  readonly peer?: { readonly peerId: string }
}

interface AdvertisedRouteJson {
  readonly nextHop?: string
  readonly nextHopGlobal?: string
  readonly metric?: number
  readonly path?: string
}

/**
 * FRR says with which attributes a neighbour is told a prefix only for all of its routes together; for so many it takes a
 * tenth of a second, in which it does nothing else.
 */
const maxListed = 5000

export class FrrRouter implements Router {
  readonly kind = 'frr'
  readonly #bgpd: Vty
  readonly #folder: string
  readonly #vtysh: Vtysh
  readonly configuration: FrrConfiguration
  #as: number | undefined

  /** `folder` holds the daemons' sockets: /run/frr on Debian. */
  constructor(folder: string) {
    this.#folder = folder
    this.#bgpd = new Vty(join(folder, 'bgpd.vty'))
    this.#vtysh = new Vtysh(folder)
    this.configuration = new FrrConfiguration(this.#vtysh)
  }

  async facts(): Promise<RouterFacts> {
    const version = /^(FRRouting [\w.-]+)/.exec(await this.#bgpd.ask('show version'))?.[1] ?? 'FRRouting'
    const summary =
      await this.#bgpd.askJson<Record<string, { routerId?: string; as?: number }>>('show bgp summary json')
    const found = Object.values(summary).find(({ as, routerId }) => as !== undefined && routerId !== undefined)
    if (found === undefined)
      throw new RouterError('refused', `${this.#folder}: bgpd has no "router bgp" with a neighbour`)
    return { software: version, as: found.as!, identifier: found.routerId! }
  }

  async neighbours(): Promise<readonly Neighbour[]> {
    const all = await this.#neighborsJson()
    return Object.entries(all).map(([name, one]) => ({
      name,
      ...(isIP(name) === 0 ? { address: one.bgpNeighborAddr ?? '', interfaceName: name } : { address: name }),
      as: one.remoteAs,
      ...(one.remoteRouterId === '0.0.0.0' ? {} : { identifier: one.remoteRouterId }),
      ...(one.hostLocal === undefined || one.hostLocal === 'Unknown' ? {} : { localAddress: one.hostLocal }),
      state: one.bgpState === 'Established' ? 'established' : 'down',
    }))
  }

  async route(prefix: string): Promise<RouterRoute | undefined> {
    const best = (await this.#prefixJson(prefix))?.paths?.find(({ bestpath }) => bestpath?.overall === true)
    return best && routeOf(prefix, best)
  }

  /**
   * @throws {RouterError} `unsupported` when it is announced to the neighbour, with too many other routes to ask how
   */
  async advertised(neighbour: string, prefix: string): Promise<RouterRoute | undefined> {
    if (!isTold(neighbour, await this.#prefixJson(prefix))) return undefined
    const { [neighbour]: way } = await this.#bgpd.askJson<Readonly<Record<string, NeighborJson>>>(
      `show bgp neighbors ${neighbour} json`,
    )
    const info = way?.addressFamilyInfo?.[`${familyOf(prefix)}Unicast`]
    const { sentPrefixCounter: sent = 0 } = info ?? {}
    if (sent > maxListed) {
      const problem = `is told of it, but FRR says with which attributes only for all of its ${sent} routes together; up to ${maxListed} are asked for`
      throw new RouterError('unsupported', problem)
    }
    const route = await this.#advertisedJson(neighbour, prefix)
    if (route === undefined) return undefined
    this.#as ??= (await this.facts()).as
    const shown = (route.path ?? '')
      .split(' ')
      .filter((one) => /^\d+$/.test(one))
      .map(Number)
    return {
      prefix,
      nextHop: route.nextHop ?? route.nextHopGlobal ?? '',
      asPath: way === undefined ? shown : sentPath(shown, this.#as, way, info),
      largeCommunities: [],
      ...(route.metric === undefined ? {} : { med: route.metric }),
    }
  }

  /** Problems for the operator come last, as comments. */
  async snippet(plan: PolicyPlan): Promise<string> {
    const { blocks, problems } = await this.#wanted(plan)
    const head = '! Into "vtysh", after "configure terminal"; then "end", and "write" to keep it.\n'
    return `${head}${textOf(blocks)}${problems.map((problem) => `! ${problem}\n`).join('')}`
  }

  async checkPolicy(plan: PolicyPlan): Promise<PolicyCheck> {
    const { blocks, problems, running } = await this.#wanted(plan)
    const missing = missingOf(blocks, running)
    const count = (all: readonly ConfigBlock[]): number => all.reduce((sum, { lines }) => sum + lines.length, 0)
    const isAbsent = missing.length > 0 && count(missing) === count(blocks)
    const state = isAbsent ? 'absent' : missing.length === 0 && problems.length === 0 ? 'in-place' : 'incomplete'
    return { state, missing: linesOf(missing), problems }
  }

  async policyChange(plan: PolicyPlan): Promise<PolicyChange | undefined> {
    const { blocks, problems, running: before } = await this.#wanted(plan)
    if (problems.length > 0) throw new RouterError('unsupported', problems.join('; '))
    const missing = missingOf(blocks, before)
    if (missing.length === 0) return undefined
    return this.policyChangeOf({ missing, before })
  }

  policyChangeOf(saved: object): PolicyChange {
    const { missing, before } = saved as { readonly missing: readonly ConfigBlock[]; readonly before: string }
    return {
      installed: linesOf(missing),
      saved,
      apply: async () => {
        for (const { context, lines } of missing) await this.#bgpd.configure([...context, ...lines])
      },
      confirm: async () => undefined,
      revert: async () => {
        const [was, is] = [pathsOf(before), pathsOf(await this.#bgpd.ask('show running-config'))]
        for (const block of missing.toReversed()) {
          const lines = undoing(block, was, is)
          if (lines.length > 0) await this.#bgpd.configure(lines)
        }
      },
    }
  }

  async cli(
    { command, table }: ReadCommand,
    limits: { readonly timeout: number; readonly maxOctets: number },
  ): Promise<CliOutput> {
    if (table !== undefined) await checkTableSize(this.#vtysh, table)
    const { output, truncated, state } = await this.#vtysh.ask([command], limits)
    if (state === 'rejected') throw new RouterError('refused', `FRR answers "${command}": ${output.trim()}`)
    return { output, truncated }
  }

  close(): void {
    this.#bgpd.close()
  }

  /** `undefined` when there is no route to exactly this prefix. */
  async #prefixJson(prefix: string): Promise<PrefixJson | undefined> {
    const answer = await this.#bgpd.askJson<PrefixJson>(`show bgp ${familyOf(prefix)} unicast ${prefix} json`)
    return answer.prefix === prefix ? answer : undefined
  }

  async #advertisedJson(neighbour: string, prefix: string): Promise<AdvertisedRouteJson | undefined> {
    const { advertisedRoutes } = await this.#bgpd.askJson<{
      readonly advertisedRoutes?: Readonly<Record<string, AdvertisedRouteJson>>
    }>(`show bgp ${familyOf(prefix)} unicast neighbors ${neighbour} advertised-routes json`)
    return advertisedRoutes?.[prefix]
  }

  #neighborsJson(): Promise<Readonly<Record<string, NeighborJson>>> {
    return this.#bgpd.askJson('show bgp neighbors json')
  }

  async #wanted(plan: PolicyPlan): Promise<{
    readonly blocks: readonly ConfigBlock[]
    readonly problems: readonly string[]
    readonly running: string
  }> {
    const [neighbors, running] = await Promise.all([this.#neighborsJson(), this.#bgpd.ask('show running-config')])
    const calls = await callsOf(plan, { neighbors, running, entriesOf: (routeMap) => this.#entriesOf(routeMap) })
    return { blocks: [...policyBlocks(plan), ...calls.blocks], problems: calls.problems, running }
  }

  async #entriesOf(routeMap: string): Promise<readonly RouteMapEntry[]> {
    interface Rules {
      readonly rules?: readonly RouteMapEntry[]
    }
    const { BGP } = await this.#bgpd.askJson<{ BGP?: Readonly<Record<string, Rules>> }>(
      `show route-map ${routeMap} json`,
    )
    return BGP?.[routeMap]?.rules ?? []
  }
}

function isTold(neighbour: string, found: PrefixJson | undefined): boolean {
  const places = found === undefined ? [] : [found, ...(found.paths ?? [])]
  return places.some(({ advertisedTo }) => advertisedTo?.[neighbour] !== undefined)
}

const familyOf = (prefix: string): 'ipv4' | 'ipv6' => (prefix.includes(':') ? 'ipv6' : 'ipv4')

const linesOf = (blocks: readonly ConfigBlock[]): readonly string[] =>
  blocks.length === 0 ? [] : textOf(blocks).trimEnd().split('\n')

function routeOf(
  prefix: string,
  { nexthops = [], aspath, largeCommunity, peer, metric, locPrf }: PathJson,
): RouterRoute {
  const inUse = nexthops.find(({ used }) => used === true) ?? nexthops[0]
  return {
    prefix,
    nextHop: inUse?.ip ?? '',
    asPath: (aspath?.segments ?? []).flatMap(({ list }) => list),
    largeCommunities: largeCommunity?.list ?? [],
    ...(peer === undefined ? {} : { from: peer.peerId }),
    ...(metric === undefined ? {} : { med: metric }),
    ...(locPrf === undefined ? {} : { localPref: locPrf }),
  }
}
