/** The calls of a speaker, as both threads know them. @module */
import type { BmpRib, FamilyName, Parting, PathAttributes, SessionState } from '@vagus/bgp'
import type { NlriChange, PathState, SessionFacts } from './event.ts'
import type { PeerOptions, Watch } from './options.ts'

/** Which peers a call means; of `peers` those that there are. */
export type Target =
  | 'all'
  | { readonly peer: string }
  | { readonly peers: readonly string[] }
  | { readonly group: string }

/**
 * Routes to announce. What is missing of the attributes is filled in for each peer: `origin` IGP, `asPath` empty to
 * internal peers and our AS to external ones, the next hop our address of the session, `localPref` 100 to internal
 * peers, `onlyToCustomer` our AS where our role wants it (RFC 9234 §5). What is given goes out as it is, but LOCAL_PREF
 * never goes to an external peer.
 */
export type Announcement =
  | {
      /** As `198.18.0.0/24`; IPv4 and IPv6 may be mixed. */
      readonly prefixes: readonly string[]
      readonly attributes?: PathAttributes
      /** 16 octets, or 32 with the link-local address behind, for IPv6 prefixes. */
      readonly nextHop6?: Uint8Array
    }
  | {
      readonly family: FamilyName
      /** One NLRI each, as `encodeLinkStateNlri` writes it. */
      readonly nlri: readonly Uint8Array[]
      readonly attributes?: PathAttributes
      readonly telemetry?: TelemetryPart
    }

/**
 * Which part of the telemetry profile is announced. A peer that does not take it in by its capability
 * (draft-vagus-idr-telemetry §3.1) gets the attributes `otherwise`, or nothing where there are none.
 */
export interface TelemetryPart {
  readonly part: 'links' | 'views'
  readonly otherwise?: PathAttributes
}

export type Withdrawal =
  | { readonly prefixes: readonly string[] }
  | { readonly family: FamilyName; readonly nlri: readonly Uint8Array[] }

export interface PeerStatus {
  readonly name: string
  readonly address: string
  readonly as: number
  readonly group?: string
  readonly state: SessionState
  /** Milliseconds since 1970 of the last change of state. */
  readonly since: number
  readonly session?: SessionFacts
  /** Why the session ended last. */
  readonly lastReason?: string
  /** Sessions that ended. */
  readonly flaps: number
  /** Prefixes or NLRI by family: received, and announced by us. */
  readonly received: Readonly<Partial<Record<FamilyName, number>>>
  readonly announced: Readonly<Partial<Record<FamilyName, number>>>
  /** Routes that we have for the peer and cannot send: their attributes fit no message, or no next hop is known. */
  readonly unsendable: number
  readonly messagesIn: number
  readonly messagesOut: number
  /** UPDATE messages with faults. */
  readonly faults: number
}

/** Which table. `adj-in` and `adj-out` are of a peer, `loc-rib` is of all; `bmp` is one that a router sent over BMP. */
export type TableName =
  | { readonly table: 'adj-in' | 'adj-out'; readonly peer: string }
  | { readonly table: 'loc-rib' }
  | { readonly table: 'bmp'; readonly router: string; readonly peer: string; readonly rib: BmpRibName }

export type BmpRibName = BmpRib

/** A router that is connected over BMP. */
export interface BmpRouterStatus {
  readonly address: string
  /** As the router says of itself (sysName, sysDescr). */
  readonly name?: string
  readonly description?: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly messages: number
  readonly faults: number
  readonly peers: readonly BmpPeerStatus[]
}

export interface BmpPeerStatus {
  /** As table names have it: the address, with the distinguisher in front where there is one. */
  readonly name: string
  readonly as: number
  readonly state: 'up' | 'down'
  readonly prefixes: Readonly<Partial<Record<BmpRibName, number>>>
  /** By the type of RFC 7854 §4.8. */
  readonly counters: Readonly<Record<string, bigint>>
}

export interface RouteQuery {
  readonly of: TableName
  readonly family: 'ipv4-unicast' | 'ipv6-unicast'
  /** Only this prefix, those inside it, or the ones that cover it. */
  readonly prefix?: string
  readonly match?: 'exact' | 'inside' | 'covering'
  /** Routes at most, 1..10,000; 100 unless given. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: number
}

export interface RoutePage {
  readonly routes: readonly TableRoute[]
  /** Prefixes in the table. */
  readonly total: number
  /** Where the next page begins; absent on the last. A table that changes meanwhile may show a route twice or not. */
  readonly next?: number
}

export interface TableRoute {
  readonly prefix: string
  readonly paths: readonly PathState[]
  /** Of the Loc-RIB: the peer whose route is best. */
  readonly peer?: string
}

export interface DiffQuery {
  readonly before: TableName
  readonly after: TableName
  readonly family: 'ipv4-unicast' | 'ipv6-unicast'
  /** Differences at most, 1..10,000; 100 unless given. */
  readonly limit?: number
}

export interface TableDiff {
  readonly differences: readonly RouteDifference[]
  /** All of them, or as many as were looked for. */
  readonly total: number
}

export interface RouteDifference {
  readonly prefix: string
  readonly before?: PathAttributes
  readonly after?: PathAttributes
}

/** What can be asked of the thread: arguments and answer by name. */
export interface Calls {
  announce: [readonly [to: Target, routes: Announcement], void]
  withdraw: [readonly [to: Target, routes: Withdrawal], void]
  relay: [readonly [to: Target, messages: Uint8Array], readonly string[]]
  refresh: [readonly [peer: string, family: FamilyName], 'asked' | 'not negotiated' | 'not established']
  watch: [readonly [peer: string, watch: Watch], void]
  addPeer: [readonly [options: PeerOptions], void]
  removePeer: [readonly [peer: string], void]
  reset: [readonly [peer: string], void]
  converged: [readonly [], void]
  peers: [readonly [], readonly PeerStatus[]]
  routes: [readonly [query: RouteQuery], RoutePage]
  nlri: [readonly [peer: string, family: FamilyName], readonly NlriChange[]]
  bmp: [readonly [], readonly BmpRouterStatus[]]
  diff: [readonly [query: DiffQuery], TableDiff]
  /**
   * Ends every session: `for good`, unless given, so that all peers forget our routes at once; `to restart` so that those
   * with graceful restart keep them for the restart time (Cease 6/4 with RFC 8538, else nothing is said).
   */
  close: [readonly [parting?: Parting], void]
}
