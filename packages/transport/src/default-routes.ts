/**
 * The interfaces of the default routes in the main table, each of those with several next hops (ECMP). Rules that point
 * to other tables are not considered. Linux lists the table in /proc (proc(5)), where a route of IPv4 has only its first
 * next hop: that list is read where rtnetlink cannot be asked. Of IPv6 it has them all, unless they are nexthop objects.
 * @module
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { dumpedDefaultRouteInterfaces } from './route-dump.ts'

/**
 * Maximum octets read of a list. The default routes of IPv4 are its first lines. In a longer IPv6 table, that of a
 * router, they are not found.
 */
const maxOctets = 65_536
/** RTF_REJECT: nothing passes. */
const reject = 0x200
const unspecified = '0'.repeat(32)

/** Names of interfaces, for both IP versions or `family`; empty if they cannot be read. */
export function defaultRouteInterfaces(family?: 4 | 6): ReadonlySet<string> {
  const dumped = family === 6 ? [] : dumpedDefaultRouteInterfaces()
  const ipv4 = dumped === undefined ? textOf('/proc/net/route') : ''
  const ipv6 = family === 4 ? '' : textOf('/proc/net/ipv6_route')
  return new Set([...(dumped ?? []), ...interfacesOfDefaultRoutes(ipv4, ipv6)])
}

/** @param ipv4 the content of /proc/net/route; `ipv6` that of /proc/net/ipv6_route */
export function interfacesOfDefaultRoutes(ipv4: string, ipv6: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const line of ipv4.split('\n')) {
    const [name, destination, , flags, , , , mask] = line.trim().split(/\s+/)
    if (destination === '00000000' && mask === '00000000' && leads(flags)) names.add(name!)
  }
  for (const line of ipv6.split('\n')) {
    const [destination, length, , , , , , , flags, name] = line.trim().split(/\s+/)
    if (destination === unspecified && length === '00' && name !== undefined && leads(flags)) names.add(name)
  }
  return names
}

const leads = (flags = ''): boolean => (Number.parseInt(flags, 16) & reject) === 0

function textOf(path: string): string {
  try {
    const fd = openSync(path, 'r')
    try {
      const octets = Buffer.alloc(maxOctets)
      let length = 0
      for (let count = 1; count > 0; length += count) count = readSync(fd, octets, length, maxOctets - length, null)
      return octets.toString('latin1', 0, length)
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}
