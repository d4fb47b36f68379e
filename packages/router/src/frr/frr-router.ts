/**
 * FRR through the vty sockets of its daemons: what it knows, and the policy. Configuration files are never touched: the
 * operator's `write` keeps what is wanted.
 * @module
 */
import { isIP } from 'node:net'
import { join } from 'node:path'
import { RouterError } from '../errors.ts'
import { revertTimer } from '../revert-timer.ts'
import type { Neighbour, PendingPolicy, PolicyCheck, PolicyPlan, Router, RouterFacts, RouterRoute } from '../router.ts'
import { type ConfigBlock, internalMap, linkMap, missingOf, policyBlocks, textOf } from './policy.ts'
import { Vty } from './vty.ts'

interface NeighborJson {
  readonly remoteAs: number
  readonly localAs: number
  readonly remoteRouterId: string
  readonly bgpState: string
  readonly hostLocal?: string
  /** Of neighbours that are named by their interface; "none" until it is known. */
  readonly bgpNeighborAddr?: string
  readonly addressFamilyInfo?: Readonly<Record<string, { readonly routeMapForOutgoingAdvertisements?: string }>>
}

interface PathJson {
  readonly bestpath?: { readonly overall?: boolean }
  readonly metric?: number
  readonly locPrf?: number
  readonly aspath?: { readonly segments?: readonly { readonly list: readonly number[] }[] }
  readonly largeCommunity?: { readonly list: readonly string[] }
  readonly nexthops?: readonly { readonly ip: string; readonly used?: boolean; readonly scope?: string }[]
  readonly peer?: { readonly peerId: string }
}

interface AdvertisedJson {
  readonly advertisedRoutes?: Readonly<
    Record<
      string,
      { readonly nextHop?: string; readonly nextHopGlobal?: string; readonly metric?: number; readonly path?: string }
    >
  >
}

const families = ['ipv4 unicast', 'ipv6 unicast'] as const

export class FrrRouter implements Router {
  readonly kind = 'frr'
  readonly #bgpd: Vty
  readonly #folder: string

  /** `folder` holds the daemons' sockets: /run/frr on Debian. */
  constructor(folder: string) {
    this.#folder = folder
    this.#bgpd = new Vty(join(folder, 'bgpd.vty'))
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
    const family = prefix.includes(':') ? 'ipv6' : 'ipv4'
    const answer = await this.#bgpd.askJson<{ prefix?: string; paths?: readonly PathJson[] }>(
      `show bgp ${family} unicast ${prefix} json`,
    )
    const best = answer.paths?.find(({ bestpath }) => bestpath?.overall === true)
    // It answers with the covering route when there is none for exactly this prefix.
    if (best === undefined || answer.prefix !== prefix) return undefined
    return routeOf(prefix, best)
  }

  async advertised(neighbour: string, prefix: string): Promise<RouterRoute | undefined> {
    const family = prefix.includes(':') ? 'ipv6' : 'ipv4'
    const { advertisedRoutes } = await this.#bgpd.askJson<AdvertisedJson>(
      `show bgp ${family} unicast neighbors ${neighbour} advertised-routes json`,
    )
    const route = advertisedRoutes?.[prefix]
    if (route === undefined) return undefined
    return {
      prefix,
      nextHop: route.nextHop ?? route.nextHopGlobal ?? '',
      asPath: (route.path ?? '')
        .split(' ')
        .filter((one) => /^\d+$/.test(one))
        .map(Number),
      largeCommunities: [],
      ...(route.metric === undefined ? {} : { med: route.metric }),
    }
  }

  /** Of a route-map that calls another already, which nothing but the operator can resolve, a comment at the end. */
  async snippet(plan: PolicyPlan): Promise<string> {
    const head = '! Into "vtysh", after "configure terminal"; then "end", and "write" to keep it.\n'
    try {
      return `${head}${textOf([...policyBlocks(plan), ...(await this.#callBlocks(plan))])}`
    } catch (error) {
      if (!(error instanceof RouterError && error.code === 'unsupported')) throw error
      return `${head}${textOf(policyBlocks(plan))}! ${error.message}\n`
    }
  }

  async checkPolicy(plan: PolicyPlan): Promise<PolicyCheck> {
    const wanted = [...policyBlocks(plan), ...(await this.#callBlocks(plan))]
    const missing = missingOf(wanted, await this.#bgpd.ask('show running-config'))
    const count = (blocks: readonly ConfigBlock[]): number => blocks.reduce((sum, { lines }) => sum + lines.length, 0)
    const state = missing.length === 0 ? 'in-place' : count(missing) === count(wanted) ? 'absent' : 'incomplete'
    return { state, missing: missing.length === 0 ? [] : textOf(missing).trimEnd().split('\n') }
  }

  async applyPolicy(plan: PolicyPlan, confirmWithin: number): Promise<PendingPolicy> {
    const wanted = [...policyBlocks(plan), ...(await this.#callBlocks(plan))]
    const missing = missingOf(wanted, await this.#bgpd.ask('show running-config'))
    const revert = async (): Promise<void> => {
      for (const lines of [...missing].reverse().map(undoing)) await this.#bgpd.configure(lines)
    }
    try {
      for (const { context, lines } of missing) await this.#bgpd.configure([...context, ...lines])
    } catch (error) {
      await revert().catch(() => undefined)
      throw error
    }
    return revertTimer(revert, confirmWithin)
  }

  close(): void {
    this.#bgpd.close()
  }

  #neighborsJson(): Promise<Readonly<Record<string, NeighborJson>>> {
    return this.#bgpd.askJson('show bgp neighbors json')
  }

  /** How each neighbour's way out calls our route-map: from its own one where it has one, else as its own. */
  async #callBlocks(plan: PolicyPlan): Promise<readonly ConfigBlock[]> {
    const neighbors = await this.#neighborsJson()
    const mapOf = new Map([
      ...plan.links.flatMap(({ name, neighbours }) => neighbours.map((one) => [one, linkMap(name)] as const)),
      ...plan.internal.map((one) => [one, internalMap] as const),
    ])
    const blocks: ConfigBlock[] = []
    for (const [neighbour, map] of mapOf) {
      for (const family of families) {
        const key = family === 'ipv4 unicast' ? 'ipv4Unicast' : 'ipv6Unicast'
        const info = neighbors[neighbour]?.addressFamilyInfo?.[key]
        if (info === undefined) continue
        const own = info.routeMapForOutgoingAdvertisements
        if (own !== undefined && own !== map) blocks.push(...(await this.#callsFrom(own, map)))
        else {
          const context = [`router bgp ${plan.as}`, `address-family ${family}`]
          blocks.push({ context, lines: [`neighbor ${neighbour} route-map ${map} out`] })
        }
      }
    }
    return unique(blocks)
  }

  async #callsFrom(own: string, map: string): Promise<readonly ConfigBlock[]> {
    interface Rules {
      readonly rules: readonly {
        readonly sequenceNumber: number
        readonly type: string
        readonly callClause?: string
      }[]
    }
    const { BGP } = await this.#bgpd.askJson<{ BGP?: Readonly<Record<string, Rules>> }>(`show route-map ${own} json`)
    return (BGP?.[own]?.rules ?? [])
      .filter(({ type }) => type === 'permit')
      .map(({ sequenceNumber, callClause }) => {
        if (callClause !== undefined && callClause !== map) {
          throw new RouterError(
            'unsupported',
            `route-map ${own} ${sequenceNumber} calls ${callClause} already; ${map} must be called there`,
          )
        }
        return { context: [`route-map ${own} permit ${sequenceNumber}`], lines: [`call ${map}`] }
      })
  }
}

function unique(blocks: readonly ConfigBlock[]): readonly ConfigBlock[] {
  return [...new Map(blocks.map((block) => [JSON.stringify(block), block])).values()]
}

/** The commands that take back what a block added. */
function undoing({ context, lines }: ConfigBlock): readonly string[] {
  const [outer] = context
  if (outer?.startsWith('route-map VAGUS') === true) return [`no ${outer}`]
  const remote = lines.find((line) => line.includes(' remote-as '))
  if (remote !== undefined) return [...context, `no ${remote.split(' ').slice(0, 2).join(' ')}`]
  return [...context, ...[...lines].reverse().map((line) => (line.startsWith('call ') ? 'no call' : `no ${line}`))]
}

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
