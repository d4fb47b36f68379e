/**
 * The form of flow specifications (RFC 8955 §4, RFC 8956 §3). They are passed through, not acted on; but who passes on
 * a malformed one breaks the sessions of others.
 *
 *   octets  1 or 2  then components: 1     n
 *           length                   type  a prefix (1, 2) or operator and value pairs (3..13)
 *
 * @module
 */

/** What is wrong, or undefined. */
export function faultOfFlowspec(
  octets: Uint8Array,
  from: number,
  to: number,
  version: 'ipv4' | 'ipv6',
): string | undefined {
  for (let at = from; at < to;) {
    const isLong = octets[at]! >= 0xf0
    if (isLong && at + 2 > to) return `the length at octet ${at} is cut off`
    const length = isLong ? (octets[at]! & 0x0f) * 256 + octets[at + 1]! : octets[at]!
    const first = at + (isLong ? 2 : 1)
    if (length === 0) return `a flow specification of no octets at ${at}`
    if (first + length > to) return `a flow specification at octet ${at} overruns`
    const fault = faultOfComponents(octets, first, first + length, version)
    if (fault !== undefined) return fault
    at = first + length
  }
  return undefined
}

function faultOfComponents(octets: Uint8Array, from: number, to: number, version: 'ipv4' | 'ipv6'): string | undefined {
  let last = 0
  for (let at = from; at < to;) {
    const type = octets[at]!
    if (type <= last) return `component ${type} at octet ${at} does not come after ${last}`
    if (type > 13) return `component ${type} at octet ${at} is none of 1..13`
    last = type
    const next = type <= 2 ? behindPrefix(octets, at + 1, to, version) : behindOperators(octets, at + 1, to)
    if (next === undefined) return `component ${type} at octet ${at} has not its form`
    at = next
  }
  return undefined
}

/** IPv6 has an offset between length and pattern; the pattern is what lies between them (RFC 8956 §3.1). */
function behindPrefix(octets: Uint8Array, at: number, to: number, version: 'ipv4' | 'ipv6'): number | undefined {
  const head = version === 'ipv4' ? 1 : 2
  if (at + head > to) return undefined
  const length = octets[at]!
  const offset = version === 'ipv4' ? 0 : octets[at + 1]!
  if (length > (version === 'ipv4' ? 32 : 128) || offset > length) return undefined
  const next = at + head + ((length - offset + 7) >> 3)
  return next > to ? undefined : next
}

function behindOperators(octets: Uint8Array, from: number, to: number): number | undefined {
  for (let at = from; at < to;) {
    const operator = octets[at]!
    at += 1 + (1 << ((operator >> 4) & 3))
    if (at > to) return undefined
    if ((operator & 0x80) !== 0) return at
  }
  return undefined
}
