/** Where an address leads. Others name addresses as they like: what is sent or allowed to one depends on that. @module */
import { parseAddress } from './address.ts'
import { AddressError } from './errors.ts'
import { contains, parsePrefix } from './prefix.ts'

/** `private`: of some LAN, many of which have the same addresses; `nowhere`: of no host that others reach. */
type Scope = 'global' | 'private' | 'nowhere'

const prefixes = (...texts: readonly string[]) => texts.map(parsePrefix)
/** RFC 1918, RFC 6598 (CGN), RFC 4193. */
const privates = prefixes('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')
/** This host, link-local (where clouds have their metadata), multicast, reserved (RFC 6890, RFC 4291). */
const nowheres = prefixes(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  'fe80::/10',
  'ff00::/8',
  // Translated to an IPv4 address of anybody's choice, such as one of this LAN: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056).
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
)

/** `nowhere` also for what is no address. @param host without brackets and without a zone */
export function scopeOf(host: string): Scope {
  let octets
  try {
    octets = parseAddress(host)
  } catch (error) {
    if (error instanceof AddressError) return 'nowhere'
    throw error
  }
  if (nowheres.some((prefix) => contains(prefix, octets))) return 'nowhere'
  return privates.some((prefix) => contains(prefix, octets)) ? 'private' : 'global'
}
