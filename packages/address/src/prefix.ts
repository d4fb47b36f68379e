/**
 * Prefixes in the form ADDRESS/LENGTH (RFC 4632 §3.1, RFC 4291 §2.3). Bits after the length must be zero: otherwise it
 * is ambiguous whether a network or an address is meant.
 * @module
 */
import { formatAddress, parseAddress, type Version, versionOf } from './address.ts'
import { AddressError } from './errors.ts'

/** `octets` are 16, IPv4 is mapped; `length` is 0..32 for version 4 and 0..128 for version 6. */
export interface Prefix {
  readonly version: Version
  readonly octets: Uint8Array
  readonly length: number
}

/** @throws {AddressError} also when bits after the length are set; the message names the intended prefix */
export function parsePrefix(text: string): Prefix {
  const at = text.indexOf('/')
  if (at < 0) throw withoutLength(text)
  const octets = parseAddress(text.slice(0, at))
  const version = text.includes(':') ? 6 : 4
  if (version === 6 && versionOf(octets) === 4) {
    throw new AddressError(text, 'is an IPv4-mapped prefix; write the IPv4 prefix, as in 192.0.2.0/24')
  }
  const digits = text.slice(at + 1)
  const maxLength = version === 4 ? 32 : 128
  const length = Number(digits)
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || length > maxLength) {
    throw new AddressError(text, `is not an IPv${version} prefix: length "${digits}" must be 0..${maxLength}`)
  }
  const canonical = maskOctets(octets, hostBitsAt(version, length))
  if (canonical.some((octet, index) => octet !== octets[index])) {
    const meant = formatPrefix({ version, octets: canonical, length })
    throw new AddressError(text, `has bits set after its length; the prefix is ${meant}`)
  }
  return { version, octets, length }
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.octets)}/${prefix.length}`
}

/** Whether the 16 `octets` of an address are within `prefix`. No IPv4 address is within an IPv6 prefix, even ::/0. */
export function contains(prefix: Prefix, octets: Uint8Array): boolean {
  if (versionOf(octets) !== prefix.version) return false
  const bits = hostBitsAt(prefix.version, prefix.length)
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (octets[index] !== prefix.octets[index]) return false
  const rest = bits & 7
  return rest === 0 || (octets[whole]! ^ prefix.octets[whole]!) >> (8 - rest) === 0
}

/** Whether `inner` is `outer` or a part of it. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  outer.length <= inner.length && contains(outer, inner.octets)

/** Index of the first host bit in the 16 octets. */
function hostBitsAt(version: Version, length: number): number {
  return version === 4 ? 96 + length : length
}

function maskOctets(octets: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(octets, (octet, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8)
    return octet & (0xff00 >> kept)
  })
}

/** The error for text without a length: the missing length if it is an address, otherwise the error of the address. */
function withoutLength(text: string): AddressError {
  if (!/[.:]/.test(text))
    return new AddressError(text, 'is not a prefix; write one such as 192.0.2.0/24 or 2001:db8::/32')
  try {
    parseAddress(text)
  } catch (error) {
    return error as AddressError // `parseAddress` throws no other
  }
  const example = text.includes(':') ? '2001:db8::/32' : '192.0.2.0/24'
  return new AddressError(text, `is not a prefix: add the length, as in ${example}`)
}
