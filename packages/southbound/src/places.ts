/**
 * What a line sets, without the value: of two lines with the same place in a context, the later takes the place of the
 * earlier.
 * @module
 */
import { positiveOf } from './words.ts'
import { dataPlaceOf } from './yang/data-line.ts'

/** The place is what matches, and what is captured behind it. */
const places: readonly RegExp[] = [
  /^((?:ip|ipv6) prefix-list \S+ (?:seq \d+|description))\b/,
  /^((?:(?:ipv6|mac) )?access-list \S+ (?:seq \d+|remark))\b/,
  /^(bgp (?:(?:large-|ext)?community-list (?:standard|expanded)|as-path access-list) \S+ seq \d+)\b/,
  /^(route-map \S+) (?:permit|deny) (\d+)$/,
  // Of a neighbour these stand once for each direction.
  /^(neighbor \S+ (?:route-map|prefix-list|filter-list|distribute-list)) .* (in|out)$/,
  /^(neighbor \S+ \S+)/,
  /^(define \w+)/,
  /^(description|call|on-match|bandwidth|mtu|shutdown)\b/,
  /^(set (?:as-path|ipv6 next-hop) \S+|set ip next-hop|set \S+)/,
  /^(match (?:ip|ipv6) \S+ \S+|match \S+)/,
  /^((?:ip ospf|ipv6 ospf6|bgp|timers|distance) \S+)/,
]

/** The whole line where several like it may stand side by side. */
export function placeOf(line: string): string {
  const positive = positiveOf(line)
  const data = dataPlaceOf(positive)
  if (data !== undefined) return data
  for (const place of places) {
    const found = place.exec(positive)
    if (found !== null) return found.slice(1).filter(Boolean).join(' ')
  }
  return positive
}
