/**
 * The commands of `ip -batch` that make every namespace and every link of a network, in the lab's own namespace.
 * @module
 */
import { controllerAddresses, managementLength } from '../topology/addresses.ts'
import type { Access } from '../topology/access.ts'
import { inBandOf } from '../topology/in-band.ts'
import { type Network, ownRouters } from '../topology/network.ts'

/** The bridge of the management network, where the controller lives. */
export const managementBridge = 'management'

/**
 * A namespace per node, a veth pair per link with its ends already inside, and a management interface for each of our own
 * routers: other people's routers are not in our management network.
 */
export function linkCommands(network: Network): string {
  const bridge = managementBridge
  const commands = [
    'link set dev lo up',
    `link add name ${bridge} type bridge`,
    `addr add ${controllerAddresses.v4}/${managementLength.v4} dev ${bridge}`,
    `addr add ${controllerAddresses.v6}/${managementLength.v6} dev ${bridge} nodad`,
    `link set dev ${bridge} up`,
    ...[...network.nodes, ...network.agents].map(({ name }) => `netns add ${name}`),
    ...ownRouters(network).flatMap(({ name }, at) => [
      `link add name m${at} type veth peer name eth0 index 2 netns ${name}`,
      `link set dev m${at} master ${bridge} up`,
    ]),
    ...network.links.map(({ a, z }) => {
      const [here, there] = [a.interface, z.interface]
      return (
        `link add name ${here.name} index ${here.index} netns ${a.node} type veth ` +
        `peer name ${there.name} index ${there.index} netns ${z.node}`
      )
    }),
    ...inBandCommands(network),
    ...network.agents.flatMap(({ name, networks }) => networks.flatMap((access) => accessCommands(name, access))),
  ]
  return `${commands.join('\n')}\n`
}

/** Name of the interface of the site that the controller's host is at. */
export const inBandInterface = 'controller'

/** The controller's own host at a site, beside the management network. */
function inBandCommands(network: Network): readonly string[] {
  const place = inBandOf(network)
  if (place === undefined) return []
  const { site, own, gateway, prefixes } = place
  return [
    `link add name inband type veth peer name ${inBandInterface} netns ${site}`,
    `addr add ${own}/31 dev inband`,
    'link set dev inband up',
    ...prefixes.map((prefix) => `route add ${prefix} via ${gateway} dev inband`),
  ]
}

/**
 * Names of the interfaces of an access link: one veth pair from the agent to the emulator, one from there to the site.
 * The emulator's ends stay in the lab's own namespace.
 */
export const accessInterfaces = ({ number }: Access) =>
  ({ agentSide: `x${number}a`, siteSide: `x${number}z`, site: `access${number}` }) as const

function accessCommands(agent: string, access: Access): readonly string[] {
  const { agentSide, siteSide, site } = accessInterfaces(access)
  return [
    `link add name ${agentSide} type veth peer name ${access.name} netns ${agent}`,
    `link add name ${siteSide} type veth peer name ${site} netns ${access.site}`,
    // the lab's own namespace only passes frames on, and takes no part itself
    ...[agentSide, siteSide].map((name) => `link set dev ${name} addrgenmode none up`),
  ]
}
