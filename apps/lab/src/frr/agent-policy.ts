/**
 * What a router's configuration has for its device agent: the session and the traffic classes, in the words of
 * @vagus/router, which an operator would get from `vagus device policy`.
 * @module
 */
import { defaultClasses } from '@vagus/bgp/actuation'
import { internalMap, linkMap, policyBlocks, type PolicyPlan, textOf } from '@vagus/router'
import type { Network, Node } from '../topology/network.ts'
import { type Peer, peersOf } from './peers.ts'

/** Source address of agents' sessions with their routers: link-local, on no interface. */
export const agentAddress = '169.254.77.2'
/** Seconds after which a silent agent is given up. */
const holdTime = 9

/** The lines for the end of `bgpd.conf`. */
export function agentPolicy(network: Network, node: Node): string {
  return textOf(policyBlocks(planOf(network, node)))
}

/** The route-map of ours that a session's way out calls. */
export function calledMap(node: Node, peer: Peer): string {
  return peer.type === 'external' ? linkMap(interfaceOf(node, peer).name) : internalMap
}

function planOf(network: Network, node: Node): PolicyPlan {
  const peers = peersOf(network, node)
  const external = peers.filter(({ type }) => type === 'external')
  return {
    as: node.as,
    agentAddress,
    holdTime,
    classes: defaultClasses,
    links: external.map((peer) => {
      const { index, name } = interfaceOf(node, peer)
      return { ifIndex: index, name, neighbours: [peer.v4, peer.v6] }
    }),
    internal: peers.filter(({ type }) => type !== 'external').flatMap(({ v4, v6 }) => [v4, v6]),
    telemetryPrefixes: 'accept',
  }
}

const interfaceOf = (node: Node, peer: Peer): Node['interfaces'][number] =>
  node.interfaces.find((one) => one.peer.addresses.v4 === peer.v4)!
