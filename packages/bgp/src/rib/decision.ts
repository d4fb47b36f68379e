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
}

export interface Candidate {
  readonly peerNumber: number
  readonly facts: PeerFacts
  readonly set: number
  readonly pathId: number
  /** Cost of the way to the next hop (RFC 4271 §9.1.2.2 e); 0 unless given. */
  readonly interiorCost?: number
}

/** RFC 4271 §5.1.5 leaves it open; every speaker uses this. */
export const defaultLocalPref = 100

/** Made once for many choices: it keeps its lists, for with several peers it chooses for every prefix. */
export class Decision {
  readonly #table: AttributeTable
  /** Candidates that no rule has taken out: the first `#count`. */
  readonly #left: Candidate[] = []
  #count = 0
  readonly #values: number[] = []

  constructor(table: AttributeTable) {
    this.#table = table
  }

  /** The best of the first `count` candidates; undefined when there is none. */
  bestOf(candidates: readonly Candidate[], count: number = candidates.length): Candidate | undefined {
    if (count < 2) return count === 0 ? undefined : candidates[0]
    const { facts } = this.#table
    for (let at = 0; at < count; at++) this.#left[at] = candidates[at]!
    this.#count = count
    this.#keepLeast((one) => -this.#preferenceOf(one))
    this.#keepLeast(({ set }) => facts.pathLength[set]!)
    this.#keepLeast(({ set }) => facts.origin[set]!)
    this.#keepLeastMultiExitDisc()
    this.#keepLeast(({ facts: { peer } }) => (peer === 'external' ? 0 : 1))
    this.#keepLeast(({ interiorCost = 0 }) => interiorCost)
    this.#keepLeast(({ set, facts: { bgpIdentifier } }) => facts.originatorId[set]! || bgpIdentifier)
    this.#keepLeast(({ set }) => facts.clusterLength[set]!)
    let best = this.#left[0]!
    for (let at = 1; at < this.#count; at++) if (compareAddress(this.#left[at]!, best) < 0) best = this.#left[at]!
    return best
  }

  /** Degree of preference (RFC 4271 §9.1.1): of an internal peer's routes LOCAL_PREF, of others all the same. */
  #preferenceOf({ facts, set }: Candidate): number {
    if (facts.peer === 'external') return defaultLocalPref
    const { bits, localPref } = this.#table.facts
    return (bits[set]! & setBit.localPref) === 0 ? defaultLocalPref : localPref[set]!
  }

  #keepLeast(valueOf: (one: Candidate) => number): void {
    const left = this.#left
    const count = this.#count
    if (count < 2) return
    let least = Number.POSITIVE_INFINITY
    for (let at = 0; at < count; at++) {
      const value = valueOf(left[at]!)
      this.#values[at] = value
      if (value < least) least = value
    }
    this.#count = 0
    for (let at = 0; at < count; at++) if (this.#values[at] === least) left[this.#count++] = left[at]!
  }

  /** Routes leave that have a higher MED than another one of the same neighbour AS. */
  #keepLeastMultiExitDisc(): void {
    if (this.#count < 2) return
    const { multiExitDisc, neighbourAs } = this.#table.facts
    const lowest = new Map<number, number>()
    for (let at = 0; at < this.#count; at++) {
      const { set } = this.#left[at]!
      const as = neighbourAs[set]!
      lowest.set(as, Math.min(lowest.get(as) ?? Number.POSITIVE_INFINITY, multiExitDisc[set]!))
    }
    this.#keepLeast(({ set }) => multiExitDisc[set]! - lowest.get(neighbourAs[set]!)!)
  }
}

/** RFC 4271 §9.1.2.2 g; then the path identifier, so that the order is total. */
function compareAddress(one: Candidate, other: Candidate): number {
  const [a, b] = [one.facts.address, other.facts.address]
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index]! - (b[index] ?? -1)
  return one.peerNumber - other.peerNumber || one.pathId - other.pathId
}
