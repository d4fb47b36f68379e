/**
 * Numbers of IANA's BGP registries, with the facts about them that the codec and the session need.
 * @module
 */

/** RFC 4271 §4.1, RFC 2918. */
export const messageType = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const

/** Address Family Numbers. */
export const afi = { ipv4: 1, ipv6: 2, linkState: 16388 } as const

/** Subsequent Address Family Identifiers (RFC 4760, 8955, 9552). */
export const safi = { unicast: 1, linkState: 71, flowspec: 133 } as const

/** RFC 5492. */
export const capabilityCode = {
  multiprotocol: 1,
  routeRefresh: 2,
  extendedMessage: 6,
  role: 9,
  gracefulRestart: 64,
  fourOctetAs: 65,
  addPath: 69,
  enhancedRouteRefresh: 70,
} as const

/** Flags of the Graceful Restart capability: R of RFC 4724 §3, N of RFC 8538 §2. */
export const gracefulRestartFlag = { restarting: 8, notification: 4 } as const

/** Flag of a family in the Graceful Restart capability: forwarding state was preserved (RFC 4724 §3). */
export const forwardingPreserved = 0x80

/** Send/Receive of the ADD-PATH capability (RFC 7911 §4). */
export const addPathMode = { receive: 1, send: 2, both: 3 } as const

/** RFC 9234 §4.1: what the sender is to its peer. */
export const role = { provider: 0, routeServer: 1, routeServerClient: 2, customer: 3, peer: 4 } as const

/** As people write it; the number where it has no name. */
export const roleNameOf = (number: number): string => roleNames[number] ?? String(number)

const roleNames: Readonly<Record<number, string>> = {
  [role.provider]: 'provider',
  [role.routeServer]: 'route-server',
  [role.routeServerClient]: 'route-server-client',
  [role.customer]: 'customer',
  [role.peer]: 'peer',
}

/** RFC 9234 §4.2, Table 2: the role that the peer of a role must have. */
export const oppositeRole: Readonly<Record<number, number>> = {
  [role.provider]: role.customer,
  [role.customer]: role.provider,
  [role.routeServer]: role.routeServerClient,
  [role.routeServerClient]: role.routeServer,
  [role.peer]: role.peer,
}

/** Message subtype of ROUTE-REFRESH (RFC 7313 §3.2). */
export const refreshSubtype = { request: 0, begin: 1, end: 2 } as const

/** NOTIFICATION error codes (RFC 4271 §4.5, RFC 7313 §5, RFC 9687 §3). */
export const errorCode = {
  header: 1,
  open: 2,
  update: 3,
  holdTimerExpired: 4,
  finiteStateMachine: 5,
  cease: 6,
  routeRefresh: 7,
  sendHoldTimerExpired: 8,
} as const

/** RFC 4271 §6.1. */
export const headerSubcode = { notSynchronized: 1, badLength: 2, badType: 3 } as const

/** RFC 4271 §6.2, RFC 5492 §5, RFC 9234 §4.2. */
export const openSubcode = {
  unspecific: 0,
  unsupportedVersion: 1,
  badPeerAs: 2,
  badBgpIdentifier: 3,
  unsupportedOptionalParameter: 4,
  unacceptableHoldTime: 6,
  unsupportedCapability: 7,
  roleMismatch: 11,
} as const

/** RFC 4271 §6.3. */
export const updateSubcode = {
  malformedAttributeList: 1,
  unrecognizedWellKnown: 2,
  missingWellKnown: 3,
  attributeFlags: 4,
  attributeLength: 5,
  invalidOrigin: 6,
  invalidNextHop: 8,
  optionalAttribute: 9,
  invalidNetworkField: 10,
  malformedAsPath: 11,
} as const

/** The state in which an unexpected message came (RFC 6608 §3). */
export const fsmSubcode = { openSent: 1, openConfirm: 2, established: 3 } as const

/** RFC 4486 §4, RFC 8538 §3.1, RFC 9384 §3. */
export const ceaseSubcode = {
  maxPrefixes: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  connectionCollision: 7,
  outOfResources: 8,
  hardReset: 9,
  bfdDown: 10,
} as const

/** RFC 7313 §5. */
export const routeRefreshSubcode = { invalidLength: 1 } as const

const subcodesOf: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [errorCode.header]: headerSubcode,
  [errorCode.open]: openSubcode,
  [errorCode.update]: updateSubcode,
  [errorCode.finiteStateMachine]: fsmSubcode,
  [errorCode.cease]: ceaseSubcode,
  [errorCode.routeRefresh]: routeRefreshSubcode,
}

/**
 * What a NOTIFICATION says, as `bad peer AS`; its code alone where the subcode is not known; undefined when neither is.
 */
export function notificationNameOf(code: number, subcode: number): string | undefined {
  const nameOf = (table: Readonly<Record<string, number>>, value: number): string | undefined =>
    Object.keys(table).find((name) => table[name] === value)
  const name = nameOf(subcodesOf[code] ?? {}, subcode) ?? nameOf(errorCode, code)
  const words = name?.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
  return words?.replace(/\b(as|bgp|bfd)\b/, (name) => name.toUpperCase())
}

/** Attribute flags (RFC 4271 §4.3). */
export const attributeFlag = { optional: 0x80, transitive: 0x40, partial: 0x20, extendedLength: 0x10 } as const

/** Path attributes by their RFC. */
export const attributeCode = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  multiExitDisc: 4,
  localPref: 5,
  atomicAggregate: 6,
  aggregator: 7,
  communities: 8,
  originatorId: 9,
  clusterList: 10,
  mpReach: 14,
  mpUnreach: 15,
  extendedCommunities: 16,
  as4Path: 17,
  as4Aggregator: 18,
  tunnelEncapsulation: 23,
  ipv6ExtendedCommunities: 25,
  aigp: 26,
  linkState: 29,
  largeCommunities: 32,
  onlyToCustomer: 35,
  prefixSid: 40,
} as const

/** AS_PATH segment types (RFC 4271 §4.3, RFC 5065 §3). */
export const segmentType = { set: 1, sequence: 2, confedSequence: 3, confedSet: 4 } as const

/** RFC 4271 §4.3. */
export const origin = { igp: 0, egp: 1, incomplete: 2 } as const

/** Well-known communities (RFC 1997, RFC 3765, RFC 9494, RFC 7999). */
export const wellKnownCommunity = {
  noExport: 0xffff_ff01,
  noAdvertise: 0xffff_ff02,
  noExportSubconfed: 0xffff_ff03,
  noPeer: 0xffff_ff04,
  longLivedStale: 0xffff_0006,
  noLongLivedStale: 0xffff_0007,
  blackhole: 0xffff_029a,
} as const

/** Stands for a four-octet AS where only two octets fit (RFC 6793 §9). */
export const asTrans = 23456
