/**
 * BGP (RFC 4271) as configuration of FRR's bgpd: iBGP between loopbacks, with reflectors (RFC 4456) where the topology
 * names some, else a full mesh; eBGP on every link to another AS, with the policy of `policy.ts` (RFC 8212). IPv4 routes
 * travel over IPv4 sessions and IPv6 routes over IPv6 ones, so that each plane stands alone.
 * @module
 */
import type { Network, Node } from '../topology/network.ts'
import { internalMap } from '@vagus/router'
import { agentPolicy } from './agent-policy.ts'
import { type Peer, peersOf } from './peers.ts'
import { policyNames, policyOf } from './policy.ts'

/** `bgpd.conf`. */
export function bgpConfig(network: Network, node: Node): string {
  const peers = peersOf(network, node)
  const all = [
    ...policyOf(network, node),
    `router bgp ${node.as}`,
    ` bgp router-id ${node.loopback.v4}`,
    ' no bgp default ipv4-unicast',
    ' no bgp network import-check', // the hosts are local routes, which zebra does not tell bgpd
    ' bgp deterministic-med',
    ...(node.reflector ? [` bgp cluster-id ${node.loopback.v4}`] : []),
    ' coalesce-time 50',
    ' timers bgp 3 9',
    ...peers.flatMap((peer) => [...sessionLines(node, peer, 'v4'), ...sessionLines(node, peer, 'v6')]),
    ...familyLines(node, peers, 'v4'),
    ...familyLines(node, peers, 'v6'),
  ]
  const agent = node.site === undefined ? agentPolicy(network, node) : ''
  return `${all.join('\n')}\n${agent}`
}

function sessionLines(node: Node, peer: Peer, version: 'v4' | 'v6'): readonly string[] {
  const neighbor = ` neighbor ${peer[version]}`
  return [
    `${neighbor} remote-as ${peer.as}`,
    `${neighbor} description ${peer.node}`,
    `${neighbor} timers connect 1`,
    `${neighbor} advertisement-interval 0`,
    ...(peer.type === 'external' ? [] : [`${neighbor} update-source ${node.loopback[version]}`]),
  ]
}

function familyLines(node: Node, peers: readonly Peer[], version: 'v4' | 'v6'): readonly string[] {
  const announced = node.announces.filter((prefix) => prefix.includes(':') === (version === 'v6'))
  return [
    ` address-family ${version === 'v4' ? 'ipv4' : 'ipv6'} unicast`,
    ...announced.map((prefix) => `  network ${prefix}`),
    ...peers.flatMap((peer) => {
      const neighbor = `  neighbor ${peer[version]}`
      const policies = policyNames(node, peer)
      return [
        `${neighbor} activate`,
        ...(peer.type === 'client' ? [`${neighbor} route-reflector-client`] : []),
        // By force also what the agent beside an edge says of routes from outside (RFC 4456 §10 warns of it elsewhere).
        ...(peer.type === 'external' ? [] : [`${neighbor} next-hop-self${node.reflector ? '' : ' force'}`]),
        ...(peer.type === 'external' || node.site !== undefined ? [] : [`${neighbor} route-map ${internalMap} out`]),
        ...(policies === undefined
          ? []
          : [`${neighbor} route-map ${policies.in} in`, `${neighbor} route-map ${policies.out} out`]),
      ]
    }),
    ' exit-address-family',
  ]
}
