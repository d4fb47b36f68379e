/**
 * Who has a BGP session with whom.
 * @module
 */
import type { Network, Node } from '../topology/network.ts'

/** One BGP peer, before it is an IPv4 and an IPv6 session. */
export interface Peer {
  readonly node: string
  readonly as: number
  readonly v4: string
  readonly v6: string
  readonly type: 'internal' | 'client' | 'external'
  /** The site or neighbour of an external peer of ours. */
  readonly site?: string
}

/** Sessions that `node` has, each once for IPv4 and once for IPv6. */
export function peersOf(network: Network, node: Node): readonly Peer[] {
  const ours = network.nodes.filter(({ as, name }) => as === node.as && name !== node.name)
  const reflected = node.reflector || ours.some(({ reflector }) => reflector)
  return [
    ...ours
      .filter((other) => !reflected || node.reflector || other.reflector)
      .map(({ name, as, loopback, reflector }): Peer => {
        return { node: name, as, ...loopback, type: node.reflector && !reflector ? 'client' : 'internal' }
      }),
    ...node.interfaces
      .filter(({ peer }) => peer.as !== node.as)
      .map(({ peer, site }): Peer => {
        return {
          node: peer.node,
          as: peer.as,
          ...peer.addresses,
          type: 'external',
          ...(site !== undefined && { site }),
        }
      }),
  ]
}
