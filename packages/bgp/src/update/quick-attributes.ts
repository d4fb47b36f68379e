/**
 * The quick way through an attribute block: checks it as `readAttributes` does and keeps what the decision process
 * needs, without an object. It knows attributes as they usually are; of anything else it says so, and the block is read
 * in the slow way, which alone knows what is wrong and what has to be done about it (RFC 7606).
 * @module
 */
import { familyKey } from '../family.ts'
import { attributeFlag, origin as originValue, segmentType } from '../registry.ts'
import type { DecisionFacts, OwnIdentity } from './attribute-facts.ts'
import { setBit } from './attribute-facts.ts'
import { AttributeWalk } from './attribute-walk.ts'
import { type AttributeName, attributes } from './attributes.ts'
import type { UpdateContext } from './context.ts'
import { isHostAddress, isNextHopLength } from './next-hop.ts'

type Facts = { -readonly [Name in keyof DecisionFacts]: DecisionFacts[Name] }

const none: DecisionFacts = {
  localPref: 0,
  pathLength: 0,
  origin: 0,
  multiExitDisc: 0,
  neighbourAs: 0,
  originatorId: 0,
  clusterLength: 0,
  onlyToCustomer: 0,
  bits: 0,
}

/** False when the value from `from` up to `to` is not as usual. */
type QuickRead = (
  octets: Uint8Array,
  from: number,
  to: number,
  facts: Facts,
  own: OwnIdentity,
  peer: UpdateContext['peer'],
) => boolean

export class QuickAttributes {
  readonly #facts: Facts = { ...none }
  readonly #own: OwnIdentity
  readonly #peer: UpdateContext['peer']
  readonly #isUsual: boolean
  readonly #walk = new AttributeWalk()

  constructor(own: OwnIdentity, { peer, asOctets }: UpdateContext) {
    this.#own = own
    this.#peer = peer
    // Paths of two octets are merged with AS4_PATH (RFC 6793), which is not for the quick way.
    this.#isUsual = asOctets === 4
  }

  /** Of the block that was read last, when that was `clean`. */
  get facts(): DecisionFacts {
    return this.#facts
  }

  /**
   * Reads `octets` from `from` up to `to`. `clean`: the slow way would find no fault, and the same facts. `unusual`:
   * nothing is known.
   */
  read(octets: Uint8Array, from: number, to: number): 'clean' | 'unusual' {
    if (!this.#isUsual) return 'unusual'
    const facts = this.#facts
    facts.localPref = facts.pathLength = facts.origin = facts.multiExitDisc = facts.neighbourAs = 0
    facts.originatorId = facts.clusterLength = facts.onlyToCustomer = facts.bits = 0
    const walk = this.#walk.start(octets, from, to)
    let [seen, seenAbove] = [0, 0]
    let step = walk.next()
    for (; step === 'attribute'; step = walk.next()) {
      const row = byCode[walk.code]
      if (row === undefined || (walk.flags & kind) !== row.flags) return 'unusual'
      if (row.isOnlyInternal && this.#peer === 'external') return 'unusual'
      const bit = 1 << (walk.code & 31)
      if (((walk.code < 32 ? seen : seenAbove) & bit) !== 0) return 'unusual'
      if (walk.code < 32) seen |= bit
      else seenAbove |= bit
      if (!row.read(octets, walk.valueFrom, walk.valueTo, facts, this.#own, this.#peer)) return 'unusual'
    }
    return step === 'end' ? 'clean' : 'unusual'
  }
}

const kind = attributeFlag.optional | attributeFlag.transitive

/** Attributes without an entry are never usual. */
const quick: { readonly [Name in AttributeName]?: QuickRead } = {
  origin(octets, from, to, facts) {
    facts.origin = octets[from]!
    facts.bits |= setBit.origin
    return to - from === 1 && facts.origin <= originValue.incomplete
  },
  asPath: readPath,
  nextHop(octets, from, to, facts) {
    facts.bits |= setBit.nextHop
    return to - from === 4 && isHostAddress(octets[from]!)
  },
  multiExitDisc(octets, from, to, facts) {
    facts.multiExitDisc = uint32At(octets, from)
    return to - from === 4
  },
  localPref(octets, from, to, facts) {
    facts.localPref = uint32At(octets, from)
    facts.bits |= setBit.localPref
    return to - from === 4
  },
  atomicAggregate: (_, from, to) => from === to,
  aggregator: (octets, from, to) => to - from === 8 && uint32At(octets, from) !== 0,
  communities: ofMany(4),
  originatorId(octets, from, to, facts, own) {
    facts.originatorId = uint32At(octets, from)
    if (facts.originatorId === own.bgpIdentifier) facts.bits |= setBit.loop
    return to - from === 4
  },
  clusterList(octets, from, to, facts, own) {
    const count = (to - from) >> 2
    facts.clusterLength = Math.min(count, 255)
    for (let at = from; at < to; at += 4) if (uint32At(octets, at) === own.clusterId) facts.bits |= setBit.loop
    return count > 0 && (to - from) % 4 === 0
  },
  mpReach(octets, from, to) {
    if (to - from < 5) return false
    const family = familyKey({ afi: octets[from]! * 256 + octets[from + 1]!, safi: octets[from + 2]! })
    const length = octets[from + 3]!
    return isNextHopLength(family, length) && from + 5 + length <= to
  },
  extendedCommunities: ofMany(8),
  // Its TLVs are judged by who reads them (RFC 9552 §8.2.2).
  linkState: () => true,
  largeCommunities: ofMany(12),
  onlyToCustomer(octets, from, to, facts) {
    facts.onlyToCustomer = uint32At(octets, from)
    return to - from === 4
  },
}

/** By code, with the flags of the one table of attributes. */
const byCode = Array.from({ length: 256 }, (_, code) => {
  const found = (Object.keys(quick) as AttributeName[]).find((name) => attributes[name].code === code)
  if (found === undefined) return undefined
  const { flags, onlyInternal } = attributes[found]
  return { flags, isOnlyInternal: onlyInternal !== undefined, read: quick[found]! }
})

/** A list of elements of `size` octets, at least one (RFC 7606 §7.8). */
function ofMany(size: number): QuickRead {
  return (_, from, to) => to > from && (to - from) % size === 0
}

function readPath(
  octets: Uint8Array,
  from: number,
  to: number,
  facts: Facts,
  own: OwnIdentity,
  peer: UpdateContext['peer'],
): boolean {
  const highest = peer === 'external' ? segmentType.sequence : segmentType.confedSet
  let length = 0
  let isFirst = true
  for (let at = from; at < to;) {
    if (to - at < 2) return false
    const [type, count] = [octets[at]!, octets[at + 1]!]
    const end = at + 2 + count * 4
    if (type < segmentType.set || type > highest || count === 0 || end > to) return false
    if (isFirst && type === segmentType.sequence) facts.neighbourAs = uint32At(octets, at + 2)
    if (type <= segmentType.sequence) {
      isFirst = false
      length += type === segmentType.sequence ? count : 1
    }
    for (at += 2; at < end; at += 4) {
      const as = uint32At(octets, at)
      if (as === 0) return false
      if (as === own.as) facts.bits |= setBit.loop
    }
  }
  facts.pathLength = Math.min(length, 0xffff)
  facts.bits |= setBit.asPath
  return true
}

const uint32At = (octets: Uint8Array, at: number): number =>
  ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0
