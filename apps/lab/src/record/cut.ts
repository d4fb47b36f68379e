/**
 * How much of a frame is kept. The traffic that a lab makes up carries the same meaningless octets in every packet, and is
 * most of what its links carry: behind the headers such packets are cut. All else is kept whole.
 * @module
 */

/** Octets that are kept of a frame of that traffic: Ethernet, IPv6 in IPv6 with a routing header of two, and TCP with options. */
export const keptOctets = 192

const ipv4 = 0x0800
const ipv6 = 0x86dd
const tcp = 6
const udp = 17

/** Octets to keep of an Ethernet frame. @param ports of the traffic that is cut, of TCP and UDP */
export function keptOf(frame: Uint8Array, ports: ReadonlySet<number>): number {
  if (frame.length <= keptOctets || ports.size === 0) return frame.length
  const type = word(frame, 12)
  const transport = type === ipv4 ? 14 + (frame[14]! & 15) * 4 : 54
  const protocol = type === ipv4 ? frame[23]! : type === ipv6 ? frame[20]! : 0
  if (protocol !== tcp && protocol !== udp) return frame.length
  return ports.has(word(frame, transport)) || ports.has(word(frame, transport + 2)) ? keptOctets : frame.length
}

const word = (octets: Uint8Array, at: number): number => octets[at]! * 256 + octets[at + 1]!
