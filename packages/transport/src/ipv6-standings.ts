/**
 * What Linux says about the IPv6 addresses of this host and `node:os` does not: /proc/net/if_inet6, whose flags are
 * those of linux/if_addr.h.
 * @module
 */
import { readFileSync } from 'node:fs'

/** IFA_F_TEMPORARY, IFA_F_OPTIMISTIC, IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE */
const flag = { temporary: 0x01, optimistic: 0x04, failed: 0x08, deprecated: 0x20, tentative: 0x40 } as const

/**
 * `temporary`: replaced daily, so that its host is not recognised (RFC 8981). `deprecated`: for what began with it, not
 * for anything new (RFC 4862 §5.5.4). `unusable`: duplicate address detection has not ended, or another host has the
 * address (§5.4).
 */
export type Ipv6Standing = 'stable' | 'temporary' | 'deprecated' | 'unusable'

/** By the 32 hexadecimal digits of the address, a space, and the interface; empty if the kernel does not say. */
export function ipv6Standings(): ReadonlyMap<string, Ipv6Standing> {
  try {
    return standingsIn(readFileSync('/proc/net/if_inet6', 'latin1'))
  } catch {
    return new Map()
  }
}

/** @param list the content of /proc/net/if_inet6 */
export function standingsIn(list: string): ReadonlyMap<string, Ipv6Standing> {
  const standings = new Map<string, Ipv6Standing>()
  for (const line of list.split('\n')) {
    const [address, , , , flags, name] = line.trim().split(/\s+/)
    if (name !== undefined) standings.set(`${address} ${name}`, standingOf(Number.parseInt(flags!, 16)))
  }
  return standings
}

function standingOf(flags: number): Ipv6Standing {
  const has = (wanted: keyof typeof flag): boolean => (flags & flag[wanted]) !== 0
  // An optimistic address is used while the detection goes on (RFC 4429).
  if (has('failed') || (has('tentative') && !has('optimistic'))) return 'unusable'
  if (has('deprecated')) return 'deprecated'
  return has('temporary') ? 'temporary' : 'stable'
}
