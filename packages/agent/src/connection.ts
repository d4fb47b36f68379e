/**
 * A connection: the one session between this agent and another, whatever addresses it runs over at the moment. What
 * must survive a restart goes into exchanges; streams and datagrams end with the session.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Padding, Peer } from '@vagus/channel'
import type { Gaps } from './gaps.ts'
import type { Service } from './service.ts'

export type PathKind = 'udp' | 'tcp' | 'ws' | 'relay'

export interface Path {
  /** Unique within the connection, never used twice. */
  readonly id: number
  readonly kind: PathKind
  /** As URIs; of a relay path the remote one is the relay's. */
  readonly local: string
  readonly remote: string
  /**
   * `validating`: the other side has not yet shown that it receives there; `alive`; `suspect`: an answer is late, so
   * data goes elsewhere and the path is probed; `dead`: given up, and opened again ever more rarely.
   */
  readonly state: 'validating' | 'alive' | 'suspect' | 'dead'
  /** `standby`: only when no active path is left. */
  readonly status: 'active' | 'standby'
  /** Whether data goes by it now. */
  readonly primary: boolean
  /** Smoothed round trip in milliseconds; `undefined` before the first. */
  readonly rtt: number | undefined
}

export type ConnectionEvent =
  | { readonly event: 'path.opened' | 'path.changed' | 'path.closed'; readonly path: Path }
  /** Data goes another way from now on; `undefined`: by none for the time being. */
  | { readonly event: 'path.switched'; readonly from: Path | undefined; readonly to: Path | undefined }
  /** The other side announced that it will leave the network of `path`. */
  | { readonly event: 'peer.moving'; readonly path: Path }

/** A stream that the other side opened. */
export interface IncomingStream extends Required<Service> {
  readonly stream: Duplex
}

export interface IncomingDatagram {
  readonly protocol: string
  readonly octets: Uint8Array
}

export interface Connection {
  readonly peer: Peer
  /** Key agreement, cipher and hash: `25519+MLKEM768_AESGCM_SHA256`. */
  readonly suite: string
  /** Of this side, in what began the session. */
  readonly role: 'initiator' | 'responder'
  /** `ticket`: resumed, without a handshake. */
  readonly how: 'handshake' | 'ticket'
  /** Of what this side sends. */
  readonly padding: Padding
  /** Milliseconds since 1970. */
  readonly since: number
  /** A stream with back pressure both ways; it ends, and errors with `AgentError` when the connection is closed. */
  openStream(service: Service): Duplex
  /** Streams of `protocol` that the other side opens; at most 256 wait, more are refused. */
  streams(protocol: string): AsyncIterableIterator<IncomingStream, undefined>
  /** Sent once at the next chance, or dropped when `deadline` (milliseconds from now) is over. `false`: no room. */
  sendDatagram(octets: Uint8Array, service: Service & { readonly deadline?: number }): boolean
  /** Those of `protocol`; at most 1,024 wait, then the oldest goes. */
  datagrams(protocol: string): AsyncIterableIterator<IncomingDatagram, undefined>
  /** The most that fits a datagram on the paths of now. */
  readonly maxDatagramOctets: number
  paths(): readonly Path[]
  /** An answer is late on every path. */
  readonly isSilent: boolean
  /** How often data went another way than before. */
  readonly moves: number
  readonly gaps: Gaps
  /** Streams of both sides that are not over. */
  readonly streamCount: number
  events(): AsyncIterableIterator<ConnectionEvent, undefined>
  /** Fulfilled when the session is over, with why; the next `connect` makes another one. */
  readonly closed: Promise<string>
  close(): Promise<void>
}
