/**
 * Tickets for the next session with somebody: those that this agent gave, and those that it got. In memory only; after
 * a restart a whole handshake is made.
 * @module
 */
import { credentialsDigest, type Established, type Ticket, TicketTable } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { identityCrypto, randomOctets } from '@vagus/transport'
import type { SessionRunner } from '../link/session-runner.ts'

/** Milliseconds for which a ticket is good. */
const lifetime = 3_600_000
/** Peers whose ticket is kept; the one that was got longest ago goes. */
const maxPeers = 10_000
const idOctets = 16
/** A digest with its form: there are many tickets, and whole credentials may have 64 KiB. */
const claimOctets = 33

/** A ticket, and what was known of the other side when it was given. */
export interface Got {
  readonly ticket: Ticket
  /** What it said about itself: checked again with each use. */
  readonly claim: Uint8Array
  /**
   * The id of its journal, hexadecimal, where that outlives its process; `undefined`: else, or it had not greeted yet.
   */
  readonly journal: string | undefined
}

export class Tickets {
  readonly given = new TicketTable<Uint8Array>()
  readonly #got = new Map<AgentId, Got>()

  /** One for the next time, to a peer that came to us. */
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

  /** The ticket for `peer`, once. */
  take(peer: AgentId): Got | undefined {
    const got = this.#got.get(peer)
    this.#got.delete(peer)
    return got !== undefined && got.ticket.expires > Date.now() ? got : undefined
  }
}

/** What stands for it where the credentials are known, and may be asked for again where they are not. */
function brief(claim: Uint8Array): Uint8Array {
  return claim.length > claimOctets ? credentialsDigest(claim, identityCrypto) : claim
}

/** A resumed session with what the peer said about itself the first time; one without early octets begins no stream. */
export function withClaim(session: Established, claim: Uint8Array): Established {
  const { role, suite, keys, remoteStatic, connectionId, remoteConnectionId, early } = session
  const resumed = { role, suite, keys, remoteStatic, connectionId, remoteConnectionId, payload: claim }
  return early === undefined || early.length === 0 ? resumed : { ...resumed, early }
}
