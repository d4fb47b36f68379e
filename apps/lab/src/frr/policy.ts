/**
 * Who may announce what to whom, as FRR prefix-lists and route-maps. A customer is believed its own prefixes only; a
 * neighbour AS hears our customers' prefixes only, with a MED (RFC 4271 §5.1.4) that is equal on all links until somebody
 * decides otherwise; other ASes believe and say everything.
 * @module
 */
import type { Network, Node } from '../topology/network.ts'
import { calledMap } from './agent-policy.ts'
import { type Peer, peersOf } from './peers.ts'

/** MED of everything that we announce to a neighbour AS. */
const initialMed = 100
/** The prefix-list of every customer. Sites are in small letters, so that no site's own list has this name. */
const allCustomers = 'ALL-CUSTOMERS'

/** Route-maps of a session, or `undefined` where all routes pass (RFC 8212 asks for a policy on eBGP only). */
export function policyNames(node: Node, peer: Peer): { readonly in: string; readonly out: string } | undefined {
  if (peer.type !== 'external') return undefined
  if (node.site !== undefined || peer.site === undefined) return { in: 'everything', out: 'everything' }
  return { in: `from-${peer.site}`, out: wayOut(node, peer) }
}

/** Several links to one site have a route-map each, because a traffic class is of a link. */
function wayOut(node: Node, peer: Peer): string {
  const links = node.interfaces.filter(({ site }) => site === peer.site)
  const own = links.find((one) => one.peer.addresses.v4 === peer.v4)
  return `to-${peer.site}${links.length > 1 && own !== undefined ? `-${own.name}` : ''}`
}

/** The prefix-lists and route-maps that `policyNames` names. */
export function policyOf(network: Network, node: Node): readonly string[] {
  if (node.site !== undefined) return ['route-map everything permit 10']
  const peers = peersOf(network, node).filter(({ site }) => site !== undefined)
  return network.sites
    .filter(({ name }) => peers.some(({ site }) => site === name))
    .flatMap((site) => {
      const lists =
        site.kind === 'site'
          ? [...prefixLists(site.name, site.announces), ...routeMap(`from-${site.name}`, site.name)]
          : [...prefixLists(allCustomers, customerPrefixes(network)), `route-map from-${site.name} permit 10`]
      return [
        ...lists,
        ...peers.filter((peer) => peer.site === site.name).flatMap((peer) => outwards(site.kind, node, peer)),
      ]
    })
}

function outwards(kind: 'site' | 'neighbour', node: Node, peer: Peer): readonly string[] {
  const call = `call ${calledMap(node, peer)}`
  const name = wayOut(node, peer)
  if (kind === 'site') return [`route-map ${name} permit 10`, ` ${call}`]
  return routeMap(name, allCustomers, `set metric ${initialMed}`, call)
}

function customerPrefixes(network: Network): readonly string[] {
  return network.sites.filter(({ kind }) => kind === 'site').flatMap(({ announces }) => announces)
}

/** Exactly these prefixes: a more specific one is a leak, not a refinement. */
function prefixLists(name: string, prefixes: readonly string[]): readonly string[] {
  return prefixes.map((prefix, at) => {
    const version = prefix.includes(':') ? 'ipv6' : 'ip'
    return `${version} prefix-list ${name} seq ${(at + 1) * 5} permit ${prefix}`
  })
}

/** One entry for each IP version, because a route-map entry matches one prefix-list of each kind at most. */
function routeMap(name: string, list: string, ...set: readonly string[]): readonly string[] {
  return [
    `route-map ${name} permit 10`,
    ` match ip address prefix-list ${list}`,
    ...set.map((line) => ` ${line}`),
    `route-map ${name} permit 20`,
    ` match ipv6 address prefix-list ${list}`,
    ...set.map((line) => ` ${line}`),
  ]
}
