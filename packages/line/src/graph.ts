/** A network as its paths are searched: nodes and links by number, links in the order of their names. @module */
import type { CoreLink, LineNetwork } from './network.ts'

export interface Graph {
  readonly numberOf: ReadonlyMap<string, number>
  readonly names: readonly string[]
  readonly links: readonly CoreLink[]
  /** Of each link, whole microseconds; `unknownDelay` where nobody knows it. */
  readonly delay: Float64Array
  /** Of each node. */
  readonly arcs: readonly (readonly Arc[])[]
}

interface Arc {
  readonly link: number
  readonly to: number
}

/** Longer than the known delays of any path together, and still exact when it is added up 8,000 times. */
export const unknownDelay = 2 ** 40
/** A minute; what is longer counts as this. */
const longestDelay = 60e6

const graphs = new WeakMap<LineNetwork, Graph>()

/** Made once of each network; links to nodes that it does not have are left out. */
export function graphOf(network: LineNetwork): Graph {
  const known = graphs.get(network)
  if (known !== undefined) return known
  const names = network.nodes.map(({ name }) => name)
  const numberOf = new Map(names.map((name, at) => [name, at]))
  const links = network.links
    .filter(({ a, z }) => numberOf.has(a.node) && numberOf.has(z.node) && a.node !== z.node)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const arcs: Arc[][] = names.map(() => [])
  for (const [link, { a, z }] of links.entries()) {
    const [one, other] = [numberOf.get(a.node)!, numberOf.get(z.node)!]
    arcs[one]!.push({ link, to: other })
    arcs[other]!.push({ link, to: one })
  }
  const delay = Float64Array.from(links, ({ delayMs }) =>
    delayMs !== undefined && delayMs >= 0 ? Math.min(longestDelay, Math.round(delayMs * 1000)) : unknownDelay,
  )
  const graph = { numberOf, names, links, delay, arcs }
  graphs.set(network, graph)
  return graph
}
