/** What the operator decides about a speaker and its peers. @module */
import type { Capability, FamilyName, SessionTimers } from '@vagus/bgp'

export interface Endpoint {
  readonly address: string
  /** 0 lets the kernel choose. */
  readonly port: number
}

export interface SpeakerOptions {
  readonly as: number
  /** The BGP identifier, written as an IPv4 address (RFC 6286). */
  readonly identifier: string
  /** Where connections are accepted; none unless given. `::` takes IPv6 alone. */
  readonly listen?: readonly Endpoint[]
  readonly peers?: readonly PeerOptions[]
  /**
   * `restarted`: this start follows a restart, and peers that kept our routes are told so (RFC 4724 §4.1). End-of-RIB
   * waits for `Speaker.converged`, at most `deferral` milliseconds (default 60,000), so that routes which the agent
   * announces again are never missing.
   */
  readonly start?: 'fresh' | 'restarted'
  readonly deferral?: number
  /** `off`: no best routes are chosen over all peers, and `routes` of the Loc-RIB has none. Default `on`. */
  readonly locRib?: 'on' | 'off'
  /**
   * Connections that peers open are read by turns, one so many milliseconds behind the other: `perPeer` for each peer that
   * there is, `most` at most. For many peers that each say little; costs that much of delay. Where the result is below
   * 5, or native calls do not work, each is read as its octets come, as without this option.
   */
  readonly turns?: { readonly perPeer: number; readonly most: number }
  /** The BMP station (RFC 7854); see `BmpOptions`. */
  readonly bmp?: BmpOptions
}

export interface PeerOptions {
  /** How calls and events name the peer: unique. */
  readonly name: string
  /** IPv4 or IPv6 address of the peer. */
  readonly address: string
  /** Where the peer listens: 179 unless given. */
  readonly port?: number
  /** Our address towards the peer; the kernel chooses unless given. */
  readonly localAddress?: string
  readonly as: number
  /** Ours towards this peer, where it is not that of the speaker. */
  readonly localAs?: number
  /** Calls can name the group in place of each peer. */
  readonly group?: string
  /** `active` (default) dials and listens, `passive` only listens. */
  readonly mode?: 'active' | 'passive'
  /** Seconds: 0 or 3..65535; 90 unless given. */
  readonly holdTime?: number
  readonly families: readonly FamilyName[]
  /** Offered in our OPEN besides, byte for byte: experimental ones. */
  readonly capabilities?: readonly (Capability & { readonly type: 'unknown' })[]
  /** Keeps the peer's routes while it restarts, and asks it to keep ours. `restartTime`: 0..4095 seconds. */
  readonly gracefulRestart?: { readonly restartTime: number; readonly notification?: 'on' | 'off' }
  /** ADD-PATH of IPv4 and IPv6 unicast: several paths of one prefix are received (RFC 7911). Default `off`. */
  readonly addPath?: 'receive' | 'off'
  readonly extendedMessages?: 'on' | 'off'
  /** What we are to the peer (RFC 9234). `strict`: a peer that does not say its role is refused. */
  readonly role?: RoleName
  readonly roleMode?: 'strict' | 'lenient'
  /** TCP-MD5 (RFC 2385), 1..80 octets. Needs Linux and koffi. */
  readonly password?: string
  /** GTSM (RFC 5082): the peer is at most so many hops away, 1..254. Needs Linux and koffi. */
  readonly ttlSecurity?: number
  /** Routes of one family; one more ends the session with Cease 6/1 (RFC 4486). */
  readonly maxPrefixes?: number
  /** Which IPv4 and IPv6 routes of the peer are told as they change: all, none (default) or these prefixes. */
  readonly watch?: Watch
  readonly timers?: Partial<SessionTimers>
}

/** Prefixes, each alone, or with `+` behind it all that are inside. */
export type Watch = 'all' | 'none' | readonly string[]

export type RoleName = 'provider' | 'route-server' | 'route-server-client' | 'customer' | 'peer'

export interface BmpOptions {
  readonly listen: readonly Endpoint[]
  /** Routers that may connect, by address; every one when it is not given. */
  readonly routers?: readonly string[]
  /** Which routes are told as they change, of every router: as for a peer. */
  readonly watch?: Watch
}
