/**
 * IPv4 text: only four decimal octets separated by dots, the strict form of RFC 6943 §3.1.1. A leading zero is refused,
 * because some readers take `010` for eight; so are the short and hexadecimal forms of inet_aton.
 * @module
 */
import { AddressError } from './errors.ts'

/** The address as one number, 0..2^32-1. `whole` is the text that contains it, for errors. @throws {AddressError} */
export function parseIpv4(text: string, whole = text): number {
  const refuse = (problem: string): AddressError =>
    new AddressError(whole, `${whole === text ? 'is not' : 'does not end in'} an IPv4 address: ${problem}`)
  const parts = text.split('.')
  if (parts.length !== 4) {
    throw refuse(`it must have 4 octets, as in 192.0.2.1, got ${parts.length}`)
  }
  let address = 0
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part)) {
      throw refuse(`octet "${part}" must be a number 0..255`)
    }
    if (part.length > 1 && part.startsWith('0')) {
      throw refuse(`octet "${part}" must not start with 0, write ${Number(part)}`)
    }
    const octet = Number(part)
    if (octet > 255) throw refuse(`octet ${octet} must be at most 255`)
    address = address * 256 + octet
  }
  return address
}

/** `address` (0..2^32-1, or the same bits as a signed number) as a.b.c.d. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}
