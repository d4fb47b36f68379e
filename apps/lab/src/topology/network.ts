/**
 * A topology worked out: every node with its addresses and interfaces. All configuration is generated from this.
 * @module
 */
import { formatPrefix, parsePrefix } from '@vagus/address'
import { type Agent, agentsOf } from './access.ts'
import { type Addresses, linkAddresses, loopbackOf, managementOf } from './addresses.ts'
import type { Topology } from './schema.ts'

/** One end of a link. */
export interface Interface {
  /** `eth1` and up; `eth0` is the management interface. */
  readonly name: string
  /** Index in the kernel, which is also the SNMP ifIndex in flow records. */
  readonly index: number
  readonly link: string
  readonly addresses: Addresses
  readonly peer: { readonly node: string; readonly as: number; readonly addresses: Addresses }
  /** Bits per second. */
  readonly capacity: number
  readonly metric: number
  /** The site or neighbour behind it, which makes it a boundary of our domain. */
  readonly site?: string
}

export interface Node {
  readonly name: string
  readonly kind: 'edge' | 'core' | 'site' | 'neighbour'
  readonly as: number
  readonly reflector: boolean
  readonly loopback: Addresses
  readonly management: Addresses
  /** The site or neighbour that it belongs to; absent on our own routers. */
  readonly site?: string
  /** Prefixes of which every address is local to the node. */
  readonly hosts: readonly string[]
  /** Prefixes that it originates in BGP. */
  readonly announces: readonly string[]
  readonly interfaces: readonly Interface[]
}

export interface NetworkLink {
  readonly name: string
  readonly a: { readonly node: string; readonly interface: Interface }
  readonly z: { readonly node: string; readonly interface: Interface }
  readonly capacity: number
}

export interface Site {
  readonly name: string
  readonly kind: 'site' | 'neighbour'
  readonly as: number
  /** The node that has its hosts. */
  readonly node: string
  readonly hosts: readonly string[]
  readonly announces: readonly string[]
}

export interface Network {
  readonly name: string
  readonly as: number
  readonly nodes: readonly Node[]
  readonly links: readonly NetworkLink[]
  readonly sites: readonly Site[]
  readonly agents: readonly Agent[]
}

type BareNode = Omit<Node, 'interfaces'>

/** `topology` as `readTopology` gives it: without mistakes. */
export function networkOf(topology: Topology): Network {
  const sites = sitesOf(topology)
  const bare = bareNodesOf(topology, sites)
  const interfaces = new Map(bare.map(({ name }) => [name, [] as Interface[]]))
  const names = linkNamesOf(topology)
  const links = topology.links.map((link, at): NetworkLink => {
    const ends = link.between.map((name) => bare.find((node) => node.name === name)!) as [BareNode, BareNode]
    const addresses = linkAddresses(at + 1)
    const [a, z] = ([0, 1] as const).map((end) => {
      const [here, there] = [ends[end], ends[1 - end]!]
      const own = interfaces.get(here.name)!
      const made: Interface = {
        name: `eth${own.length + 1}`,
        index: own.length + 3, // 1 is lo, 2 is eth0
        link: names[at]!,
        addresses: addresses[end],
        peer: { node: there.name, as: there.as, addresses: addresses[1 - end]! },
        capacity: link.capacity,
        metric: link.metric,
        ...(here.site === undefined && there.site !== undefined && { site: there.site }),
      }
      own.push(made)
      return { node: here.name, interface: made }
    }) as [NetworkLink['a'], NetworkLink['z']]
    return { name: names[at]!, a, z, capacity: link.capacity }
  })
  const nodes = bare.map((node) => ({ ...node, interfaces: interfaces.get(node.name)! }))
  return { name: topology.name, as: topology.as, nodes, links, sites, agents: agentsOf(topology) }
}

/** Our own routers: the domain that the controller watches. */
export function ownRouters(network: Network): readonly Node[] {
  return network.nodes.filter(({ site }) => site === undefined)
}

/** Agents that have a side-car and are in the roster. */
export const membersOf = ({ agents }: Network): readonly Agent[] => agents.filter(({ fleet }) => fleet === 'member')

/** Interfaces of one of our own routers to another: over these, lines may go. */
export function coreInterfaces({ site, interfaces }: Node): readonly Interface[] {
  return site === undefined ? interfaces.filter((one) => one.site === undefined) : []
}

function sitesOf({ sites, neighbours }: Topology): readonly Site[] {
  return [
    ...Object.entries(sites).map(([name, { as, prefixes }]): Site => {
      const hosts = prefixes.map(canonical)
      return { name, kind: 'site', as, node: name, hosts, announces: hosts }
    }),
    ...Object.entries(neighbours).map(([name, { as, hosts, announces }]): Site => {
      const own = hosts.prefixes.map(canonical)
      return {
        name,
        kind: 'neighbour',
        as,
        node: hosts.at,
        hosts: own,
        announces: [...announces.map(canonical), ...own],
      }
    }),
  ]
}

/** As routers print it (RFC 5952 §4). */
function canonical(prefix: string): string {
  return formatPrefix(parsePrefix(prefix))
}

function bareNodesOf({ as, routers, neighbours }: Topology, sites: readonly Site[]): readonly BareNode[] {
  const own = Object.entries(routers).map(([name, { role, reflector }]) => ({ name, kind: role, as, reflector }))
  const foreign = sites.flatMap((site) =>
    (neighbours[site.name]?.routers ?? [site.node]).map((name) => ({
      name,
      kind: site.kind,
      as: site.as,
      reflector: false,
      site: site.name,
      ...(name === site.node && { hosts: site.hosts, announces: site.announces }),
    })),
  )
  return [...own, ...foreign].map((node, at) => ({
    hosts: [],
    announces: [],
    ...node,
    loopback: loopbackOf(at + 1),
    management: managementOf(at + 1),
  }))
}

/** Both nodes joined by "-", followed by a number when they have several links. */
function linkNamesOf({ links }: Topology): readonly string[] {
  const taken = new Set<string>(links.flatMap(({ name }) => (name === undefined ? [] : [name])))
  return links.map(({ name, between }) => {
    if (name !== undefined) return name
    const base = between.join('-')
    let free = base
    for (let number = 2; taken.has(free); number++) free = `${base}-${number}`
    taken.add(free)
    return free
  })
}
