/**
 * Line.Part: an agent asks the one beside another router to hold its part of one path of a private line for a while. A path
 * has a number of its own, so that a line moves by a second path that is there before the first one goes. Each end of a path
 * has a locator, BLOCK:NODE:NUMBER::/64, to which every router of the path has a route and for which it has a class of its own:
 *
 *   hold    at every router: the routes, and what is kept free for them on the links; at the ends also their SIDs
 *   steer   at the ends, once every router holds: what is to go into the path
 *
 * There is nothing to bargain about: the responder accepts, or declines and says what is free.
 * @module
 */
import type { Header } from './header.ts'

export interface LineOffer {
  readonly header: Header
  /** 16 octets: the same from prepare to release. A hold and a steer of one path are two plans. */
  readonly planId: Uint8Array
  /** Of the path, 1..65,535. */
  readonly number: number
  /** Null releases; a dry run with it asks how the plan stands. */
  readonly part: LineHold | LineSteer | null
  /** Milliseconds from the accept; then the responder takes its part back by itself. */
  readonly leaseMs: number
  /** In offers of the responder. */
  readonly measured?: LineMeasured
}

export interface LineHold {
  readonly type: 'hold'
  /** One for each direction in which this router sends. */
  readonly transmits: readonly LineTransmit[]
  /** At an end of the path. */
  readonly end?: LineEnd
}

export interface LineTransmit {
  /** Of this router, towards the next one. */
  readonly interface: string
  /** Locator of the end that it leads to: an IPv6 prefix of 64 bits, as text. */
  readonly towards: string
  /** Kept free, on the wire: with the outer header. */
  readonly bitsPerSecond: number
}

export interface LineEnd {
  /** Locator of this end; its SIDs are `::4` (End.DX4) and `::6` (End.DX6), and `::a` answers probes (RFC 8762). */
  readonly locator: string
  /** Of the other end, to which probes go. */
  readonly remote: string
  /** To which packets go that leave the path here. */
  readonly interface: string
}

export interface LineSteer {
  readonly type: 'steer'
  /** Packets count that come in here, from one of `from` to one of `to`. */
  readonly interface: string
  /** Prefixes as text. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Locator of the end that they go to. */
  readonly remote: string
}

/** Since the plan was accepted. */
export interface LineMeasured {
  /** Of a hold, for each of `transmits`. */
  readonly sent?: readonly { readonly octets: number; readonly packets: number; readonly dropped: number }[]
  /** At an end: probes since the plan was accepted, and round trips of the last minute, microseconds; null: none came back. */
  readonly probes?: {
    readonly sent: number
    readonly lost: number
    readonly p50: number | null
    readonly p99: number | null
  }
  /** Of a steer: false while probes are lost; packets then go the way that they go without the line. */
  readonly steered?: boolean
}
