/** The border of a network: the links to its neighbour AS, and where the neighbour's routers have their ends. @module */
import { type Network, ownRouters } from '../topology/network.ts'

export interface BorderEnd {
  readonly link: string
  /** Bits per second. */
  readonly capacity: number
  /** The neighbour's router, and its interface. */
  readonly router: string
  readonly interface: string
}

/** Of all links between our routers and those of a neighbour AS, in the order of the topology. */
export function borderEnds(network: Network): readonly BorderEnd[] {
  const ours = new Set(ownRouters(network).map(({ name }) => name))
  const neighbours = new Set(network.nodes.filter(({ kind }) => kind === 'neighbour').map(({ name }) => name))
  return network.links.flatMap(({ name, a, z, capacity }) => {
    const [there, here] = neighbours.has(a.node) ? [a, z] : [z, a]
    if (!neighbours.has(there.node) || !ours.has(here.node)) return []
    return [{ link: name, capacity, router: there.node, interface: there.interface.name }]
  })
}
