/**
 * The daemons of one router and their configuration. zebra comes first: the others look for it once and then only
 * every ten seconds.
 * @module
 */
import type { Network, Node } from '../topology/network.ts'
import { bgpConfig } from './bgp.ts'
import { ospf6Config, ospfConfig } from './ospf.ts'

export interface Daemon {
  readonly name: 'zebra' | 'bgpd' | 'ospfd' | 'ospf6d'
  readonly config: string
}

export function daemonsOf(network: Network, node: Node): readonly Daemon[] {
  const header = `hostname ${node.name}\n`
  const all = [
    { name: 'zebra', config: '' },
    { name: 'bgpd', config: bgpConfig(network, node) },
    { name: 'ospfd', config: ospfConfig(node) },
    { name: 'ospf6d', config: ospf6Config(node) },
  ] as const
  return all.flatMap(({ name, config }) => (config === undefined ? [] : [{ name, config: header + config }]))
}
