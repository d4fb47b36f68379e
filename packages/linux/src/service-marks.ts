/**
 * What a table of nftables does with the code points of services (RFC 2474), as commands for `OwnedTable`. At edges a mark
 * counts that asks for more than best effort where its packet has the source of a member who may have it, and comes from where
 * the routes lead to that source; up to a rate. Any other becomes best effort. On links to routers of the same network marks
 * count as they are: their edges have looked at them. What counts gets the class of its service. Pure.
 * @module
 */
import { ownChain } from './segment-guard.ts'

/** A service, as a router knows it. */
export interface MarkedService {
  readonly name: string
  /** 0..63 */
  readonly dscp: number
  /** Class of a queue: `5641:fff1`. */
  readonly priority: string
  /** Octets per second of one member at an edge; `undefined`: it asks for less than best effort, and anybody may. */
  readonly most: number | undefined
}

export interface ServiceMarks {
  readonly table: string
  /** Interfaces to routers of the same network. */
  readonly inner: readonly string[]
  /** Prefix as text of packets that are none of this: private lines have classes of their own. */
  readonly block?: string | undefined
  /** The most urgent first. */
  readonly services: readonly MarkedService[]
  /** Class of what the router itself says to its neighbours, as of `SegmentGuard`. */
  readonly ownPriority: string
}

/** A member's address as text, and the most urgent service that its packets may have. */
export interface MarkedMember {
  readonly address: string
  readonly service: string
}

/** Addresses of members of which rates are counted at a time; of more, those beyond have no limit. */
const mostCounted = 65_535
/** Milliseconds of its rate that a member may send at once. */
const burstMs = 50

const versions = [
  { ip: 'ip', type: 'ipv4_addr', v: '4' },
  { ip: 'ip6', type: 'ipv6_addr', v: '6' },
] as const

export function serviceTableCommands({ table, inner, block, services, ownPriority }: ServiceMarks): readonly string[] {
  const rule = (chain: string, text: string): string => `add rule inet ${table} ${chain} ${text}`
  const names = `{ ${['lo', ...inner].map((name) => `"${name}"`).join(', ')} }`
  const privileged = services.filter(({ most }) => most !== undefined)
  const chains = ['marked', 'plain', 'edge', ...privileged.map(({ name }) => `bounded_${name}`)]
  return [
    ...privileged.flatMap(({ name }) =>
      versions.flatMap(({ type, v }) => [
        `add set inet ${table} ${name}${v} { type ${type}; }`,
        `add set inet ${table} rate_${name}${v} { type ${type}; size ${mostCounted}; flags dynamic,timeout; timeout 60s; }`,
      ]),
    ),
    ...chains.map((chain) => `add chain inet ${table} ${chain}`),
    ...services.flatMap(({ dscp, priority }) =>
      versions.map(({ ip }) => rule('marked', `${ip} dscp ${dscp} meta priority set "${priority}"`)),
    ),
    ...versions.map(({ ip }) => rule('plain', `${ip} dscp != 0 ${ip} dscp set 0`)),
    ...privileged.flatMap(({ name, most }) => [
      ...versions.map(({ ip, v }) =>
        rule(
          `bounded_${name}`,
          `add @rate_${name}${v} { ${ip} saddr limit rate over ${most} bytes/second burst ${burstOf(most!)} bytes } ` +
            `counter goto plain comment "beyond"`,
        ),
      ),
      rule(`bounded_${name}`, 'goto marked'),
    ]),
    ...privileged.flatMap(({ name, dscp }) =>
      versions.map(({ ip, v }) =>
        rule('edge', `${ip} dscp ${dscp} ${ip} saddr @${name}${v} fib saddr . iif oif != 0 goto bounded_${name}`),
      ),
    ),
    ...services
      .filter(({ most }) => most === undefined)
      .flatMap(({ dscp }) => versions.map(({ ip }) => rule('edge', `${ip} dscp ${dscp} goto marked`))),
    ...versions.map(({ ip }) => rule('edge', `${ip} dscp != 0 counter goto plain comment "foreign"`)),
    `add chain inet ${table} forward { type filter hook forward priority mangle; policy accept; }`,
    ...(block === undefined ? [] : [rule('forward', `ip6 daddr ${block} return`)]),
    rule('forward', `iifname ${names} goto marked`),
    rule('forward', 'goto edge'),
    `add chain inet ${table} own { type filter hook output priority 100; policy accept; }`,
    rule('own', `oifname != ${names} return`),
    ...ownChain(`"${ownPriority}"`).map((text) => rule('own', text)),
    rule('own', 'goto marked'),
  ]
}

const burstOf = (most: number): number => Math.max(Math.round((most * burstMs) / 1000), 15_000)

/** Makes the members those; in one step, so that nobody is without his service meanwhile. */
export function memberCommands(
  { table, services }: Pick<ServiceMarks, 'table' | 'services'>,
  members: readonly MarkedMember[],
): readonly string[] {
  const rankOf = (name: string): number => services.findIndex((one) => one.name === name)
  return services
    .filter(({ most }) => most !== undefined)
    .flatMap(({ name }) => {
      const may = members.filter(({ service }) => rankOf(service) >= 0 && rankOf(service) <= rankOf(name))
      return versions.flatMap(({ v }) => {
        const of = may.filter(({ address }) => address.includes(':') === (v === '6'))
        const addresses = [...new Set(of.map(({ address }) => address))]
        return [
          `flush set inet ${table} ${name}${v}`,
          ...(addresses.length === 0 ? [] : [`add element inet ${table} ${name}${v} { ${addresses.join(', ')} }`]),
        ]
      })
    })
}

/** Packets since the table was made: marks that were nobody's, and those of members beyond their rate. */
export interface MarkCounts {
  readonly foreign: number
  readonly beyond: number
}

/** Of `nft -j list table`. */
export function markCountsOf(json: string): MarkCounts {
  const { nftables = [] } = JSON.parse(json) as { readonly nftables?: readonly Listed[] }
  const sumOf = (comment: string): number =>
    nftables
      .filter(({ rule }) => rule?.comment === comment)
      .reduce(
        (sum, { rule }) => sum + (rule!.expr.find(({ counter }) => counter !== undefined)?.counter?.packets ?? 0),
        0,
      )
  return { foreign: sumOf('foreign'), beyond: sumOf('beyond') }
}

interface Listed {
  readonly rule?: {
    readonly comment?: string
    readonly expr: readonly { readonly counter?: { readonly packets: number } }[]
  }
}
