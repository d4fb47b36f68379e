/**
 * The `vagus.yaml` of the lab's controller: what an operator would write about the same network by hand.
 * @module
 */
import { join } from 'node:path'
import type { ConfigInput } from '@vagus/api'
import { controllerAgent, homeOctets, labPaths, type LabSpec, networkMember, rosterOwner } from './spec.ts'
import { controllerAddresses, infrastructure, lineBlock } from './topology/addresses.ts'
import { inBandOf } from './topology/in-band.ts'
import { type Network, type NetworkLink, type Node, ownRouters } from './topology/network.ts'
import type { Plan } from './traffic/plan.ts'

/** UDP ports on the controller's management address. */
export const flowPorts = { ipfix: 4739, netflow: 2055, sflow: 6343 } as const

/** TCP port of its BGP, for telemetry: 179 belongs to routers. */
export const bgpPort = 1790

/** UDP and TCP port of agents' side-cars for each other. */
export const meetingPort = 7601

/** UDP and TCP port of the controller's agent, on its management address. */
const negotiationPort = 7602

/** UDP and TCP port of the controller as a member of the agents' fleet, at the first site. */
const memberPort = 7603

/** What agents may order in a lab: enough to try, and half of each link for whoever types orders. */
const agentBounds = { rate: 50_000_000, for: '1h', share: 0.45 } as const

/** As in CAMARA's own example of what the names could mean. */
const profiles = [
  { name: 'QOS_E', rate: 512_000, description: 'a stable delay for little' },
  { name: 'QOS_S', rate: 4_000_000 },
  { name: 'QOS_M', rate: 8_000_000 },
  { name: 'QOS_L', rate: 20_000_000 },
]

/** Ids of the agents that negotiate about approvals: the controller's, and by name of the router. */
export interface AgentIds {
  readonly controller: string
  readonly devices: ReadonlyMap<string, string>
}

/** Of agents that the controller must know. */
export interface KnownIds {
  readonly ids?: AgentIds | undefined
  /** Of the roster of the lab's agents. */
  readonly owner?: string | undefined
}

/** Control socket of the agent beside a router. */
export const agentSocket = (folder: string, name: string): string => join(labPaths(folder).devices, `${name}.sock`)

/** What Linux gives without asking (net.core.rmem_max): some 100 datagrams, where a lab sends a few a second. */
const receiveOctets = 212_992

export function controllerConfig(
  spec: Pick<LabSpec, 'name' | 'folder' | 'substrate' | 'network' | 'steering' | 'intentsOf'>,
  applications: Plan['applications'],
  { ids, owner }: KnownIds,
): ConfigInput {
  const { network, substrate, folder } = spec
  const paths = labPaths(folder)
  const inBand = owner === undefined ? undefined : inBandOf(network)
  return {
    domain: spec.name,
    as: network.as,
    substrate,
    listen: `unix:${paths.controller}`,
    home: paths.home,
    flow: {
      listen: Object.values(flowPorts).map((port) => `${controllerAddresses.v4}:${port}`),
      silentAfter: '15s',
      receiveBuffer: receiveOctets,
    },
    grasp: { interfaces: ['*'] },
    store: { maxOctets: homeOctets / 2 }, // the other half is for the log and for what is being sealed
    bgp: { listen: `${controllerAddresses.v4}:${bgpPort}` },
    ...(ids !== undefined && {
      agent: {
        name: controllerAgent,
        listen: ['udp', 'tcp'].map((kind) => `${kind}://${controllerAddresses.v4}:${negotiationPort}`),
      },
    }),
    ...(owner !== undefined && { access: { owners: [{ name: rosterOwner, id: owner }] } }),
    ...(inBand !== undefined && {
      fleet: {
        owner: rosterOwner,
        name: networkMember,
        listen: ['udp', 'tcp'].map((kind) => `${kind}://${inBand.own}:${memberPort}`),
      },
    }),
    ...(ids !== undefined && {
      lines: { block: lineBlock, ...(inBand !== undefined && { agents: agentBounds }) },
    }),
    ...(ids !== undefined && { camara: { profiles } }),
    ...(spec.intentsOf !== undefined && { intents: { owner: spec.intentsOf } }),
    steering: { every: '10s', horizon: '1m', ...spec.steering }, // a lab is watched for minutes, not for days
    devices: ownRouters(network).map((node) => deviceOf(node, numberOf(network, node.name), folder, ids)),
    sites: [
      ...network.sites.map(({ name, kind, as, announces, hosts }) => {
        return { name, kind, as, prefixes: [...(kind === 'site' ? hosts : announces)] }
      }),
      // otherwise BGP and OSPF would count as traffic between neighbours, which have the default route
      { name: 'infrastructure', kind: 'infrastructure', prefixes: [...infrastructure] },
    ],
    links: network.links.filter(({ a, z }) => isOurs(network, a.node) || isOurs(network, z.node)).map(linkOf(network)),
    applications: [
      ...applications.map(({ name, port, protocol }) => ({ name, ports: [port], protocol })),
      ...(network.agents.length === 0 ? [] : [{ name: 'agents', ports: [meetingPort] }]),
    ],
  }
}

/** Of one of our routers, in the SIDs of lines. */
export const numberOf = (network: Network, router: string): number =>
  ownRouters(network).findIndex(({ name }) => name === router) + 1

/** @param number of the router, in the SIDs of lines */
function deviceOf(
  node: Node,
  number: number,
  folder: string,
  ids: AgentIds | undefined,
): NonNullable<ConfigInput['devices']>[number] {
  const id = ids?.devices.get(node.name)
  return {
    name: node.name,
    role: node.interfaces.some(({ site }) => site !== undefined) ? 'edge' : 'core',
    address: node.management.v4,
    agent: agentSocket(folder, node.name),
    ...(id !== undefined && { id, node: number }),
    interfaces: node.interfaces.map(({ name, index, site }) => ({ name, index, ...(site !== undefined && { site }) })),
  }
}

function linkOf(network: Network) {
  const endOf = ({ node, interface: { name } }: NetworkLink['a']): { node: string; interface?: string } =>
    isOurs(network, node) ? { node, interface: name } : { node: siteOf(network, node) }
  return ({ name, a, z, capacity }: NetworkLink) => ({
    name,
    a: endOf(a),
    z: endOf(z),
    capacity,
    metric: a.interface.metric,
  })
}

function isOurs(network: Network, name: string): boolean {
  return ownRouters(network).some((node) => node.name === name)
}

/** The site or neighbour of a foreign node. */
function siteOf(network: Network, name: string): string {
  return network.nodes.find((node) => node.name === name)!.site!
}
