/** Which next hops are right. @module */
import { ipv4Flowspec, ipv4Unicast, ipv6Flowspec, ipv6Unicast, linkState } from '../family.ts'

/** RFC 4271 §6.3: the next hop must be the address of a host. `first` is its first octet. */
export const isHostAddress = (first: number): boolean => first !== 0 && first !== 127 && first < 224

/** Lengths of a next hop, by family (RFC 4760 §3, 2545 §3, 8955 §4, 9552 §5.5). Families not listed are not judged. */
export const nextHopOctets: ReadonlyMap<number, readonly number[]> = new Map([
  [ipv4Unicast, [4]],
  [ipv6Unicast, [16, 32]],
  [ipv4Flowspec, [0, 4, 16, 32]],
  [ipv6Flowspec, [0, 4, 16, 32]],
  [linkState, [4, 16, 32]],
])

export const isNextHopLength = (family: number, length: number): boolean =>
  nextHopOctets.get(family)?.includes(length) ?? true
