/**
 * UPDATE (RFC 4271 §4.3) as a value, for few routes: the control messages of our own, tests, people.
 * @module
 */
import { familyKey, ipv4Unicast, ipv6Unicast } from '../family.ts'
import { withHeader } from '../message/message.ts'
import { type PrefixNlri, readPrefixes, writePrefixes } from '../nlri/prefix-nlri.ts'
import { afi, messageType, safi } from '../registry.ts'
import type { UpdateContext } from './context.ts'
import { endsRoutes, type Fault, type Treatment } from './fault.ts'
import { inspectUpdate, pathIdsOf } from './inspect.ts'
import type { PathAttributes } from './path-attributes.ts'
import { writeAttributes } from './write-attributes.ts'

export interface Update {
  /** IPv4 and IPv6 unicast routes that end. */
  readonly withdrawn: readonly PrefixNlri[]
  /** Without MP_REACH and MP_UNREACH of unicast: their prefixes are in the lists, their next hop in `nextHop6`. */
  readonly attributes: PathAttributes
  readonly announced: readonly PrefixNlri[]
  /** 16 octets, or 32 with the link-local address behind (RFC 2545 §3). */
  readonly nextHop6?: Uint8Array
}

export interface DecodedUpdate extends Update {
  readonly treatment: Treatment
  readonly faults: readonly Fault[]
  /** Key of the family whose initial routes are all there (RFC 4724 §2). */
  readonly endOfRib?: number
}

const nothing = { withdrawn: [], announced: [], attributes: {} }

/**
 * The routes of the message as the treatment leaves them: with a fault that asks for it all of them are withdrawn, with
 * `session-reset` there are none. Families that were not negotiated are left out. Never throws.
 */
export function decodeUpdate(octets: Uint8Array, context: UpdateContext): DecodedUpdate {
  const { treatment, faults, attributes, withdrawnRoutes, nlri, endOfRib } = inspectUpdate(octets, context)
  if (treatment === 'session-reset') return { ...nothing, treatment, faults }
  const disabled = new Set(faults.flatMap(({ family }) => family ?? []))
  const usable = (part: PathAttributes['mpReach'] | PathAttributes['mpUnreach']): readonly PrefixNlri[] => {
    if (part === undefined || disabled.has(familyKey(part))) return []
    return unicastOf(part, part.nlri, context)
  }
  const ipv4 = { afi: afi.ipv4, safi: safi.unicast }
  const ended = [...unicastOf(ipv4, withdrawnRoutes, context), ...usable(attributes.mpUnreach)]
  const begun = [...unicastOf(ipv4, nlri, context), ...usable(attributes.mpReach)]
  const told = { treatment, faults, ...(endOfRib === undefined ? {} : { endOfRib }) }
  if (endsRoutes(faults)) return { ...nothing, withdrawn: [...ended, ...begun], ...told }
  const { mpReach, mpUnreach, ...others } = attributes
  const isIpv6 = mpReach !== undefined && familyKey(mpReach) === ipv6Unicast
  return {
    withdrawn: ended,
    announced: begun,
    attributes: {
      ...others,
      ...(mpReach !== undefined && !isUnicast(mpReach) ? { mpReach } : {}),
      ...(mpUnreach !== undefined && !isUnicast(mpUnreach) ? { mpUnreach } : {}),
    },
    ...(isIpv6 ? { nextHop6: mpReach.nextHop } : {}),
    ...told,
  }
}

function isUnicast(part: { readonly afi: number; readonly safi: number }): boolean {
  const key = familyKey(part)
  return key === ipv4Unicast || key === ipv6Unicast
}

function unicastOf(
  part: { readonly afi: number; readonly safi: number },
  nlri: Uint8Array,
  context: UpdateContext,
): readonly PrefixNlri[] {
  const key = familyKey(part)
  if (!isUnicast(part) || !context.families.has(key)) return []
  return readPrefixes(nlri, key === ipv4Unicast ? 4 : 6, pathIdsOf(key, context))
}

/**
 * The octets of one UPDATE. IPv4 goes into the old fields, IPv6 into MP_REACH and
 * MP_UNREACH.
 * @throws {RangeError} when it is above 65535 octets, a value does not fit, or `nextHop6` is missing for IPv6 routes
 */
export function encodeUpdate(update: Update, context: UpdateContext): Uint8Array<ArrayBuffer> {
  const split = (routes: readonly PrefixNlri[], version: 4 | 6): Uint8Array =>
    writePrefixes(routes.filter(({ prefix }) => prefix.version === version))
  const [ended6, begun6] = [split(update.withdrawn, 6), split(update.announced, 6)]
  const { nextHop6 } = update
  if (begun6.length > 0 && nextHop6 === undefined) throw new RangeError('"nextHop6" must be there for IPv6 routes')
  const ipv6 = { afi: afi.ipv6, safi: safi.unicast }
  const attributes: PathAttributes = {
    ...update.attributes,
    ...(begun6.length > 0 && nextHop6 !== undefined ? { mpReach: { ...ipv6, nextHop: nextHop6, nlri: begun6 } } : {}),
    ...(ended6.length > 0 ? { mpUnreach: { ...ipv6, nlri: ended6 } } : {}),
  }
  return withHeader(messageType.update, (w) => {
    w.counted(2, () => w.octets(split(update.withdrawn, 4)))
    w.counted(2, () => writeAttributes(w, attributes, context))
    w.octets(split(update.announced, 4))
  })
}

/** The message that says that all initial routes of a family were sent (RFC 4724 §2). */
export function endOfRib(family: { readonly afi: number; readonly safi: number }): Uint8Array<ArrayBuffer> {
  const { afi: afi_, safi: safi_ } = family
  const isOld = familyKey(family) === ipv4Unicast
  const attributes = isOld ? {} : { mpUnreach: { afi: afi_, safi: safi_, nlri: new Uint8Array(0) } }
  const context = { peer: 'external', asOctets: 4, families: new Set<number>(), pathIds: new Set<number>() } as const
  return encodeUpdate({ withdrawn: [], announced: [], attributes }, context)
}
