/**
 * The network of the scenario `wired`: four access routers around a core router, a server behind that, and a host with a
 * link to each access router. Beside it, for contrast, one LAN with two ports and a host that moves between them.
 *
 *   server ─── core ─┬─ pe-1 ─ access ─┐
 *              │     ├─ pe-2 ─ access ─┼─ robot
 *              │     ├─ pe-3 ─ access ─┤
 *              │     └─ pe-4 ─ access ─┘      pe-1..3 are FRR, pe-4 is BIRD
 *              └─ lan ═ two ports ═ rover
 * @module
 */

export const as = 64_512
export const mobileBlock = 'fd00:77::/48'
export const agentAddress = '169.254.77.2'
export const edges = ['pe-1', 'pe-2', 'pe-3', 'pe-4'] as const
export type EdgeName = (typeof edges)[number]
export const softwareOf = (edge: EdgeName): 'frr' | 'bird' => (edge === 'pe-4' ? 'bird' : 'frr')

export const routers = ['core', ...edges] as const
export const nodes = [...routers, 'server', 'robot', 'lan', 'rover'] as const
export type NodeName = (typeof nodes)[number]

/** 1 and up. */
export const numberOf = (edge: EdgeName): number => edges.indexOf(edge) + 1

export const routerId = (router: (typeof routers)[number]): string => `10.0.0.${routers.indexOf(router) + 1}`

/** Both ends of the link between core and edge. */
export const coreAddresses = (edge: EdgeName) =>
  ({ core: `fd00:a:${numberOf(edge)}::1`, edge: `fd00:a:${numberOf(edge)}::2` }) as const

/** Of the link on which hosts are: the router's address, and the host's own one there. */
export const accessAddresses = (edge: EdgeName) =>
  ({ router: `2001:db8:${numberOf(edge)}::1`, host: `2001:db8:${numberOf(edge)}::2` }) as const

const serverAddress = '2001:db8:100::2'
export const roverAddress = '2001:db8:200::2'
/** Interface of an edge on which hosts attach. */
export const accessLink = 'access'
/** Interface of the robot towards an edge. */
export const hostLink = (edge: EdgeName): string => `eth${numberOf(edge)}`
/** Ports of the LAN, seen from the rover. */
export const roverLinks = ['eth1', 'eth2'] as const

/** The switch's end. */
export const portOf = (link: (typeof roverLinks)[number]): string => `port-${link}`

/**
 * Commands of `ip -batch` that make it, in a namespace with nothing in it. The wire between an edge and the robot goes
 * through a bridge here, so that it can be cut without a sign at either end.
 */
export function linkCommands(): readonly string[] {
  return [
    'link set lo up',
    ...nodes.map((name) => `netns add ${name}`),
    ...edges.flatMap((edge) => {
      const number = numberOf(edge)
      return [
        `link add up${number} netns core type veth peer name core netns ${edge}`,
        `link add br${number} type bridge mcast_snooping 0`,
        `link add r${number} type veth peer name ${accessLink} netns ${edge}`,
        `link add h${number} type veth peer name ${hostLink(edge)} index ${firstIndex + number} netns robot`,
        `link set r${number} master br${number} addrgenmode none up`,
        `link set h${number} master br${number} addrgenmode none up`,
        `link set br${number} addrgenmode none up`,
      ]
    }),
    'link add server netns core type veth peer name eth0 netns server',
    'link add lan netns core type veth peer name core netns lan',
    // The switch of the LAN.
    'link add switch type bridge mcast_snooping 0',
    `link add uplink type veth peer name ${accessLink} netns lan`,
    ...roverLinks.map(
      (name, at) =>
        `link add ${portOf(name)} type veth peer name ${name} index ${firstIndex + at} address ${roverMac} netns rover`,
    ),
    ...['uplink', ...roverLinks.map(portOf)].map((name) => `link set ${name} master switch addrgenmode none up`),
    'link set switch addrgenmode none up',
  ]
}

/**
 * Indices of interfaces of hosts differ from those of their other ends: the kernel tells of the carrier of a veth whose index
 * is that of its peer a second later, as it does for interfaces that are nobody's (`linkwatch_urgent_event`).
 */
const firstIndex = 1000
/** The rover's ports are one host to the LAN. */
const roverMac = '02:00:00:00:77:01'

/** Files below /proc/sys/net with their values, once the interfaces are there. */
export const settings = (name: NodeName): readonly (readonly [file: string, value: number])[] => [
  // Addresses are unique here. On a real network optimistic detection (RFC 4429) does not wait for it, either.
  ...(['all', 'default'] as const).map((one) => [`ipv6/conf/${one}/accept_dad`, 0] as const),
  ['ipv6/conf/all/keep_addr_on_down', 1],
  ['ipv6/conf/all/ndisc_notify', 1],
  ...(isRouter(name) ? [['ipv6/conf/all/forwarding', 1] as const] : []),
]

const isRouter = (name: NodeName): boolean => name === 'lan' || (routers as readonly string[]).includes(name)

/** Commands of `ip -batch` on a node. */
export function nodeCommands(name: NodeName): readonly string[] {
  const address = (text: string, link: string): readonly string[] => [
    `addr add ${text} dev ${link} nodad`,
    `link set ${link} up`,
  ]
  const isEdge = (edges as readonly string[]).includes(name)
  if (isEdge) return ['link set lo up', ...edgeCommands(name as EdgeName, address)]
  return ['link set lo up', ...others[name as Exclude<NodeName, EdgeName>](address)]
}

type Address = (text: string, link: string) => readonly string[]

function edgeCommands(edge: EdgeName, address: Address): readonly string[] {
  const { core, edge: own } = coreAddresses(edge)
  return [
    `addr add ${routerId(edge)}/32 dev lo`,
    `route add local ${agentAddress} dev lo`,
    ...address(`${own}/64`, 'core'),
    ...address(`${accessAddresses(edge).router}/64`, accessLink),
    `route add 2001:db8::/32 via ${core}`,
    // Host routes are BGP's alone: what is in none is refused here, and does not go around.
    `route add unreachable ${mobileBlock}`,
  ]
}

const others: Readonly<Record<Exclude<NodeName, EdgeName>, (address: Address) => readonly string[]>> = {
  core: (address) => [
    `addr add ${routerId('core')}/32 dev lo`,
    ...edges.flatMap((edge) => [
      ...address(`${coreAddresses(edge).core}/64`, `up${numberOf(edge)}`),
      `route add 2001:db8:${numberOf(edge)}::/64 via ${coreAddresses(edge).edge}`,
    ]),
    ...address('2001:db8:100::1/64', 'server'),
    ...address('fd00:a:200::1/64', 'lan'),
    'route add 2001:db8:200::/64 via fd00:a:200::2',
    `route add unreachable ${mobileBlock}`,
  ],
  server: (address) => [...address(`${serverAddress}/64`, 'eth0'), 'route add default via 2001:db8:100::1'],
  // All links are down: the first move brings one up.
  robot: () => edges.map((edge) => `addr add ${accessAddresses(edge).host}/64 dev ${hostLink(edge)} nodad`),
  lan: (address) => [
    ...address('fd00:a:200::2/64', 'core'),
    'route add default via fd00:a:200::1',
    ...address('2001:db8:200::1/64', accessLink),
  ],
  rover: () => [],
}
