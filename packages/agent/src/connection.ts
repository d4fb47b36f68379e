/**
 * A connection: the one session between this agent and another, over whatever addresses it currently runs. What must
 * survive a restart belongs in exchanges; streams and datagrams end with the session.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Padding, Peer, TrafficClass } from '@vagus/channel'
import type { RadioStatus } from './energy/radios.ts'
import type { Gaps } from './gaps.ts'
import type { Carried } from './link/carried.ts'
import type { Moving } from './link/moving.ts'
import type { Traversal } from './nat/traversal.ts'
import type { Service } from './service.ts'

export type PathKind = 'udp' | 'tcp' | 'ws' | 'relay'

export interface Path {
  /** Unique within the connection, never used twice. */
  readonly id: number
  readonly kind: PathKind
  /** As URIs. The remote address of a relay path is that of the relay. */
  readonly local: string
  readonly remote: string
  /**
   * `validating`: the peer has not shown yet that it receives there; `alive`; `suspect`: an answer is late, so data
   * moved elsewhere and the path is probed; `dead`: given up, and reopened less and less often.
   */
  readonly state: 'validating' | 'alive' | 'suspect' | 'dead'
  /** `standby`: used only if no active path is left. */
  readonly status: 'active' | 'standby'
  /** Whether data goes by it now. */
  readonly primary: boolean
  /** Smoothed round trip in milliseconds; `undefined` before the first measurement. */
  readonly rtt: number | undefined
  /** What the radio under it took, if it is to sleep, for all sessions over it. */
  readonly radio?: RadioStatus | undefined
  /** The URI at which others see `local`: there is a NAT between. */
  readonly mapped?: string
  /** The HTTP proxy that it goes through, `HOST:PORT`. */
  readonly proxy?: string
}

export type ConnectionEvent =
  | { readonly event: 'path.opened' | 'path.changed' | 'path.closed'; readonly path: Path }
  /** Data goes another way from now on; by none for the time being if `undefined`. */
  | { readonly event: 'path.switched'; readonly from: Path | undefined; readonly to: Path | undefined }
  /** The other side announced that it will leave the network of `path`. */
  | { readonly event: 'peer.moving'; readonly path: Path }
  /** Nothing came for so long although an answer was late, and then something came again. Milliseconds. */
  | { readonly event: 'gap'; readonly milliseconds: number }
  /** The other side said that it will change the network, when, and what to expect. */
  | { readonly event: 'peer.will-move'; readonly moving: Moving }

/** A stream opened by the other side. */
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
  /** The role of this side in the handshake or the resumption. */
  readonly role: 'initiator' | 'responder'
  /** `ticket`: resumed, without a handshake. */
  readonly how: 'handshake' | 'ticket'
  /** Padding of what this side sends. */
  readonly padding: Padding
  /** Milliseconds since 1970. */
  readonly since: number
  /** 16 hexadecimal digits that follow from the keys of the session: the same at both ends, in no other session (RFC 5056). */
  readonly binding: string
  /** A stream with back pressure in both directions. It fails with `AgentError` when the connection closes. */
  openStream(service: Service): Duplex
  /** Streams of `protocol` opened by the other side. At most 256 wait; further ones are refused. */
  streams(protocol: string): AsyncIterableIterator<IncomingStream, undefined>
  /**
   * Sent once as soon as possible, or dropped after `deadline` (milliseconds from now). `false` if there is no room.
   */
  sendDatagram(octets: Uint8Array, service: Service & { readonly deadline?: number }): boolean
  /** Datagrams of `protocol`. At most 1,024 wait; then the oldest is dropped. */
  datagrams(protocol: string): AsyncIterableIterator<IncomingDatagram, undefined>
  /** Maximum octets of a datagram on the current paths. */
  readonly maxDatagramOctets: number
  paths(): readonly Path[]
  /** An answer is late on every path. */
  readonly isSilent: boolean
  /** While one of both has announced a change of network that is not over: what is silent meanwhile is not lost. */
  readonly moving: Moving | undefined
  /** How a direct path was looked for, while the first ones led through a relay; `undefined`: it was not. */
  readonly traversal: Traversal | undefined
  /** How often data has moved to another path. */
  readonly moves: number
  readonly gaps: Gaps
  /** Open streams by their class, of both sides. */
  readonly streamsByClass: ReadonlyMap<TrafficClass, number>
  /** What it sent and received since `since`, without the headers of UDP, TCP or a relay. */
  readonly carried: Carried
  /** Open streams of both sides. */
  readonly streamCount: number
  events(): AsyncIterableIterator<ConnectionEvent, undefined>
  /** Fulfilled with the reason when the session ends. The next `connect` opens a new one. */
  readonly closed: Promise<string>
  close(): Promise<void>
}
