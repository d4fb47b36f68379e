/**
 * The network of the scenario `nat`: a core, a relay there, and ends that reach it in different ways. Every end of a kind
 * exists twice, with the same private addresses, as in life.
 *
 *   relay ── core ─┬─ a.open                                     a public address, no NAT
 *                  ├─ a.home.nat ── a.home                       one NAT, which keeps ports where it can
 *                  ├─ a.random.nat ── a.random                   one NAT with a random port for each destination
 *                  ├─ a.cgn.nat ── a.cgn.home ── a.cgn           two NATs, one behind the other
 *                  ├─ a.proxy.nat ── a.proxy                     no way out but an HTTP proxy on its router
 *                  └─ b.…                                        the same again
 *
 * Beside them, at networks of end a: `b.lan` at its home router, and `b.neighbour` in another home behind its carrier's NAT.
 * @module
 */

/** Ways to the network, from easy to hard. */
export const kinds = ['open', 'home', 'cgn', 'random', 'proxy'] as const
/** Those of `b` that are behind the NAT of `a`. */
export const sharedKinds = ['lan', 'neighbour'] as const
export type Kind = (typeof kinds)[number] | (typeof sharedKinds)[number]
export type Side = 'a' | 'b'

export const relayAddress = '198.51.100.2'
export const relayPorts = [7602, 7603] as const
export const proxyUrl = 'http://192.168.1.1:3128'

/** Those that take part, each once. */
export function endsOf(pairs: readonly (readonly [Kind, Kind])[]): readonly (readonly [Side, Kind])[] {
  const ends = pairs.flatMap(([a, b]) => [['a', a] as const, ['b', b] as const])
  return [...new Map(ends.map((end) => [end.join('.'), end])).values()]
}

/** The namespace in which an end's agent runs. */
export const endOf = (side: Side, kind: Kind): string => `${side}.${kind}`
/** The namespace of an end's router. */
export const routerOf = (side: Side, kind: Kind): string => `${side}.${kind}.nat`

/** Whose NAT an end is behind. */
const natOf = (side: Side, kind: Kind): readonly [Side, OwnKind] =>
  kind === 'lan' ? ['a', 'home'] : kind === 'neighbour' ? ['a', 'cgn'] : [side, kind]
type OwnKind = (typeof kinds)[number]

/** The public address of an end, or of its NAT. */
export function publicAddressOf(side: Side, kind: Kind): string {
  return `203.0.113.${subnetOf(...natOf(side, kind)) + 2}`
}

/** Last octet of the /30 between core and an end. */
const subnetOf = (side: Side, kind: OwnKind): number => 4 * (kinds.indexOf(kind) * 2 + (side === 'a' ? 1 : 2))

/** What makes one namespace: commands of `ip -batch` and a ruleset of nftables. */
export interface Node {
  readonly name: string
  readonly ip: readonly string[]
  readonly nft?: string
}

const link = (one: string, oneEnd: string, other: string, otherEnd: string): string =>
  `link add ${oneEnd} netns ${one} type veth peer name ${otherEnd} netns ${other}`

const address = (text: string, name: string): readonly string[] => [
  `addr add ${text} dev ${name}`,
  `link set ${name} up`,
]

/** Commands of `ip -batch` that make namespaces and links, and what to do in each. */
export function networkOf(ends: readonly (readonly [Side, Kind])[]): {
  readonly links: readonly string[]
  readonly nodes: readonly Node[]
} {
  const parts = ends.map(([side, kind]) => partOf(side, kind))
  const core: Node = {
    name: 'core',
    ip: [...address('198.51.100.1/24', 'relay'), ...parts.flatMap((part) => part.core)],
  }
  const relay: Node = {
    name: 'relay',
    ip: [...address(`${relayAddress}/24`, 'eth0'), 'route add default via 198.51.100.1'],
  }
  const nodes = [core, relay, ...parts.flatMap((part) => part.nodes)]
  return {
    links: [
      ...nodes.map(({ name }) => `netns add ${name}`),
      link('core', 'relay', 'relay', 'eth0'),
      ...parts.flatMap((part) => part.links),
    ],
    nodes: nodes.map((node) => ({ ...node, ip: ['link set lo up', ...node.ip] })),
  }
}

interface Part {
  readonly links: readonly string[]
  /** At the core. */
  readonly core: readonly string[]
  readonly nodes: readonly Node[]
}

function partOf(side: Side, kind: Kind): Part {
  if (kind === 'lan') return lan
  if (kind === 'neighbour') return neighbour
  const subnet = subnetOf(side, kind)
  const own = `${publicAddressOf(side, kind)}/30`
  const gateway = `203.0.113.${subnet + 1}`
  const end = endOf(side, kind)
  const toCore = `${side}-${kind}`
  const core = address(`${gateway}/30`, toCore)
  if (kind === 'open') {
    const ip = [...address(own, 'eth0'), `route add default via ${gateway}`]
    return { links: [link('core', toCore, end, 'eth0')], core, nodes: [{ name: end, ip }] }
  }
  const router = routerOf(side, kind)
  const outside = [...address(own, 'out'), `route add default via ${gateway}`]
  const inside = (router: string): readonly string[] => [
    ...address('192.168.1.2/24', 'eth0'),
    ...(router === '' ? [] : [`route add default via ${router}`]),
  ]
  if (kind === 'cgn') {
    const home = `${side}.cgn.home`
    return {
      links: [link('core', toCore, router, 'out'), link(router, 'in', home, 'out'), link(home, 'in', end, 'eth0')],
      core,
      nodes: [
        { name: router, ip: [...outside, ...address('100.64.0.1/24', 'in')], nft: natRules('') },
        {
          name: home,
          ip: [
            ...address('100.64.0.2/24', 'out'),
            'route add default via 100.64.0.1',
            ...address('192.168.1.1/24', 'in'),
          ],
          nft: natRules(''),
        },
        { name: end, ip: inside('192.168.1.1') },
      ],
    }
  }
  return {
    links: [link('core', toCore, router, 'out'), link(router, 'in', end, 'eth0')],
    core,
    nodes: [
      {
        name: router,
        ip: [...outside, ...address('192.168.1.1/24', 'in')],
        nft: kind === 'proxy' ? proxyRules : natRules(kind === 'random' ? 'fully-random' : ''),
      },
      { name: end, ip: inside('192.168.1.1') },
    ],
  }
}

/** A second network of the home router of a. */
const lan: Part = {
  links: [link(routerOf('a', 'home'), 'in2', 'b.lan', 'eth0')],
  core: [],
  nodes: [{ name: 'b.lan', ip: [...address('192.168.2.2/24', 'eth0'), 'route add default via 192.168.2.1'] }],
}

/** A second customer of the carrier of a. */
const neighbour: Part = {
  links: [
    link(routerOf('a', 'cgn'), 'in2', 'b.neighbour.home', 'out'),
    link('b.neighbour.home', 'in', 'b.neighbour', 'eth0'),
  ],
  core: [],
  nodes: [
    {
      name: 'b.neighbour.home',
      ip: [...address('100.64.1.2/24', 'out'), 'route add default via 100.64.1.1', ...address('192.168.1.1/24', 'in')],
      nft: natRules(''),
    },
    { name: 'b.neighbour', ip: [...address('192.168.1.2/24', 'eth0'), 'route add default via 192.168.1.1'] },
  ],
}

/** What the router of a needs for these. */
export const sharedLinks: Readonly<
  Record<(typeof sharedKinds)[number], readonly [router: string, ip: readonly string[]]>
> = {
  lan: [routerOf('a', 'home'), address('192.168.2.1/24', 'in2')],
  neighbour: [routerOf('a', 'cgn'), address('100.64.1.1/24', 'in2')],
}

/**
 * Address and port translation as a home router has it. What nobody inside asked for is dropped: else it would take the
 * port that the NAT would keep for the answer.
 */
function natRules(how: '' | 'fully-random'): string {
  return `table ip nat {
  chain post { type nat hook postrouting priority srcnat; oifname "out" masquerade ${how}; }
}
table ip filter {
  chain input { type filter hook input priority filter; iifname "out" ct state new drop; }
  chain forward { type filter hook forward priority filter; policy drop; iifname "in*" accept; ct state established,related accept; }
}
`
}

/** Nothing is forwarded. */
const proxyRules = `table ip filter {
  chain input { type filter hook input priority filter; iifname "out" ct state new drop; }
  chain forward { type filter hook forward priority filter; policy drop; }
}
`
