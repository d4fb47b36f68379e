/** A route with a socket behind it, and the receiver of what arrives on it. @module */
import type { Radio, Route } from '@vagus/channel'

export interface HostRoute extends Route {
  readonly transport: 'udp' | 'tcp' | 'ws' | 'relay'
  /** URIs for display. */
  readonly local: string
  readonly remote: string
  /** The URI at which others see `local`, through a NAT; `undefined`: not known, or the same. */
  readonly mapped?: string | undefined
  /** The HTTP proxy on the way, `HOST:PORT`. */
  readonly proxy?: string | undefined
  /**
   * The address and port that a cookie is bound to; `proven` if the transport has shown that the peer receives there.
   */
  readonly source: Uint8Array | 'proven'
  /** Those that use it, kept by the agent; `undefined`: nobody. */
  users?: readonly unknown[] | undefined
  /** Set by the agent, if the radio under the route is to sleep. */
  radio?: Radio | undefined
  /**
   * Gives a packet to the kernel, or drops it if the kernel is full or the route is closed. Never throws.
   * @param dscp code point of its IP packets, 0..63 (RFC 2474 §3); default 0. UDP and TCP have it where the kernel allows,
   * on TCP also what still waits there; a WebSocket and a relay do not
   */
  send(packet: Uint8Array, dscp?: number): void
  /**
   * Called when a session starts to use the route. A connection or circuit opened by others is closed if no session
   * uses it within ten seconds. Where many routes share a socket, the unused ones are forgotten first.
   */
  readonly used?: () => void
  close(): void
}

export interface RouteReceiver {
  /** A whole packet. One of a session (`isOfSession`) is valid only until this returns, others permanently. */
  packet(route: HostRoute, packet: Uint8Array): void
  /** The socket takes packets again. */
  drained(route: HostRoute): void
  /** The connection broke, or its local address is gone. */
  closed(route: HostRoute, reason: string): void
}

/** A socket that others can reach. */
export interface Endpoint {
  /** With the actual port. */
  readonly uri: string
  close(): Promise<void>
}

/** Cost per octet of each transport. The direct ones are equal, so that bulk takes TCP and everything else UDP. */
export const routeCost = { udp: 1, tcp: 1, ws: 1, relay: 4 } as const
