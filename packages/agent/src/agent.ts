/** An agent: one identity, its sockets, its connections and its journal. @module */
import type { Credentials, DhKey, Peer, Suite, TrafficClass } from '@vagus/channel'
import type { AgentId, Signer } from '@vagus/identity'
import type { Proxy } from '@vagus/transport'
import type { Admission } from './admission.ts'
import type { Connection } from './connection.ts'
import type { EnergyOptions } from './energy/energy-options.ts'
import type { CallOptions, Exchange, ExchangeHandler } from './exchange.ts'
import type { Lookup } from './lookup.ts'
import type { RelayPlace } from './relay/relay-client.ts'

/** The identity of this agent. The document names the key of `static`. */
export interface OwnIdentity extends Credentials {
  readonly static: DhKey
  /** Signs statements of the agent outside its sessions. */
  readonly signer: Signer
}

/** Where exchanges are kept. `memory`: they survive everything but the end of the process. */
export type JournalPlace =
  | 'memory'
  | {
      readonly folder: string
      /**
       * `process` (default): kill -9 loses nothing; a power failure is detected and reported as a gap. `power`: neither
       * loses anything, but each commit waits for the disk.
       */
      readonly durability?: 'process' | 'power'
    }

export interface AgentOptions {
  readonly identity: OwnIdentity
  readonly lookup: Lookup
  /** Default `memory`. */
  readonly journal?: JournalPlace
  /**
   * URIs to listen at: `udp://0.0.0.0:0`, `tcp://[::]:7601`, `ws://127.0.0.1:8080/vagus`. Default none: only outgoing
   * connections.
   */
  readonly listen?: readonly string[]
  /** Names of relays, as `lookup` knows them. Used when nothing else gets through, and to be reachable behind a NAT. */
  readonly relays?: readonly string[]
  /** For TCP and WebSockets; `proxyOf(process.env)` is that of HTTPS_PROXY and NO_PROXY. Default none. */
  readonly proxy?: Proxy | undefined
  /**
   * Whether a direct path is looked for beside one through a relay: both ends tell each other where relays see them, and
   * send small packets there. Default `punch`.
   */
  readonly traversal?: 'punch' | 'never'
  /** Default: only the hybrid suite. */
  readonly suites?: readonly Suite[]
  /** `never`: each session starts with a full handshake, so that no memory holds secrets of a later session. */
  readonly resumption?: 'tickets' | 'never'
  /**
   * Roles, from the documents of peers, for which packets are padded so that their lengths reveal less; `*` means any role.
   * Each side pads what it sends. Default none.
   */
  readonly padFor?: readonly string[]
  /**
   * The lengths for these: `padme` adds at most 12 %; with `classes` packets over UDP have one of three (96, 600, 1,200
   * octets), and short ones become several times as long. Default `padme`.
   */
  readonly padTo?: 'padme' | 'classes'
  /**
   * Whether packets have the code point of the service of their content (`@vagus/qos`), asked again and again. All packets
   * of a path have one at a time, that of its most urgent content. Default `off`: networks may treat marked packets worse.
   */
  readonly marks?: () => 'on' | 'off'
  /**
   * The most urgent class in which this agent answers exchanges of that peer, however urgent the peer says they are; the
   * handler may `treat` them otherwise. Default: as the peer says.
   */
  readonly answersIn?: (peer: Peer) => TrafficClass
  /**
   * Maximum concurrent sessions opened by others. A further one ends the oldest of them without streams, or else the
   * oldest; its agent reconnects when it has something to send, and its exchanges continue. Default 10,000.
   */
  readonly maxIncoming?: number
  /** Default: whoever proves an identity. */
  readonly admission?: Admission
  /** Names of networks for local addresses, for planned moves: `{ wifi: 'wlan0', '5g': '10.45.0.0/16' }`. */
  readonly networks?: { readonly [network: string]: string }
  /**
   * Networks whose radios are to sleep: there, telemetry, bulk and keepalives wait for each other. Default none: everything
   * is sent at once.
   */
  readonly energy?: EnergyOptions
}

/** A planned change of network, announced before it happens. */
export interface Move {
  /** The network to leave and the one to move to, names of `networks`; either may be omitted. */
  readonly from?: string
  readonly to?: string
  /** Milliseconds since 1970. Default: now. */
  readonly at?: number
  /** Milliseconds for which nothing may get through. Default 0: the new network is there before the old one goes. */
  readonly gap?: number
}

export interface Agent {
  readonly id: AgentId
  /** The listening sockets with their actual ports, and the agent's addresses at relays: for use in locators. */
  addresses(): readonly string[]
  /**
   * Its `relays` by name, each with the address there, or the reason why there is none now. Failed ones are tried
   * again.
   */
  relays(): ReadonlyMap<string, RelayPlace>
  /**
   * The connection with the agent of that name: the current one, or a new one over the address that answers first.
   * @throws {AgentError} `unknown-agent`, `unreachable`, `wrong-peer`, `other-version`, `refused` if one of the two does
   * not admit the other; the reason of `signal`
   */
  connect(name: string, options?: { readonly signal?: AbortSignal }): Promise<Connection>
  /** The current connections, then each new one, including those opened by others. Every iterator gets all of them. */
  connections(): AsyncIterableIterator<Connection, undefined>
  /** The current connections. */
  connected(): readonly Connection[]
  /**
   * Starts an exchange. Fulfilled once it is in the journal: from then on it is executed at most once, and exactly once
   * if the other side can be reached before the retention of either journal ends. Does not wait for the network.
   * An agent that is away is waited for; `problem` of the exchange says why.
   * @throws {AgentError} `limit` if the journal is full; the reason of `signal` if it has aborted: nothing was begun
   */
  call(name: string, options: CallOptions): Promise<Exchange>
  /** Our open calls, including those from before a restart. */
  exchanges(): readonly Exchange[]
  /** Handles the exchanges of `protocol` from now on. */
  serve(protocol: string, handler: ExchangeHandler): void
  /**
   * Tells all peers at once. Opens paths over the new network, lets both carry, and leaves the old one at `at`. Fulfilled when nothing more goes
   * by the old network.
   * @throws {NoSuchNetworkError} if this host has no address of the new network by then; nothing was left
   */
  announceMove(move: Move): Promise<void>
  /** Checks for changed addresses now, without waiting for the kernel's next notification. */
  networkChanged(): void
  /**
   * Asks `admission` again about every other agent, and looks up every name anew. Connections with those that are refused
   * now close at once, and what was under way with them ends with `refused`, here and there, also if the other side would
   * rather go on. Nothing more is sent to them. Once they are admitted again, the next call works.
   */
  judge(): void
  /** Presents a new document (a rotated key, new locators) from now on. */
  renew(identity: OwnIdentity): void
  /** Closes everything in any case. @throws the disk's error if the last changes cannot be stored */
  close(): Promise<void>
}
