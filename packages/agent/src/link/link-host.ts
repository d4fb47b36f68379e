/** What the agent does for its links. @module */
import type { Duplex } from 'node:stream'
import type { Peer, Ticket } from '@vagus/channel'
import type { Radios } from '../energy/radios.ts'
import type { OwnSide } from '../handshake/own-side.ts'
import type { Admitted } from '../peers/admitted.ts'
import type { RouteUsers } from './route-users.ts'

export interface LinkHost<Link> {
  readonly own: OwnSide
  readonly admitted: Admitted
  readonly byRoute: RouteUsers<Link>
  /** Radios that are to sleep; undefined: none is. */
  readonly radios?: Pick<Radios, 'find' | 'statusOf'> | undefined
  /** The result of `encodeGreeting`. */
  greeting(): Uint8Array
  /** @param id a connection id by `idKeyOf` */
  listenFor(id: string, link: Link): void
  unlisten(id: string): void
  /** The peer, which may not be identified yet, does not admit this agent. */
  refused(link: Link, problem: string): void
  /** The peer is identified, and proven to be present. */
  up(link: Link): void
  /** Nothing arrives on any path. */
  silent(link: Link): void
  /** The link wants paths of further kinds. */
  widen(link: Link): void
  /** For the next session with its peer. */
  ticket(link: Link, ticket: Ticket): void
  exchange(stream: Duplex, peer: Peer): void
  over(link: Link): void
}
