/** What an instance needs from the network: links with neighbours, multicasts, connections. @module */
import type { Locator, NetworkEvent, Peer } from '@vagus/grasp'

export interface Network {
  /** An address of this node, unique among those it speaks to; 4 or 16 octets. */
  readonly address: Uint8Array
  /** Its one port. */
  readonly port: number
  /** Where it is reached when that is not `address` and `port` over TCP. */
  readonly locator?: Locator
  /** What happens from now on goes to `tell`. */
  start(tell: (event: NetworkEvent) => void): void
  /** To every neighbour on the interface. Lost when that is not possible now. */
  multicast(link: number, octets: Uint8Array): void
  /** Opens a connection, sends, closes; nobody hears of failures. */
  deliver(to: Peer, octets: Uint8Array): void
  /** `connected` or `closed` follows. */
  connect(connection: number, to: Locator, link: number | undefined): void
  send(connection: number, octets: Uint8Array): void
  /** When everything sent before is written. */
  close(connection: number): void
  stop(): Promise<void>
}
