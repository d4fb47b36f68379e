/**
 * Which interfaces lead to everything else: those of default routes in the main table, as Linux lists it (proc(5)). What
 * rules of other tables add is not seen here.
 * @module
 */
import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Octets of a list that are read. IPv4's default routes are its first lines; where a table of IPv6 is longer, that of a
 * router, they are not found.
 */
const maxOctets = 65_536
/** RTF_REJECT: nothing gets through. */
const reject = 0x200
const unspecified = '0'.repeat(32)

/** Names of interfaces; none where they cannot be asked for. */
export function defaultRouteInterfaces(): ReadonlySet<string> {
  return interfacesOfDefaultRoutes(textOf('/proc/net/route'), textOf('/proc/net/ipv6_route'))
}

/** @param ipv4 what /proc/net/route says; `ipv6` what /proc/net/ipv6_route says */
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
