/** A route with a socket behind it, and who hears what arrives by it. @module */
import type { Route } from '@vagus/channel'

export interface HostRoute extends Route {
  readonly transport: 'udp' | 'tcp' | 'ws' | 'relay'
  /** URIs, for people. */
  readonly local: string
  readonly remote: string
  /** Address and port that a cookie is bound to; `proven` where the transport has shown that somebody receives there. */
  readonly source: Uint8Array | 'proven'
  /** Gives a packet to the kernel, or drops it where that is full or the route is closed. Never throws. */
  send(packet: Uint8Array): void
  /**
   * A session uses it. Of connections and circuits that others opened, one that none uses within ten seconds is closed; where
   * many share a socket, those that none uses are forgotten first.
   */
  readonly used?: () => void
  close(): void
}

export interface RouteReceiver {
  /** A whole packet; one of a session (`isOfSession`) only until this returns, others for good. */
  packet(route: HostRoute, packet: Uint8Array): void
  /** The socket takes packets again. */
  drained(route: HostRoute): void
  /** The connection broke, or the address under it is gone. */
  closed(route: HostRoute, reason: string): void
}

/** A socket that others reach. */
export interface Endpoint {
  /** With the port that it has. */
  readonly uri: string
  close(): Promise<void>
}

/** What an octet costs on each transport; equal, so that bulk takes TCP and everything else the path that is quicker. */
export const routeCost = { udp: 1, tcp: 1, ws: 1, relay: 4 } as const
