/**
 * What the decision process needs of a set of path attributes, and columns of it by the number of the set (RFC 4271
 * §9.1).
 * @module
 */
import { neighbourAsOf, pathLengthOf } from './as-path.ts'
import type { PathAttributes } from './path-attributes.ts'

/** Bits of `bits`. `loop`: the route was ours before. */
export const setBit = { origin: 1, asPath: 2, nextHop: 4, localPref: 8, loop: 16 } as const

export interface DecisionFacts {
  readonly localPref: number
  /** ASes, at most 65535. */
  readonly pathLength: number
  readonly origin: number
  /** 0 when the attribute is not there: the lowest is best (RFC 4271 §9.1.2.2 c). */
  readonly multiExitDisc: number
  /** The AS that the route came from last; 0 for one of our own AS. MED is compared within it. */
  readonly neighbourAs: number
  /** 0 when the attribute is not there. */
  readonly originatorId: number
  /** At most 255. */
  readonly clusterLength: number
  /** 0 when the attribute is not there: AS 0 is none (RFC 7607). */
  readonly onlyToCustomer: number
  /** Bits of `setBit`. */
  readonly bits: number
}

export class DecisionFactColumns {
  localPref = new Uint32Array(0)
  pathLength = new Uint16Array(0)
  origin = new Uint8Array(0)
  multiExitDisc = new Uint32Array(0)
  neighbourAs = new Uint32Array(0)
  originatorId = new Uint32Array(0)
  clusterLength = new Uint8Array(0)
  onlyToCustomer = new Uint32Array(0)
  bits = new Uint8Array(0)

  grow(capacity: number): void {
    this.localPref = grown(this.localPref, new Uint32Array(capacity))
    this.pathLength = grown(this.pathLength, new Uint16Array(capacity))
    this.origin = grown(this.origin, new Uint8Array(capacity))
    this.multiExitDisc = grown(this.multiExitDisc, new Uint32Array(capacity))
    this.neighbourAs = grown(this.neighbourAs, new Uint32Array(capacity))
    this.originatorId = grown(this.originatorId, new Uint32Array(capacity))
    this.clusterLength = grown(this.clusterLength, new Uint8Array(capacity))
    this.onlyToCustomer = grown(this.onlyToCustomer, new Uint32Array(capacity))
    this.bits = grown(this.bits, new Uint8Array(capacity))
  }

  set(id: number, facts: DecisionFacts): void {
    this.localPref[id] = facts.localPref
    this.pathLength[id] = facts.pathLength
    this.origin[id] = facts.origin
    this.multiExitDisc[id] = facts.multiExitDisc
    this.neighbourAs[id] = facts.neighbourAs
    this.originatorId[id] = facts.originatorId
    this.clusterLength[id] = facts.clusterLength
    this.onlyToCustomer[id] = facts.onlyToCustomer
    this.bits[id] = facts.bits
  }
}

export interface OwnIdentity {
  readonly as: number
  readonly bgpIdentifier: number
  /** RFC 4456 §7; the BGP identifier unless a cluster has several reflectors. */
  readonly clusterId: number
}

/** `own`: what makes a route one that we sent ourselves. */
export function decisionFactsOf(attributes: PathAttributes, own: OwnIdentity): DecisionFacts {
  const { asPath, clusterList } = attributes
  return {
    localPref: attributes.localPref ?? 0,
    pathLength: Math.min(asPath === undefined ? 0 : pathLengthOf(asPath), 0xffff),
    origin: attributes.origin ?? 0,
    multiExitDisc: attributes.multiExitDisc ?? 0,
    neighbourAs: asPath === undefined ? 0 : neighbourAsOf(asPath),
    originatorId: attributes.originatorId ?? 0,
    clusterLength: Math.min(clusterList?.length ?? 0, 255),
    onlyToCustomer: attributes.onlyToCustomer ?? 0,
    bits:
      (attributes.origin === undefined ? 0 : setBit.origin) |
      (asPath === undefined ? 0 : setBit.asPath) |
      (attributes.nextHop === undefined ? 0 : setBit.nextHop) |
      (attributes.localPref === undefined ? 0 : setBit.localPref) |
      (isLoop(attributes, own) ? setBit.loop : 0),
  }
}

/** Our AS in the path (RFC 4271 §9.1.2), our identifier as originator or our cluster in the list (RFC 4456 §8). */
function isLoop({ asPath, originatorId, clusterList }: PathAttributes, own: OwnIdentity): boolean {
  if (asPath?.some(({ as }) => as.includes(own.as))) return true
  return originatorId === own.bgpIdentifier || clusterList?.includes(own.clusterId) === true
}

/** `larger` with the numbers of `column` at its beginning. */
export function grown<Column extends Uint8Array | Uint16Array | Uint32Array>(column: Column, larger: Column): Column {
  larger.set(column)
  return larger
}
