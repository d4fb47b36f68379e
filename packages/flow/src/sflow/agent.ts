/**
 * Which exporter an sFlow datagram is of. It names its agent itself, so whoever reaches the port could speak for any
 * device: the name holds where it is the datagram's source, or where the source may report for it.
 * @module
 */
import { formatAddress } from '@vagus/address'

export type MayReport = (agent: string, source: string) => boolean

/** What the name is worth: addresses are 16 octets, IPv4 as ::ffff:a.b.c.d; an agent of zeros does not know its own. */
export function exporterOf(agent: Uint8Array, source: Uint8Array, mayReport: MayReport | undefined): Uint8Array {
  if (agent.every((octet, index) => octet === source[index])) return source
  if (agent.every((octet) => octet === 0)) return source
  if (isLoopback(source) || mayReport?.(formatAddress(agent), formatAddress(source))) return agent
  return source
}

/** ::1 (RFC 4291 §2.5.3) or 127.0.0.0/8 (RFC 1122 §3.2.1.3). */
function isLoopback(octets: Uint8Array): boolean {
  if (octets.subarray(0, 10).some((octet) => octet !== 0)) return false
  if (octets[10] === 0xff && octets[11] === 0xff) return octets[12] === 127
  return octets.subarray(10, 15).every((octet) => octet === 0) && octets[15] === 1
}
