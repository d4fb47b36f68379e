/**
 * The route with which an agent asks for a class: the router's own, with the same prefix, next hop and path, and large
 * communities besides. Nothing else differs, so that where the packets go is the same with it and without.
 * @module
 */
import type { LargeCommunity, PathAttributes } from '../update/path-attributes.ts'
import { passedOn } from '../update/write-attributes.ts'
import { classCommunity, internalOriginMark, isOurs } from './traffic-class.ts'

/** A path as the router told it. */
export interface OriginalPath {
  /** The next hop of an IPv6 route is that of `mpReach`. */
  readonly attributes: PathAttributes
}

/** Class by interface index. */
export type ClassOfLink = ReadonlyMap<number, number>

/**
 * Whether the path is no answer to one of ours: not originated by us (RFC 4456 §8), nor with our communities and no
 * originator that could say so. With another originator it is what a fellow router tells, whose own agent acts there.
 */
export function isOriginal(path: OriginalPath, own: { readonly as: number; readonly bgpIdentifier: number }): boolean {
  const { largeCommunities, originatorId } = path.attributes
  if (originatorId !== undefined) return originatorId !== own.bgpIdentifier
  return !(largeCommunities ?? []).some((one) => isOurs(own.as, one))
}

export function injectionOf(original: OriginalPath, classes: ClassOfLink, as: number): OriginalPath {
  const { originatorId, clusterList: _, ...rest } = passedOn(original.attributes)
  const asked: LargeCommunity[] = [...classes].map(([ifIndex, number]) => classCommunity(as, ifIndex, number))
  if (originatorId !== undefined) asked.push(internalOriginMark(as))
  const kept = (rest.largeCommunities ?? []).filter((one) => !isOurs(as, one))
  return { attributes: { ...rest, largeCommunities: [...kept, ...asked] } }
}

/**
 * Which of several paths (RFC 7911) the router uses: the one with the next hop that it said, else the best by what the
 * attributes tell (RFC 4271 §9.1.2.2); the router's costs of next hops are not known here.
 */
export function pathInUse(paths: readonly OriginalPath[], nextHop: Uint8Array | undefined): OriginalPath | undefined {
  const named = nextHop && paths.find((path) => isSame(nextHopOf(path), nextHop))
  return named ?? [...paths].sort(compare)[0]
}

/** 4 or 16 octets. */
export const nextHopOf = ({ attributes }: OriginalPath): Uint8Array | undefined =>
  attributes.mpReach?.nextHop.subarray(0, 16) ?? attributes.nextHop

const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && one.length === other.length && one.every((octet, at) => octet === other[at])

const lengthOf = ({ attributes }: OriginalPath): number =>
  (attributes.asPath ?? []).reduce((sum, { as }) => sum + as.length, 0)

function compare(one: OriginalPath, other: OriginalPath): number {
  const [a, b] = [one.attributes, other.attributes]
  return (
    (b.localPref ?? 100) - (a.localPref ?? 100) ||
    lengthOf(one) - lengthOf(other) ||
    (a.origin ?? 2) - (b.origin ?? 2) ||
    (a.multiExitDisc ?? 0) - (b.multiExitDisc ?? 0) ||
    // RFC 4271 §9.1.2.2 d: learned outside before learned inside.
    (a.originatorId === undefined ? 0 : 1) - (b.originatorId === undefined ? 0 : 1) ||
    (a.originatorId ?? 0) - (b.originatorId ?? 0)
  )
}
