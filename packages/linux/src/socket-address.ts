/**
 * `sockaddr_in` and `sockaddr_in6` (ip(7), ipv6(7)) to and from text.
 *
 *   octets  2        2 (big-endian)   4           16            4
 *           family   port             v4 address
 *           family   port             flow info   v6 address    scope
 * @module
 */
import { UnavailableError } from './errors.ts'
import { libc, linux } from './libc.ts'

/** Room for either, rounded up so that a row of them stays aligned. */
export const socketAddressOctets = 32

export interface SocketAddress {
  readonly family: 'ipv4' | 'ipv6'
  readonly octets: Uint8Array
}

/** @throws {UnavailableError} `address` when `text` is neither IPv4 nor IPv6 */
export function socketAddressOf(text: string, port: number): SocketAddress {
  const family = text.includes(':') ? 'ipv6' : 'ipv4'
  const octets = new Uint8Array(family === 'ipv6' ? 28 : 16)
  const view = new DataView(octets.buffer)
  const number = family === 'ipv6' ? linux.AF_INET6 : linux.AF_INET
  view.setUint16(0, number, true)
  view.setUint16(2, port)
  const into = new Uint8Array(16)
  if (libc().inet_pton(number, text, into) !== 1) {
    throw new UnavailableError('address', `"${text}" is not an IPv4 or IPv6 address`)
  }
  if (family === 'ipv6') octets.set(into, 8)
  else octets.set(into.subarray(0, 4), 4)
  return { family, octets }
}
