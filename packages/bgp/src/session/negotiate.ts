/**
 * What two OPEN messages agree on, or why they do not (RFC 4271 §6.2, RFC 5492 §3, RFC 9234 §4.2).
 * @module
 */
import { type Family, familyKey, ipv4Unicast } from '../family.ts'
import { maxExtendedMessageOctets, maxMessageOctets } from '../limits.ts'
import type { Capability, GracefulRestart } from '../message/capability.ts'
import type { MaxLength } from '../message/header.ts'
import { notification, type Notification } from '../message/notification.ts'
import type { Open } from '../message/open.ts'
import { addPathMode, errorCode, gracefulRestartFlag, openSubcode, oppositeRole, roleNameOf } from '../registry.ts'
import type { UpdateContext } from '../update/context.ts'
import type { SessionConfig } from './config.ts'

export interface Negotiated {
  readonly type: 'negotiated'
  readonly peer: 'internal' | 'external'
  readonly peerAs: number
  readonly peerIdentifier: number
  /** Seconds; 0: no KEEPALIVE is sent or waited for. */
  readonly holdTime: number
  /** How UPDATE messages of the peer are read. */
  readonly receive: UpdateContext
  /** How ours are written. */
  readonly send: UpdateContext
  /** The longest UPDATE that either may send. */
  readonly maxLength: MaxLength
  readonly refresh: 'none' | 'plain' | 'enhanced'
  /** What the peer said about restarts; undefined unless both offered it. */
  readonly gracefulRestart?: PeerRestart
  readonly peerRole?: number
  /** What the peer offered, as it came. */
  readonly capabilities: readonly Capability[]
}

export interface PeerRestart {
  /** Seconds that the peer asks us to wait for it. */
  readonly restartTime: number
  readonly isRestarting: 'yes' | 'no'
  /** NOTIFICATION does not end the routes unless it is a hard reset (RFC 8538). */
  readonly notification: 'on' | 'off'
  /** Families of which it can keep forwarding, and whether it has (RFC 4724 §3). */
  readonly families: ReadonlyMap<number, 'preserved' | 'lost'>
}

const refuse = (subcode: number, data?: Uint8Array): Notification => notification(errorCode.open, subcode, data)

/** Why the OPEN is not acceptable (RFC 4271 §6.2), or undefined. */
function refusalOf(open: Open, config: SessionConfig, peerAs: number): Notification | undefined {
  if (peerAs === 0 || peerAs !== config.peerAs) return refuse(openSubcode.badPeerAs)
  const isInternal = peerAs === config.localAs
  const isOwn = isInternal && open.bgpIdentifier === config.bgpIdentifier
  if (open.bgpIdentifier === 0 || isOwn) return refuse(openSubcode.badBgpIdentifier) // RFC 6286 §2.1, §2.2
  if (open.holdTime === 1 || open.holdTime === 2) return refuse(openSubcode.unacceptableHoldTime)
  if (!isInternal && isRoleWrong(open, config)) return refuse(openSubcode.roleMismatch)
  return commonFamilies(open, config).size === 0 ? refuse(openSubcode.unsupportedCapability) : undefined
}

/** The same for people, with what would be right. */
export function openProblem({ subcode }: Notification, open: Open, config: SessionConfig): string {
  if (subcode === openSubcode.badPeerAs) return `its AS is ${peerAsOf(open)}, and ${config.peerAs} was expected`
  if (subcode === openSubcode.badBgpIdentifier) {
    return open.bgpIdentifier === 0 ? 'its BGP identifier is 0' : 'its BGP identifier is the same as ours'
  }
  if (subcode === openSubcode.unacceptableHoldTime)
    return `its hold time is ${open.holdTime} s; 0 or at least 3 is right`
  if (subcode === openSubcode.unsupportedCapability) return 'it offers no address family that we have'
  if (subcode === openSubcode.roleMismatch) return roleProblem(open, config)
  return 'the OPEN is not acceptable'
}

function roleProblem(open: Open, { role: own }: SessionConfig): string {
  const theirs = [...new Set(rolesOf(open))].map(roleNameOf)
  if (own === undefined || theirs.length > 1) return `it says more than one role: ${theirs.join(', ')}`
  const said = theirs[0] === undefined ? 'it says no role' : `its role is ${theirs[0]}`
  return `${said}, and ${roleNameOf(oppositeRole[own]!)} was expected: ours is ${roleNameOf(own)}`
}

/** What both offered, or the NOTIFICATION with which the peer's OPEN is refused. */
export function negotiate(open: Open, config: SessionConfig): Negotiated | Notification {
  const four = open.capabilities.find((one) => one.type === 'four-octet-as')
  const peerAs = peerAsOf(open)
  const refusal = refusalOf(open, config, peerAs)
  if (refusal !== undefined) return refusal
  const peer = peerAs === config.localAs ? 'internal' : 'external'
  const peerRole = roleOf(open)
  const families = commonFamilies(open, config)
  const common = { peer, asOctets: four === undefined ? 2 : 4, families } as const
  const gracefulRestart = restartOf(open, config)
  return {
    type: 'negotiated',
    peer,
    peerAs,
    peerIdentifier: open.bgpIdentifier,
    holdTime: Math.min(open.holdTime, config.holdTime),
    receive: { ...common, pathIds: pathIdFamilies(open, config, 'receive') },
    send: { ...common, pathIds: pathIdFamilies(open, config, 'send') },
    maxLength: lengthOf(open, config),
    refresh: refreshOf(open),
    ...(gracefulRestart === undefined ? {} : { gracefulRestart }),
    ...(peerRole === undefined ? {} : { peerRole }),
    capabilities: open.capabilities,
  }
}

const peerAsOf = (open: Open): number => open.capabilities.find((one) => one.type === 'four-octet-as')?.as ?? open.myAs

const rolesOf = (open: Open): readonly number[] =>
  open.capabilities.flatMap((one) => (one.type === 'role' ? [one.role] : []))

const roleOf = (open: Open): number | undefined => rolesOf(open)[0]

/** RFC 9234 §4.2: two roles must fit; several different ones never do; none is refused only when we are strict. */
function isRoleWrong(open: Open, config: SessionConfig): boolean {
  const peerRole = roleOf(open)
  if (rolesOf(open).some((one) => one !== peerRole)) return true
  if (config.role === undefined) return false
  if (peerRole === undefined) return config.roleMode === 'strict'
  return oppositeRole[config.role] !== peerRole
}

/** Without the capability a speaker has IPv4 unicast only (RFC 4760 §8). */
function commonFamilies(open: Open, config: SessionConfig): ReadonlySet<number> {
  const offered = open.capabilities.filter((one) => one.type === 'multiprotocol').map(familyKey)
  const theirs = new Set(offered.length === 0 ? [ipv4Unicast] : offered)
  return new Set(config.families.map(familyKey).filter((key) => theirs.has(key)))
}

/** RFC 7911 §4: a family has path identifiers in the direction in which one sends and the other receives. */
function pathIdFamilies(open: Open, config: SessionConfig, direction: 'send' | 'receive'): ReadonlySet<number> {
  const [ours, peers] =
    direction === 'send' ? [addPathMode.send, addPathMode.receive] : [addPathMode.receive, addPathMode.send]
  const offered: readonly (Family & { readonly mode: number })[] = open.capabilities.flatMap((one) =>
    one.type === 'add-path' ? one.families : [],
  )
  const theirs = new Set(offered.filter(({ mode }) => mode <= 3 && (mode & peers) !== 0).map(familyKey))
  return new Set(
    (config.addPath ?? [])
      .filter(({ mode }) => (mode & ours) !== 0)
      .map(familyKey)
      .filter((key) => theirs.has(key)),
  )
}

function lengthOf(open: Open, config: SessionConfig): MaxLength {
  const isOffered = open.capabilities.some(({ type }) => type === 'extended-message')
  return isOffered && config.extendedMessages !== 'off' ? maxExtendedMessageOctets : maxMessageOctets
}

function refreshOf(open: Open): Negotiated['refresh'] {
  const types = new Set(open.capabilities.map(({ type }) => type))
  if (types.has('enhanced-route-refresh')) return 'enhanced'
  return types.has('route-refresh') ? 'plain' : 'none'
}

/** RFC 4724 §3: of several capabilities the last counts. */
function restartOf(open: Open, config: SessionConfig): PeerRestart | undefined {
  const offered: GracefulRestart | undefined = open.capabilities.filter((one) => one.type === 'graceful-restart').at(-1)
  if (offered === undefined || config.gracefulRestart === undefined) return undefined
  const has = (flag: number): boolean => (offered.flags & flag) !== 0
  const isSpoken = has(gracefulRestartFlag.notification) && config.gracefulRestart.notification !== 'off'
  return {
    restartTime: offered.restartTime,
    isRestarting: has(gracefulRestartFlag.restarting) ? 'yes' : 'no',
    notification: isSpoken ? 'on' : 'off',
    families: new Map(offered.families.map((one) => [familyKey(one), (one.flags & 0x80) !== 0 ? 'preserved' : 'lost'])),
  }
}
