/**
 * IPv6 text: read in all forms of RFC 4291 §2.2, written in the canonical form of RFC 5952.
 *
 *   2001:db8:0:0:1:0:0:1      eight groups of 16 bits in hexadecimal
 *   2001:db8::1:0:0:1         "::" once, for one or more groups of zeros
 *   ::ffff:192.0.2.1          the last 32 bits as IPv4
 *
 * Zones (`fe80::1%eth0`) are read by `parseScopedAddress` only.
 * @module
 */
import { AddressError } from './errors.ts'
import { formatIpv4, parseIpv4 } from './ipv4.ts'

/** The eight groups of `text`, each 0..65535. @throws {AddressError} */
export function parseIpv6Groups(text: string): readonly number[] {
  if (text.includes('%')) throw new AddressError(text, 'has a zone; write the address without it')
  const halves = text.split('::')
  if (halves.length > 2) throw new AddressError(text, 'is not an IPv6 address: "::" may occur only once')
  const before = groupsOf(text, halves[0]!, halves.length === 1 ? 'last' : 'first')
  if (halves.length === 1) {
    if (before.length === 8) return before
    throw new AddressError(
      text,
      `is not an IPv6 address: it must have 8 groups, or "::" for groups of zeros, got ${before.length}`,
    )
  }
  const after = groupsOf(text, halves[1]!, 'last')
  const zeros = 8 - before.length - after.length
  if (zeros < 1) {
    throw new AddressError(
      text,
      'is not an IPv6 address: "::" must stand for at least one group, but there are 8 without it',
    )
  }
  return [...before, ...Array.from({ length: zeros }, () => 0), ...after]
}

/** The groups of a part without "::"; only the last part of an address may end in IPv4. */
function groupsOf(text: string, part: string, place: 'first' | 'last'): number[] {
  if (part === '') return []
  const groups: number[] = []
  const fields = part.split(':')
  for (const [index, field] of fields.entries()) {
    if (field.includes('.') && place === 'last' && index === fields.length - 1) {
      const low = parseIpv4(field, text)
      groups.push(low >>> 16, low & 0xffff)
    } else if (/^[0-9a-f]{1,4}$/i.test(field)) {
      groups.push(Number.parseInt(field, 16))
    } else {
      throw new AddressError(text, `is not an IPv6 address: "${field}" must be 1..4 hexadecimal digits`)
    }
  }
  return groups
}

/**
 * Eight groups as canonical text: no leading zeros (RFC 5952 §4.1), "::" for the longest run of at least two groups of
 * zeros, or the first of equal runs (§4.2), lower case (§4.3), and ::ffff:a.b.c.d for IPv4-mapped addresses (§5).
 */
export function formatIpv6Groups(groups: readonly number[]): string {
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  if (mapped) return `::ffff:${formatIpv4(groups[6]! * 65536 + groups[7]!)}`
  const { at, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, at).join(':')}::${hex.slice(at + length).join(':')}`
}

function longestZeros(groups: readonly number[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { at: start, length: index + 1 - start }
  }
  return best
}
