/**
 * The route with which an agent asks for a class: the router's own, with the same prefix, next hop and path, and large
 * communities besides. Nothing else differs, so that where the packets go is the same with it and without.
 * @module
 */
import { defaultLocalPref } from '../rib/decision.ts'
import { neighbourAsOf, pathLengthOf } from '../update/as-path.ts'
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

/** The path with the next hop that the router said: it knows weights and costs that no attribute tells. */
export const pathTo = (paths: readonly OriginalPath[], nextHop: Uint8Array | undefined): OriginalPath | undefined =>
  nextHop && paths.find((path) => isSame(nextHopOf(path), nextHop))

/**
 * Which of several paths (RFC 7911) the router would use by what the attributes tell (RFC 4271 §9.1.2.2, as in
 * `Decision`). The router's costs of next hops are not known here: of equals it is the one with the next hop given.
 */
export function pathInUse(paths: readonly OriginalPath[], nextHop?: Uint8Array): OriginalPath | undefined {
  let left = paths
  const keepLeast = (valueOf: (path: OriginalPath) => number): void => {
    const least = Math.min(...left.map(valueOf))
    left = left.filter((path) => valueOf(path) === least)
  }
  keepLeast(({ attributes }) => -(attributes.localPref ?? defaultLocalPref))
  keepLeast(({ attributes }) => pathLengthOf(attributes.asPath ?? []))
  keepLeast(({ attributes }) => attributes.origin ?? mostOrigin)
  const lowest = lowestByNeighbour(left)
  keepLeast((path) => multiExitDiscOf(path) - lowest.get(neighbourOf(path))!)
  keepLeast(({ attributes }) => (attributes.originatorId === undefined ? 0 : 1)) // learned outside before inside
  const kept = pathTo(left, nextHop)
  if (kept !== undefined) return kept
  keepLeast(({ attributes }) => attributes.originatorId ?? 0)
  return left[0]
}

/** Of ORIGIN: INCOMPLETE. */
const mostOrigin = 2
const multiExitDiscOf = ({ attributes }: OriginalPath): number => attributes.multiExitDisc ?? 0
const neighbourOf = ({ attributes }: OriginalPath): number => neighbourAsOf(attributes.asPath ?? [])

/** MEDs are compared within a neighbour AS alone. */
function lowestByNeighbour(paths: readonly OriginalPath[]): ReadonlyMap<number, number> {
  const lowest = new Map<number, number>()
  for (const path of paths) {
    const as = neighbourOf(path)
    lowest.set(as, Math.min(lowest.get(as) ?? Infinity, multiExitDiscOf(path)))
  }
  return lowest
}

/** 4 or 16 octets. */
export const nextHopOf = ({ attributes }: OriginalPath): Uint8Array | undefined =>
  attributes.mpReach?.nextHop.subarray(0, 16) ?? attributes.nextHop

const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && one.length === other.length && one.every((octet, at) => octet === other[at])
