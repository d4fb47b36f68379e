/**
 * Tickets for the next session with a peer: those this agent issued, and those it received. Kept in memory only; after
 * a restart a full handshake is made.
 * @module
 */
import { credentialsDigest, type Established, type Ticket, TicketTable } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { identityCrypto, randomOctets } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import type { SessionRunner } from '../link/session-runner.ts'

/** Milliseconds for which a ticket is valid. */
const lifetime = 3_600_000
/** Peers whose ticket is kept; the one received longest ago is dropped. */
const maxPeers = 10_000
const idOctets = 16
/** Octets of a digest with its form: there are many tickets, and full credentials may have 64 KiB. */
const claimOctets = 33

/** A ticket, and what was known of the peer when it was issued. */
export interface Got {
  readonly ticket: Ticket
  /** The peer's credentials: verified again on each use. */
  readonly claim: Uint8Array
  /**
   * The id of the peer's journal, hexadecimal, if that outlives its process; otherwise, or before its greeting,
   * `undefined`.
   */
  readonly journal: string | undefined
}

export class Tickets {
  readonly given = new TicketTable<Uint8Array>()
  readonly #got = new TurnoverMap<AgentId, Got>()

  /** Issues a ticket for the next session to a peer that connected to us. */
  giveTo(link: { readonly runner: SessionRunner; readonly claim: Uint8Array }): void {
    const ticket = link.runner.session.giveTicket(randomOctets(idOctets), Date.now() + lifetime)
    this.given.add(ticket, brief(link.claim))
    link.runner.wake()
  }

  got(peer: AgentId, got: Got): void {
    this.#got.delete(peer)
    this.#got.set(peer, got.claim.length > claimOctets ? { ...got, claim: brief(got.claim) } : got)
    if (this.#got.size > maxPeers) this.#got.delete(this.#got.keys().next().value!)
  }

  /** With a ticket its issuer remembers in whose name this agent acted: after a change it must be told anew. */
  forgetGot(): void {
    this.#got.clear()
  }

  /** The ticket for `peer`, which is removed. */
  take(peer: AgentId): Got | undefined {
    const got = this.#got.get(peer)
    this.#got.delete(peer)
    return got !== undefined && got.ticket.expires > Date.now() ? got : undefined
  }
}

/** The digest that stands for the credentials: they are cached, or can be requested again. */
function brief(claim: Uint8Array): Uint8Array {
  return claim.length > claimOctets ? credentialsDigest(claim, identityCrypto) : claim
}

/** A resumed session with the peer's credentials from the first session. One without early octets starts no stream. */
export function withClaim(session: Established, claim: Uint8Array): Established {
  const { role, suite, keys, remoteStatic, connectionId, remoteConnectionId, early } = session
  const resumed = { role, suite, keys, remoteStatic, connectionId, remoteConnectionId, payload: claim }
  return early === undefined || early.length === 0 ? resumed : { ...resumed, early }
}
