/**
 * A whole UPDATE under the rules of RFC 7606: what is in it, what is wrong with it, and the treatment that follows.
 * This is the slow and complete way; `UpdateIntake` takes it once per attribute block.
 * @module
 */
import { familyKey, ipv4Unicast } from '../family.ts'
import { faultOfNlri } from '../nlri/check.ts'
import { attributeCode, updateSubcode } from '../registry.ts'
import type { UpdateContext } from './context.ts'
import { type Fault, fault, type Treatment, treatmentOf } from './fault.ts'
import { emptyLayout, readLayout } from './layout.ts'
import type { PathAttributes } from './path-attributes.ts'
import { type AttributesRead, readAttributes } from './read-attributes.ts'

export interface Inspection {
  readonly treatment: Treatment
  readonly faults: readonly Fault[]
  readonly attributes: PathAttributes
  /** IPv4 prefixes outside the attributes, as on the wire. */
  readonly withdrawnRoutes: Uint8Array
  readonly nlri: Uint8Array
  /** Key of the family whose initial routes are all there (RFC 4724 §2). */
  readonly endOfRib?: number
}

const none = new Uint8Array(0)

/** Never throws, whatever `octets` are. They must be one message with a right header. */
export function inspectUpdate(octets: Uint8Array, context: UpdateContext): Inspection {
  const layout = emptyLayout()
  const broken = readLayout(octets, layout)
  if (broken !== undefined) {
    const found = fault('session-reset', updateSubcode.malformedAttributeList, broken)
    return { treatment: 'session-reset', faults: [found], attributes: {}, withdrawnRoutes: none, nlri: none }
  }
  const read = readAttributes(octets, layout.attributesFrom, layout.attributesTo, context)
  const withdrawnRoutes = octets.subarray(layout.withdrawnFrom, layout.withdrawnTo)
  const nlri = octets.subarray(layout.nlriFrom)
  const { mpReach } = read.attributes
  // NEXT_HOP is of the IPv4 routes: a message with others alone should not have it, and it is ignored (RFC 4760 §3).
  const isNextHopIgnored = nlri.length === 0 && mpReach !== undefined
  const faults = [
    ...read.faults.filter(({ attribute }) => !(isNextHopIgnored && attribute === attributeCode.nextHop)),
    ...faultsOfRoutes(withdrawnRoutes, nlri, read.attributes, context),
    ...missing(read.attributes, nlri.length > 0 ? 'nlri' : 'none', read),
  ]
  const treatment = treatmentOf(faults)
  const reachless = reachlessFault(treatment, nlri, octets.subarray(layout.attributesFrom, layout.attributesTo), read)
  const endOfRib = endOfRibOf(octets, read.attributes, layout.attributesTo - layout.attributesFrom)
  return {
    treatment: reachless === undefined ? treatment : 'session-reset',
    faults: reachless === undefined ? faults : [...faults, reachless],
    attributes: read.attributes,
    withdrawnRoutes,
    nlri,
    ...(endOfRib === undefined ? {} : { endOfRib }),
  }
}

/** NLRI that cannot be walked: outside the attributes a reset, inside the end of their family (RFC 7606 §5.3). */
function faultsOfRoutes(
  withdrawnRoutes: Uint8Array,
  nlri: Uint8Array,
  { mpReach, mpUnreach }: PathAttributes,
  context: UpdateContext,
): readonly Fault[] {
  const faults: Fault[] = []
  for (const part of [withdrawnRoutes, nlri]) {
    const problem = faultOfNlri(part, 0, part.length, ipv4Unicast, pathIdsOf(ipv4Unicast, context))
    if (problem !== undefined) faults.push(fault('session-reset', updateSubcode.invalidNetworkField, problem))
  }
  for (const [part, attribute] of [
    [mpReach, attributeCode.mpReach],
    [mpUnreach, attributeCode.mpUnreach],
  ] as const) {
    if (part === undefined) continue
    const family = familyKey(part)
    if (!context.families.has(family)) continue
    const problem = faultOfNlri(part.nlri, 0, part.nlri.length, family, pathIdsOf(family, context))
    if (problem === undefined) continue
    faults.push(fault('afi-safi-disable', updateSubcode.optionalAttribute, problem, { attribute, family }))
  }
  return faults
}

export const pathIdsOf = (family: number, context: UpdateContext): 'path-ids' | 'none' =>
  context.pathIds.has(family) ? 'path-ids' : 'none'

/** Well-known attributes that must come with routes (RFC 7606 §3 d). One that came malformed is not missing. */
function missing(attributes: PathAttributes, where: 'nlri' | 'none', { faults }: AttributesRead): readonly Fault[] {
  const { origin, asPath, nextHop, mpReach } = attributes
  if (where === 'none' && mpReach === undefined) return []
  const wanted = [
    [attributeCode.origin, origin],
    [attributeCode.asPath, asPath],
    ...(where === 'nlri' ? ([[attributeCode.nextHop, nextHop]] as const) : []),
  ] as const
  return wanted
    .filter(([code, value]) => value === undefined && !faults.some(({ attribute }) => attribute === code))
    .map(([code]) => {
      const data = new Uint8Array([code])
      return fault('treat-as-withdraw', updateSubcode.missingWellKnown, `attribute ${code} is missing`, { data })
    })
}

/**
 * Attributes that ask for treat-as-withdraw, but no reachable routes that could be withdrawn: what the routes were is
 * not known, so only a reset is safe (RFC 7606 §5.2).
 */
function reachlessFault(
  treatment: Treatment,
  nlri: Uint8Array,
  block: Uint8Array,
  { attributes }: AttributesRead,
): Fault | undefined {
  if (treatment !== 'treat-as-withdraw' || nlri.length > 0 || attributes.mpReach !== undefined) return undefined
  if (block.length === 0) return undefined
  return fault('session-reset', updateSubcode.malformedAttributeList, 'malformed attributes of no routes')
}

/** An empty UPDATE, or MP_UNREACH_NLRI without routes and nothing else (RFC 4724 §2). */
function endOfRibOf(octets: Uint8Array, attributes: PathAttributes, attributeOctets: number): number | undefined {
  if (octets.length === 23) return ipv4Unicast
  const { mpUnreach } = attributes
  const isAlone = attributeOctets <= 7 && octets.length === 23 + attributeOctets
  return mpUnreach !== undefined && mpUnreach.nlri.length === 0 && isAlone ? familyKey(mpUnreach) : undefined
}
