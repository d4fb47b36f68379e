/**
 * Which frames are traffic that the lab makes up: most of what its links carry, and the same meaningless octets in every
 * packet. They have files of their own, so that they do not drive all else out, and are cut behind their headers.
 * @module
 */

/** Octets that are kept of such a frame: Ethernet, IPv6 in IPv6 with a routing header of two, and TCP with options. */
export const keptOctets = 192

const ipv4 = 0x0800
const ipv6 = 0x86dd
const tcp = 6
const udp = 17
/** Of the shortest frame that can be one: Ethernet, IPv4, ports. */
const least = 38

/** @param frame of Ethernet @param ports of that traffic, of TCP and UDP */
export function isMadeUp(frame: Uint8Array, ports: ReadonlySet<number>): boolean {
  if (ports.size === 0 || frame.length < least) return false
  const type = word(frame, 12)
  if (type !== ipv4 && type !== ipv6) return false
  const transport = type === ipv4 ? 14 + (frame[14]! & 15) * 4 : 54
  const protocol = type === ipv4 ? frame[23]! : frame[20]!
  if ((protocol !== tcp && protocol !== udp) || frame.length < transport + 4) return false
  return ports.has(word(frame, transport)) || ports.has(word(frame, transport + 2))
}

const word = (octets: Uint8Array, at: number): number => octets[at]! * 256 + octets[at + 1]!
