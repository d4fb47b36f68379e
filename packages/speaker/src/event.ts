/** What a speaker tells without being asked. @module */
import type { FamilyName, PathAttributes, SessionState } from '@vagus/bgp'

export type SpeakerEvent =
  | PeerEvent
  | EndOfRibEvent
  | RoutesEvent
  | NlriEvent
  | FaultEvent
  | RefusedEvent
  | BmpEvent
  | FailureEvent

/** A peer's session changed its state; that it ended is told before the routes that go with it. */
export interface PeerEvent {
  readonly type: 'peer'
  readonly peer: string
  readonly state: SessionState
  /** In `established`: what was negotiated. */
  readonly session?: SessionFacts
  /** When it was established before, or an attempt failed: why it ended, as a sentence. */
  readonly reason?: string
}

export interface SessionFacts {
  readonly way: 'dialled' | 'accepted'
  readonly localAddress: string
  readonly remoteAddress: string
  readonly peerAs: number
  readonly peerIdentifier: string
  /** Seconds. */
  readonly holdTime: number
  /** In `peers()` without those that ended since (RFC 7606 §2). */
  readonly families: readonly FamilyName[]
  /** Codes that are not known to this speaker, byte for byte: experimental ones. */
  readonly capabilities: readonly { readonly code: number; readonly value: Uint8Array }[]
  readonly gracefulRestart: 'negotiated' | 'none'
  readonly refresh: 'none' | 'plain' | 'enhanced'
  /** Octets of the longest message. */
  readonly maxLength: number
}

/** All initial routes of a family are there (RFC 4724 §2). */
export interface EndOfRibEvent {
  readonly type: 'end-of-rib'
  readonly peer: string
  readonly family: FamilyName
}

/**
 * Watched routes that changed: only the last state of each, at most 500 in one event. Of a table that came over BMP,
 * `peer` is its name, as `bmp/10.0.0.1/10.1.0.2/pre-policy`.
 */
export interface RoutesEvent {
  readonly type: 'routes'
  readonly peer: string
  readonly changes: readonly RouteChange[]
}

export interface RouteChange {
  /** As `198.18.0.0/24`. */
  readonly prefix: string
  /** What the peer says now: none when it was withdrawn; several only with ADD-PATH. */
  readonly paths: readonly PathState[]
}

export interface PathState {
  readonly attributes: PathAttributes
  readonly pathId?: number
  /** The peer went away and has not repeated the route (RFC 4724). */
  readonly stale?: 'yes'
}

/** NLRI of BGP-LS or flow specifications that changed: always told. */
export interface NlriEvent {
  readonly type: 'nlri'
  readonly peer: string
  readonly family: FamilyName
  readonly changes: readonly NlriChange[]
}

export interface NlriChange {
  /** One NLRI, byte for byte; `decodeLinkStateNlri` reads it. */
  readonly nlri: Uint8Array
  /**
   * Its attributes byte for byte, absent when it was withdrawn: `attributesOfBlock` reads all, `attributeOfBlock` the value
   * of one, such as the BGP-LS attribute.
   */
  readonly block?: Uint8Array
}

/** An UPDATE with faults (RFC 7606), and what was done with it: one a second of each peer at most, and each end of a family. */
export interface FaultEvent {
  readonly type: 'fault'
  readonly peer: string
  readonly treatment: string
  readonly problems: readonly string[]
}

/** The thread of the speaker ended by itself: every session is cut, and no call is answered any more. */
export interface FailureEvent {
  readonly type: 'failure'
  readonly problem: string
}

/** What happened to a router that tells over BMP; `peer` is the one that it told about. */
export interface BmpEvent {
  readonly type: 'bmp'
  /** Address of the router. */
  readonly router: string
  readonly event: 'connected' | 'closed' | 'peer-up' | 'peer-down' | 'end-of-rib' | 'problem'
  readonly peer?: string
  /** With `problem`: the first of each connection is told, the others are counted. */
  readonly problem?: string
}

/** A connection that was closed at once. An address is told once a minute at most, and of 100 addresses at most. */
export interface RefusedEvent {
  readonly type: 'refused'
  readonly address: string
  readonly problem: string
  /** How many there were from this address since the last event about it. */
  readonly count: number
}
