/**
 * Who may announce what to whom, as FRR prefix-lists and route-maps. A customer is believed its own prefixes only; a
 * neighbour AS hears our customers' prefixes only, with a MED (RFC 4271 §5.1.4) that is equal on all links until somebody
 * decides otherwise; other ASes believe and say everything.
 * @module
 */
import type { Network, Node } from '../topology/network.ts'
import type { Peer } from './peers.ts'

/** MED of everything that we announce to a neighbour AS. */
const initialMed = 100
/** The prefix-list of every customer. Sites are in small letters, so that no site's own list has this name. */
const allCustomers = 'ALL-CUSTOMERS'

/** Route-maps of a session, or `undefined` where all routes pass (RFC 8212 asks for a policy on eBGP only). */
export function policyNames(node: Node, peer: Peer): { readonly in: string; readonly out: string } | undefined {
  if (peer.type !== 'external') return undefined
  if (node.site !== undefined || peer.site === undefined) return { in: 'everything', out: 'everything' }
  return { in: `from-${peer.site}`, out: `to-${peer.site}` }
}

/** The prefix-lists and route-maps that `policyNames` names. */
export function policyOf(network: Network, node: Node): readonly string[] {
  if (node.site !== undefined) return ['route-map everything permit 10']
  const sites = new Set(node.interfaces.flatMap(({ site }) => (site === undefined ? [] : [site])))
  return network.sites
    .filter(({ name }) => sites.has(name))
    .flatMap((site) =>
      site.kind === 'site'
        ? [
            ...prefixLists(site.name, site.announces),
            ...routeMap(`from-${site.name}`, site.name),
            `route-map to-${site.name} permit 10`,
          ]
        : [
            ...prefixLists(allCustomers, customerPrefixes(network)),
            `route-map from-${site.name} permit 10`,
            ...routeMap(`to-${site.name}`, allCustomers, `set metric ${initialMed}`),
          ],
    )
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
