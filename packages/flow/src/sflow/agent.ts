/**
 * The exporter of an sFlow datagram. The datagram names its agent itself, so any sender that reaches the port could
 * claim to be any device. The claim is accepted if the agent is the source of the datagram, or if the source may report
 * for the agent.
 * @module
 */
import { formatAddress } from '@vagus/address'

export type MayReport = (agent: string, source: string) => boolean

/**
 * The exporter's address: `agent` if accepted, else `source`. Addresses have 16 octets, IPv4 as ::ffff:a.b.c.d. An
 * agent of all zeros does not know its address.
 */
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
