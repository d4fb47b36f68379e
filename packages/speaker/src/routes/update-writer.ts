/** UPDATE messages about routes of one family, as many routes in each as fit. @module */
import { encodeUpdate, familyOfKey, ipv4Unicast, type PrefixNlri, type Update } from '@vagus/bgp'
import { attributesTo, type Facing } from './facing.ts'
import type { Outgoing } from './outgoing.ts'

const nothing = { withdrawn: [], announced: [], attributes: {} } as const
/** Octets by which the headers of attributes may grow when there are routes in them. */
const slack = 4

/** Routes of one family end. */
export function withdrawalsOf(routes: readonly Outgoing[], family: number, facing: Facing): readonly Uint8Array[] {
  const updateOf = (some: readonly Outgoing[]): Update =>
    family === ipv4Unicast
      ? { ...nothing, withdrawn: prefixesOf(some, facing) }
      : { ...nothing, attributes: { mpUnreach: { ...familyOfKey(family), nlri: nlriOf(some, facing) } } }
  return packed(routes, updateOf, facing) ?? []
}

/**
 * Routes of one family with the same attributes begin. Undefined when the attributes leave no room in a message, or the
 * next hop is not known.
 */
export function announcementsOf(
  routes: readonly Outgoing[],
  family: number,
  facing: Facing,
): readonly Uint8Array[] | undefined {
  const attributes = attributesTo(routes[0]!.given, family, facing)
  if (attributes === undefined) return undefined
  const { mpReach } = attributes
  const updateOf = (some: readonly Outgoing[]): Update =>
    mpReach === undefined
      ? { ...nothing, announced: prefixesOf(some, facing), attributes }
      : { ...nothing, attributes: { ...attributes, mpReach: { ...mpReach, nlri: nlriOf(some, facing) } } }
  return packed(routes, updateOf, facing)
}

/** Undefined when a route does not fit beside what is in every message. */
function packed(
  routes: readonly Outgoing[],
  updateOf: (some: readonly Outgoing[]) => Update,
  { negotiated: { maxLength, send } }: Facing,
): readonly Uint8Array[] | undefined {
  const room = maxLength - encodeUpdate(updateOf([]), send).length - slack
  const messages: Uint8Array[] = []
  let some: Outgoing[] = []
  let octets = 0
  for (const route of routes) {
    const length = route.nlri.length + (send.pathIds.has(route.family) ? 4 : 0)
    if (length > room) return undefined
    if (octets + length > room) {
      messages.push(encodeUpdate(updateOf(some), send))
      some = []
      octets = 0
    }
    some.push(route)
    octets += length
  }
  if (some.length > 0) messages.push(encodeUpdate(updateOf(some), send))
  return messages
}

/** We announce one path of a prefix: identifier 0 where the peer wants one (RFC 7911 §3). */
function prefixesOf(routes: readonly Outgoing[], { negotiated: { send } }: Facing): readonly PrefixNlri[] {
  const isNumbered = send.pathIds.has(ipv4Unicast)
  return routes.flatMap(({ prefix }) =>
    prefix === undefined ? [] : isNumbered ? [{ prefix, pathId: 0 }] : [{ prefix }],
  )
}

function nlriOf(routes: readonly Outgoing[], { negotiated: { send } }: Facing): Uint8Array {
  return Buffer.concat(
    routes.flatMap(({ family, nlri }) => (send.pathIds.has(family) ? [new Uint8Array(4), nlri] : [nlri])),
  )
}
