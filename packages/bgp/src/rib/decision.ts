/**
 * The choice among several routes to one prefix (RFC 4271 §9.1.2.2, RFC 4456 §9): rule by rule, all routes that are
 * worse than the best by that rule leave. So the result does not depend on the order in which routes came, as it would
 * if routes were compared two by two, MED being comparable within a neighbour AS only.
 * @module
 */
import type { AttributeTable } from '../update/attribute-table.ts'
import { setBit } from '../update/attribute-facts.ts'

export interface PeerFacts {
  readonly peer: 'internal' | 'external'
  readonly bgpIdentifier: number
  /** 16 octets: the last rule prefers the lower. */
  readonly address: Uint8Array
  /** What we are to the peer (RFC 9234), a number of `role`, and its AS: they say which of its routes are leaks. */
  readonly role?: number
  readonly as?: number
  /** Degree of preference of routes from an external peer (RFC 4271 §9.1.1); LOCAL_PREF is that of an internal one's. */
  readonly preference?: number
}

export interface Candidate {
  readonly peerNumber: number
  readonly facts: PeerFacts
  readonly set: number
  readonly pathId: number
  /** Cost of the way to the next hop (RFC 4271 §9.1.2.2 e); 0 when it is not known. */
  readonly interiorCost: number
}

/** RFC 4271 §5.1.5 leaves it open; every speaker uses this. */
export const defaultLocalPref = 100

/** The best of the candidates; undefined when there is none. */
export function bestOf(candidates: readonly Candidate[], table: AttributeTable): Candidate | undefined {
  if (candidates.length < 2) return candidates[0]
  const { facts } = table
  let left = least(candidates, (one) => -preferenceOf(one, table))
  left = least(left, ({ set }) => facts.pathLength[set]!)
  left = least(left, ({ set }) => facts.origin[set]!)
  left = leastMultiExitDisc(left, table)
  left = least(left, ({ facts: { peer } }) => (peer === 'external' ? 0 : 1))
  left = least(left, ({ interiorCost }) => interiorCost)
  left = least(left, ({ set, facts: { bgpIdentifier } }) => facts.originatorId[set]! || bgpIdentifier)
  left = least(left, ({ set }) => facts.clusterLength[set]!)
  return left.reduce((one, other) => (compareAddress(one, other) <= 0 ? one : other))
}

function preferenceOf({ facts, set }: Candidate, table: AttributeTable): number {
  if (facts.peer === 'external') return facts.preference ?? defaultLocalPref
  return (table.facts.bits[set]! & setBit.localPref) === 0 ? defaultLocalPref : table.facts.localPref[set]!
}

function least(candidates: readonly Candidate[], valueOf: (one: Candidate) => number): readonly Candidate[] {
  if (candidates.length === 1) return candidates
  const best = candidates.reduce((found, one) => Math.min(found, valueOf(one)), Number.POSITIVE_INFINITY)
  return candidates.filter((one) => valueOf(one) === best)
}

/** Routes leave that have a higher MED than another one of the same neighbour AS. */
function leastMultiExitDisc(candidates: readonly Candidate[], { facts }: AttributeTable): readonly Candidate[] {
  if (candidates.length === 1) return candidates
  const lowest = new Map<number, number>()
  for (const { set } of candidates) {
    const as = facts.neighbourAs[set]!
    lowest.set(as, Math.min(lowest.get(as) ?? Number.POSITIVE_INFINITY, facts.multiExitDisc[set]!))
  }
  return candidates.filter(({ set }) => lowest.get(facts.neighbourAs[set]!) === facts.multiExitDisc[set])
}

/** RFC 4271 §9.1.2.2 g; then the path identifier, so that the order is total. */
function compareAddress(one: Candidate, other: Candidate): number {
  const [a, b] = [one.facts.address, other.facts.address]
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index]! - (b[index] ?? -1)
  return one.peerNumber - other.peerNumber || one.pathId - other.pathId
}
