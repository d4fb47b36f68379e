/**
 * A table of nftables that keeps packets out which nobody but routers of the same network may send: to a block of segments,
 * or with a routing header of segments (type 4; RFC 8986 §8, RFC 8754 §5.1) or of the source's route (type 0; RFC 5095). And
 * it tells what the router itself sends to keep the network together: CS6 of its own programs, such as OSPF, BGP and BFD
 * (RFC 4594 §3.1), and neighbour discovery. Pure; the text is for `nft -f -`.
 * @module
 */

export interface SegmentGuard {
  readonly table: string
  /** An IPv6 prefix as text. */
  readonly block: string
  /** Interfaces to routers of the same network, over which they may come. */
  readonly inner: readonly string[]
  /** What such packets get over these interfaces, as a class of a queue: `5641:fffd`. */
  readonly priority: string
}

/** Packets dropped since the table was made. */
export interface GuardCounts {
  readonly toBlock: number
  readonly routingHeader: number
}

/** Rules of a chain of output that find what the router itself sends to keep the network together. */
export const ownChain = (priority: string): readonly string[] => [
  `icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } meta priority set ${priority}`,
  `meta skuid != 4294967295 ip dscp cs6 meta priority set ${priority}`,
  `meta skuid != 4294967295 ip6 dscp cs6 meta priority set ${priority}`,
]

/** Makes the table anew, in one step: there is no moment without it. */
export function guardText({ table, block, inner, priority }: SegmentGuard): string {
  const setOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
  // The owner of a packet is told of programs' sockets alone. So echo replies, which have the DSCP of what a stranger asked,
  // are not meant, nor tunnels that pass on the DSCP of what is in them.
  return `table inet ${table}
delete table inet ${table}
table inet ${table} {
  chain in {
    type filter hook prerouting priority raw; policy accept;
    iifname { ${setOf(['lo', ...inner])} } return
    ip6 daddr ${block} counter drop comment "block"
    rt type { 0, 4 } counter drop comment "routing header"
  }
  chain own {
    type filter hook output priority 100; policy accept;
    oifname != { ${setOf(inner)} } return
    ${ownChain(priority).join('\n    ')}
  }
}
`
}

export const unguardText = (table: string): string => `table inet ${table}\ndelete table inet ${table}\n`

/** Of `nft -j list table`; undefined where there is no such table. */
export function guardCountsOf(json: string): GuardCounts | undefined {
  const { nftables = [] } = (json.trim() === '' ? {} : JSON.parse(json)) as { readonly nftables?: readonly Listed[] }
  const packetsOf = (comment: string): number | undefined =>
    nftables.find(({ rule }) => rule?.comment === comment)?.rule?.expr.find(({ counter }) => counter !== undefined)
      ?.counter?.packets
  const [toBlock, routingHeader] = [packetsOf('block'), packetsOf('routing header')]
  return toBlock === undefined || routingHeader === undefined ? undefined : { toBlock, routingHeader }
}

interface Listed {
  readonly rule?: {
    readonly comment?: string
    readonly expr: readonly { readonly counter?: { readonly packets: number } }[]
  }
}
