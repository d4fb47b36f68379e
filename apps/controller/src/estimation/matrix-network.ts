/**
 * The network as the estimate of a matrix needs it: which interfaces measure which sum of pairs of sites, and which devices'
 * flows tell of which pair. From the configuration alone.
 * @module
 */
import { type Arc, type Direction, routingOf, type Share } from '@vagus/analytics'
import type { Config } from '@vagus/api'
import { shownSites } from '../domain/sites.ts'

/** An interface that sees an arc: traffic of the arc goes `direction` through it. */
interface Eye {
  readonly device: string
  readonly ifIndex: number
  readonly direction: Direction
}

interface NetworkArc extends Share {
  /** The link's, or that of the device and its interface, and the way. */
  readonly name: string
  /** The receiving end first: it does not count packets that were lost on the link. */
  readonly eyes: readonly Eye[]
  /** Place of the site that it comes from or leads to; -1 for none. */
  readonly fromSite: number
  readonly toSite: number
}

/** What a site's traffic passes when it enters the domain. */
interface Entrance {
  readonly device: string
  readonly ifIndex: number
}

export interface MatrixNetwork {
  /** Names, in the order of the matrix. A cell is source × sites + sink. */
  readonly sites: readonly string[]
  readonly arcs: readonly NetworkArc[]
  /** By site. */
  readonly entrances: readonly (readonly Entrance[])[]
  /** The devices of these, each once. */
  readonly homes: readonly (readonly string[])[]
  /** What passes each device, by its name: each cell once for the part of it that enters the device. */
  readonly through: ReadonlyMap<string, Share>
}

/** With more sites nothing is estimated: an estimate of 4,096 pairs takes tens of milliseconds, in which nothing else is done. */
export const maxEstimatedSites = 64
const usualMetric = 10

/** Undefined with fewer than two sites, or more than `maxEstimatedSites`. */
export function matrixNetworkOf(config: Config): MatrixNetwork | undefined {
  const sites = shownSites(config).map(({ name }) => name)
  if (sites.length < 2 || sites.length > maxEstimatedSites) return undefined
  const { devices, links } = config
  const names = [...new Set([...sites, ...devices.map(({ name }) => name)])]
  const numberOf = new Map(names.map((name, index) => [name, index]))
  const inner = links.reduce((sum, { metric = usualMetric }) => sum + metric, 1)
  const arcs: (Arc & Pick<NetworkArc, 'name' | 'eyes'>)[] = []
  const join = (name: string, a: End, z: End, metric: number): void => {
    const [from, to] = [numberOf.get(a.node), numberOf.get(z.node)]
    if (from === undefined || to === undefined) return
    const eyesOf = (receiver: End, sender: End): readonly Eye[] => [
      ...eyeOf(receiver, 'in', devices),
      ...eyeOf(sender, 'out', devices),
    ]
    arcs.push(
      { name: `${name} a-z`, from, to, weight: metric, eyes: eyesOf(z, a) },
      { name: `${name} z-a`, from: to, to: from, weight: metric, eyes: eyesOf(a, z) },
    )
  }
  const isSite = new Set(sites)
  const joined = new Set<string>()
  for (const { name, a, z, metric = usualMetric } of links) {
    // No path leads through a site: two of these are longer than all of our own links.
    join(name, a, z, isSite.has(a.node) || isSite.has(z.node) ? inner : metric)
    for (const end of [a, z]) joined.add(`${end.node} ${end.interface ?? ''}`)
  }
  for (const { name: node, interfaces } of devices) {
    for (const { name, site } of interfaces) {
      if (site !== undefined && isSite.has(site) && !joined.has(`${node} ${name}`)) {
        join(`${node} ${name}`, { node: site }, { node, interface: name }, inner)
      }
    }
  }
  const shares = routingOf(
    names.length,
    arcs,
    sites.map((name) => numberOf.get(name)!),
  )
  const entrances = sites.map((site) =>
    devices.flatMap((device) =>
      device.interfaces
        .filter((one) => one.site === site)
        .map(({ index }) => ({ device: device.name, ifIndex: index })),
    ),
  )
  const siteAt = new Map(sites.map((name, place) => [numberOf.get(name)!, place]))
  return {
    sites,
    arcs: arcs.map(({ name, from, to, eyes }, at) => {
      return { ...shares[at]!, name, eyes, fromSite: siteAt.get(from) ?? -1, toSite: siteAt.get(to) ?? -1 }
    }),
    entrances,
    homes: entrances.map((each) => [...new Set(each.map(({ device }) => device))]),
    through: new Map(
      devices.map(({ name }) => {
        const number = numberOf.get(name)!
        return [name, sumOf(shares.filter((_, at) => arcs[at]!.to === number))]
      }),
    ),
  }
}

type End = Config['links'][number]['a']

function eyeOf(end: End, direction: Direction, devices: Config['devices']): readonly Eye[] {
  const found = devices.find(({ name }) => name === end.node)?.interfaces.find(({ name }) => name === end.interface)
  return found === undefined ? [] : [{ device: end.node, ifIndex: found.index, direction }]
}

/** Cells of several shares, each once. */
function sumOf(shares: readonly Share[]): Share {
  const parts = new Map<number, number>()
  for (const share of shares) {
    for (const [at, cell] of share.cells.entries()) parts.set(cell, (parts.get(cell) ?? 0) + share.parts[at]!)
  }
  return { cells: Int32Array.from(parts.keys()), parts: Float64Array.from(parts.values()) }
}
