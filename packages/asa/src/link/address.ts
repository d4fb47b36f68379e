/** Addresses as GRASP writes them, 4 or 16 octets, to and from the text that sockets take. @module */
import { formatAddress, parseScopedAddress, versionOf } from '@vagus/address'

/** 4 octets of an IPv4 address, also of a mapped one; else 16. A zone is left out. @throws {AddressError} */
export function octetsOf(text: string): Uint8Array {
  const { octets } = parseScopedAddress(text)
  return versionOf(octets) === 4 ? octets.slice(12) : octets
}

/** What is behind the "%". */
export const zoneOf = (text: string): string | undefined => text.split('%')[1]

/** As sockets take it; `zone` is for link-local addresses. */
export function textOf(address: Uint8Array, zone?: string): string {
  if (address.length === 4) return address.join('.')
  return zone === undefined ? formatAddress(address) : `${formatAddress(address)}%${zone}`
}
