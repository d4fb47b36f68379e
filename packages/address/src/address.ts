/**
 * An address of either family as 16 octets: IPv6 as is, IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). The texts
 * `::ffff:192.0.2.1` and `192.0.2.1` are therefore the same address, written as `192.0.2.1`.
 * @module
 */
import { AddressError } from './errors.ts'
import { formatIpv4, parseIpv4 } from './ipv4.ts'
import { formatIpv6Groups, parseIpv6Groups } from './ipv6.ts'

export type Version = 4 | 6

/** 16 octets, most significant first. @throws {AddressError} also on a zone (see `parseScopedAddress`) */
export function parseAddress(text: string): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(16)
  if (text.includes(':')) {
    for (const [index, group] of parseIpv6Groups(text).entries()) {
      octets[index * 2] = group >>> 8
      octets[index * 2 + 1] = group & 255
    }
    return octets
  }
  if (!text.includes('.')) {
    throw new AddressError(text, 'is not an address; write one such as 192.0.2.1 or 2001:db8::1')
  }
  const address = parseIpv4(text)
  octets[10] = octets[11] = 255
  for (let index = 0; index < 4; index++) octets[12 + index] = address >>> (24 - index * 8)
  return octets
}

/** An address and its zone after "%" (RFC 4007 §11), if any. Only IPv6 has zones. @throws {AddressError} */
export function parseScopedAddress(text: string): {
  readonly octets: Uint8Array<ArrayBuffer>
  readonly zone: string | undefined
} {
  const at = text.indexOf('%')
  if (at < 0) return { octets: parseAddress(text), zone: undefined }
  const zone = text.slice(at + 1)
  if (!text.slice(0, at).includes(':')) throw new AddressError(text, 'has a zone, but only IPv6 addresses can have one')
  if (!/^[\w.~-]+$/.test(zone)) {
    throw new AddressError(text, `has the zone "${zone}"; it must be letters, digits, "-", ".", "_" or "~"`)
  }
  return { octets: parseAddress(text.slice(0, at)), zone }
}

/** a.b.c.d for IPv4, otherwise the canonical text of RFC 5952. `octets` are 16. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length !== 16) throw new RangeError(`"octets" must be 16, got ${octets.length}`)
  if (versionOf(octets) === 4) {
    return formatIpv4((octets[12]! << 24) | (octets[13]! << 16) | (octets[14]! << 8) | octets[15]!)
  }
  return formatIpv6Groups(Array.from({ length: 8 }, (_, index) => octets[index * 2]! * 256 + octets[index * 2 + 1]!))
}

/** 4 when the 16 octets are IPv4-mapped, otherwise 6. */
export function versionOf(octets: Uint8Array): Version {
  for (let index = 0; index < 10; index++) if (octets[index] !== 0) return 6
  return octets[10] === 255 && octets[11] === 255 ? 4 : 6
}
