/**
 * What becomes of a route on its way to a peer (RFC 4271 §5.1, §9.1.3): which routes may go, and with which attributes.
 * The operator's policy comes after this, in the caller.
 * @module
 */
import { role, segmentType, wellKnownCommunity } from '../registry.ts'
import type { AsPath } from '../update/as-path.ts'
import type { OwnIdentity } from '../update/attribute-facts.ts'
import type { PathAttributes } from '../update/path-attributes.ts'
import { passedOn } from '../update/write-attributes.ts'
import { defaultLocalPref, type PeerFacts } from './decision.ts'
import { markOf } from './route-leak.ts'

export interface ExportRules {
  readonly own: OwnIdentity
  readonly to: 'internal' | 'external'
  /** Our address for IPv4 routes, 4 octets; absent: to internal peers the next hop stays (RFC 4271 §5.1.3). */
  readonly nextHop?: Uint8Array
  /** Ours for IPv6 routes, 16 or 32 octets. */
  readonly nextHop6?: Uint8Array
  /** Routes of internal peers go to internal ones too (RFC 4456). */
  readonly reflection?: 'on' | 'off'
  /** What we are to the peer (RFC 9234): a number of `role`. */
  readonly role?: number
}

/** The attributes to send, or undefined when the route must not go. `from` is the peer that it came from. */
export function exported(attributes: PathAttributes, from: PeerFacts, rules: ExportRules): PathAttributes | undefined {
  const mark = markOf(attributes.onlyToCustomer, from)
  const marked = mark === undefined ? attributes : { ...attributes, onlyToCustomer: mark }
  if (isHeldBack(marked, from, rules)) return undefined
  const known = passedOn(marked)
  return rules.to === 'external' ? toExternal(known, rules) : toInternal(known, from, rules)
}

function isHeldBack(
  { communities = [], onlyToCustomer }: PathAttributes,
  from: PeerFacts,
  rules: ExportRules,
): boolean {
  const { noAdvertise, noExport, noExportSubconfed } = wellKnownCommunity
  if (communities.includes(noAdvertise)) return true
  if (rules.to === 'internal') return from.peer === 'internal' && rules.reflection !== 'on'
  if (communities.includes(noExport) || communities.includes(noExportSubconfed)) return true
  // RFC 9234 §5: a route for customers only goes to no provider, peer or route server.
  const isUpwards = rules.role === role.customer || rules.role === role.peer || rules.role === role.routeServerClient
  return onlyToCustomer !== undefined && isUpwards
}

/** Type bit of extended communities that do not cross an AS border (RFC 4360 §2). */
const nonTransitive = 0x4000_0000_0000_0000n

/** RFC 4271 §5.1.2, §5.1.3, §5.1.4: our AS in front, our next hop, neither MED nor LOCAL_PREF of others. */
function toExternal(attributes: PathAttributes, rules: ExportRules): PathAttributes {
  const { asPath = [], extendedCommunities = [], onlyToCustomer } = attributes
  const crossing = extendedCommunities.filter((one) => (one & nonTransitive) === 0n)
  const isDownwards = rules.role === role.provider || rules.role === role.peer || rules.role === role.routeServer
  const kept = Object.entries(attributes).filter(([name]) => !endsAtBorder.has(name))
  return {
    ...Object.fromEntries(kept),
    asPath: prepended(asPath, rules.own.as),
    ...(crossing.length === 0 ? {} : { extendedCommunities: crossing }),
    ...(isDownwards ? { onlyToCustomer: onlyToCustomer ?? rules.own.as } : {}),
    ...ownNextHop(attributes, rules),
  }
}

/** Extended communities come back as far as they are transitive. */
const endsAtBorder: ReadonlySet<string> = new Set([
  'multiExitDisc',
  'localPref',
  'originatorId',
  'clusterList',
  'aigp',
  'linkState',
  'extendedCommunities',
])

/** RFC 4271 §5.1.5; a reflected route keeps all and says who sent it first, and through which clusters (RFC 4456 §8). */
function toInternal(attributes: PathAttributes, from: PeerFacts, rules: ExportRules): PathAttributes {
  if (from.peer === 'internal') {
    const { originatorId = from.bgpIdentifier, clusterList = [] } = attributes
    return { ...attributes, originatorId, clusterList: [rules.own.clusterId, ...clusterList] }
  }
  const localPref = attributes.localPref ?? from.preference ?? defaultLocalPref
  return { ...attributes, localPref, ...ownNextHop(attributes, rules) }
}

function ownNextHop(attributes: PathAttributes, { nextHop, nextHop6 }: ExportRules): PathAttributes {
  const { mpReach } = attributes
  return {
    ...(attributes.nextHop === undefined || nextHop === undefined ? {} : { nextHop }),
    ...(mpReach === undefined || nextHop6 === undefined ? {} : { mpReach: { ...mpReach, nextHop: nextHop6 } }),
  }
}

/** RFC 4271 §5.1.2 b: into the first sequence, or as a new one when there is none or it is full. */
function prepended(path: AsPath, as: number): AsPath {
  const [first, ...others] = path
  if (first?.type !== segmentType.sequence || first.as.length === 255)
    return [{ type: segmentType.sequence, as: [as] }, ...path]
  return [{ type: segmentType.sequence, as: [as, ...first.as] }, ...others]
}
