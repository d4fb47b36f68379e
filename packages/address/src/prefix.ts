/**
 * Prefixes in the form ADDRESS/LENGTH (RFC 4632 §3.1, RFC 4291 §2.3). Bits behind the length must be zero: with them
 * set, two readers may disagree whether a network or an address was meant.
 * @module
 */
import { formatAddress, parseAddress, type Version, versionOf } from './address.ts'
import { AddressError } from './errors.ts'

/** `octets` are 16, IPv4 is mapped; `length` is 0..32 with version 4 and 0..128 with version 6. */
export interface Prefix {
  readonly version: Version
  readonly octets: Uint8Array
  readonly length: number
}

/** @throws {AddressError} also when bits behind the length are set; the message names the prefix that was meant. */
export function parsePrefix(text: string): Prefix {
  const at = text.indexOf('/')
  if (at < 0) throw withoutLength(text)
  const octets = parseAddress(text.slice(0, at))
  const version = text.includes(':') ? 6 : 4
  if (version === 6 && versionOf(octets) === 4) {
    throw new AddressError(text, 'is IPv4 inside IPv6; write the IPv4 prefix, as in 192.0.2.0/24')
  }
  const digits = text.slice(at + 1)
  const most = version === 4 ? 32 : 128
  const length = Number(digits)
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || length > most) {
    throw new AddressError(text, `is no IPv${version} prefix: length "${digits}" must be 0..${most}`)
  }
  const canonical = maskOctets(octets, hostBitsAt(version, length))
  if (canonical.some((octet, index) => octet !== octets[index])) {
    const meant = formatPrefix({ version, octets: canonical, length })
    throw new AddressError(text, `has bits set behind its length; the prefix is ${meant}`)
  }
  return { version, octets, length }
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.octets)}/${prefix.length}`
}

/** Whether the 16 `octets` of an address lie within `prefix`. No IPv4 address lies within an IPv6 prefix, ::/0 included. */
export function contains(prefix: Prefix, octets: Uint8Array): boolean {
  if (versionOf(octets) !== prefix.version) return false
  const bits = hostBitsAt(prefix.version, prefix.length)
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (octets[index] !== prefix.octets[index]) return false
  const rest = bits & 7
  return rest === 0 || (octets[whole]! ^ prefix.octets[whole]!) >> (8 - rest) === 0
}

/** Where the host bits begin, counted from the first bit of the 16 octets. */
function hostBitsAt(version: Version, length: number): number {
  return version === 4 ? 96 + length : length
}

function maskOctets(octets: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(octets, (octet, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8)
    return octet & (0xff00 >> kept)
  })
}

/** Of an address only the length is missing; what is none has another mistake before that. */
function withoutLength(text: string): AddressError {
  if (!/[.:]/.test(text)) return new AddressError(text, 'is no prefix; 192.0.2.0/24 or 2001:db8::/32 would be one')
  try {
    parseAddress(text)
  } catch (error) {
    return error as AddressError // it throws no other
  }
  const example = text.includes(':') ? '2001:db8::/32' : '192.0.2.0/24'
  return new AddressError(text, `is no prefix: its length is missing, as in ${example}`)
}
