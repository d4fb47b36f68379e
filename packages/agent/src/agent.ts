/** An agent: one identity, its sockets, its connections and its journal. @module */
import type { Credentials, DhKey, Suite } from '@vagus/channel'
import type { AgentId, Signer } from '@vagus/identity'
import type { Connection } from './connection.ts'
import type { CallOptions, Exchange, ExchangeHandler } from './exchange.ts'
import type { Lookup } from './lookup.ts'
import type { RelayPlace } from './relay/relay-client.ts'

/** Who this agent is. The document names the key of `static`. */
export interface OwnIdentity extends Credentials {
  readonly static: DhKey
  /** Signs what the agent says beyond its sessions. */
  readonly signer: Signer
}

/** Where exchanges survive. `memory`: everything but the end of the process. */
export type JournalPlace =
  | 'memory'
  | {
      readonly folder: string
      /**
       * `process` (default): kill -9 loses nothing, and a power failure is noticed and said as a gap. `power`: neither
       * loses anything, and each commit waits for the disk.
       */
      readonly durability?: 'process' | 'power'
    }

export interface AgentOptions {
  readonly identity: OwnIdentity
  readonly lookup: Lookup
  /** Default `memory`. */
  readonly journal?: JournalPlace
  /**
   * URIs to be reached at: `udp://0.0.0.0:0`, `tcp://[::]:7601`, `ws://127.0.0.1:8080/vagus`. Default none: only
   * outgoing.
   */
  readonly listen?: readonly string[]
  /** Names of relays, as `lookup` knows them: used when nothing else gets through, and to be reached behind a NAT. */
  readonly relays?: readonly string[]
  /** Default the hybrid suite alone. */
  readonly suites?: readonly Suite[]
  /** `never`: each session begins with a whole handshake, so that no memory holds secrets of a later one. */
  readonly resumption?: 'tickets' | 'never'
  /**
   * Roles of others, by their documents, to whom the lengths of packets tell little (PADMÉ, 12 % more at most); `*`:
   * any role. Each side pads what it sends. Default none.
   */
  readonly padFor?: readonly string[]
  /**
   * Sessions that others began, at once. One more ends the oldest of them without streams, or else the oldest; its
   * agent comes back when it has something to say, and its exchanges go on. Default 10,000.
   */
  readonly maxIncoming?: number
  /** Names of networks for local addresses, for planned moves: `{ wifi: 'wlan0', '5g': '10.45.0.0/16' }`. */
  readonly networks?: { readonly [network: string]: string }
}

/** A plan to change the network, told before it happens. */
export interface Move {
  /** The network to leave and the one to go to, names of `networks`; either may be left out. */
  readonly from?: string
  readonly to?: string
  /** Milliseconds since 1970; default now. */
  readonly at?: number
}

export interface Agent {
  readonly id: AgentId
  /** The sockets it listens on, ports filled in, and its places at relays: what to put into locators. */
  addresses(): readonly string[]
  /** Its `relays` by name, each with the address there or with why there is none now; it is tried again. */
  relays(): ReadonlyMap<string, RelayPlace>
  /**
   * The connection with the agent of that name: the present one, or a new one over whatever address answers first.
   * @throws {AgentError} `unknown-agent`, `unreachable`, `wrong-peer`; the reason of `signal`
   */
  connect(name: string, options?: { readonly signal?: AbortSignal }): Promise<Connection>
  /** Those there are now, then each that comes up, also those that others opened. Every iterator sees all. */
  connections(): AsyncIterableIterator<Connection, undefined>
  /** Those there are now. */
  connected(): readonly Connection[]
  /**
   * Begins an exchange. Fulfilled once it is in the journal: from then on it is executed at most once, and exactly once
   * if the other side can be reached before either journal's time is over. It does not wait for the network.
   * @throws {AgentError} `limit` when the journal is full
   */
  call(name: string, options: CallOptions): Promise<Exchange>
  /** The caller's exchanges that are not over, also those of before a restart. */
  exchanges(): readonly Exchange[]
  /** Answers the exchanges of `protocol` from now on. */
  serve(protocol: string, handler: ExchangeHandler): void
  /**
   * Opens paths over the network to go to, lets both carry, and leaves the old one when `at` has come. Fulfilled when
   * nothing more goes by it.
   * @throws {NoSuchNetworkError} when this host has no address of the network to go to by then; nothing was left
   */
  announceMove(move: Move): Promise<void>
  /** Looks for changed addresses now instead of at the next notice of the kernel. */
  networkChanged(): void
  /** Shows another document (a rotated key, new locators) from now on. */
  renew(identity: OwnIdentity): void
  /** Everything is closed in any case. @throws what the disk says when the last changes cannot be kept */
  close(): Promise<void>
}
