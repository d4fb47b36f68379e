/**
 * Tickets that a responder issued and that have not been used. A used ticket is removed, so none is accepted twice: the
 * table is the strike register. A ticket that is not in it (used, expired, withdrawn, issued before a restart) only
 * costs the initiator a full handshake.
 * @module
 */
import { concatOctets, TurnoverMap } from '@vagus/wire'
import type { Established } from '../established.ts'
import { decodeMessage, encodeMessage } from '../handshake-message.ts'
import { equalInConstantTime, noOctets } from '../octets.ts'
import type { ChannelCrypto } from '../ports.ts'
import { RefusalError, type Refused, settle } from '../refusal.ts'
import { earlyOctetsOf } from './early-content.ts'
import { earlyKey, onlyNonce, sessionKeys } from './key-schedule.ts'
import { maxResumeOctets, resumeHeaderOctets } from './resumption.ts'
import { idKeyOf } from '../session/id-key.ts'
import { RecentMap } from './recent-map.ts'
import type { Ticket } from './ticket.ts'

/** Maximum tickets, about 400 octets each. At the limit the oldest are dropped. */
const maxTickets = 100_000
/** Maximum answers kept for first messages that are repeated because an answer was lost. The older half is dropped. */
const maxAnswers = 4096
const answerLifetime = 10_000

export interface ResumeConfig {
  readonly crypto: ChannelCrypto
  /** 8 fresh random octets. */
  readonly connectionId: Uint8Array
  /** 32 fresh random octets. */
  readonly random: Uint8Array
  /** Octets that the initiator must also know. */
  readonly context: Uint8Array
  readonly now: number
}

/** `repeated`: the same message again. Its answer is sent again, and nothing else happens. */
export type Resumed<Peer> =
  | { readonly type: 'resumed'; readonly send: Uint8Array; readonly session: Established; readonly peer: Peer }
  | { readonly type: 'repeated'; readonly send: Uint8Array }
  | { readonly type: 'reply'; readonly reply: Uint8Array }
  | Refused

interface Answer {
  readonly hash: Uint8Array
  readonly send: Uint8Array
  readonly at: number
}

/** @typeParam Peer what the host knows of the peer of a ticket, for instance its verified identity */
export class TicketTable<Peer> {
  readonly #limit: number
  readonly #tickets = new TurnoverMap<string, { readonly ticket: Ticket; readonly peer: Peer }>()
  /** By the name of the ticket. */
  readonly #answers = new RecentMap<Answer>(maxAnswers)

  constructor(limit: number = maxTickets) {
    this.#limit = limit
  }

  get size(): number {
    return this.#tickets.size
  }

  add(ticket: Ticket, peer: Peer): void {
    this.#tickets.set(nameOf(ticket.id), { ticket, peer })
    if (this.#tickets.size > this.#limit) dropOldest(this.#tickets)
  }

  /** Withdraws all tickets for which `matches` is true: those of a revoked peer, or of an older policy. */
  withdraw(matches: (peer: Peer, ticket: Ticket) => boolean): void {
    for (const [name, { ticket, peer }] of this.#tickets) if (matches(peer, ticket)) this.#tickets.delete(name)
  }

  /** What to do with a `message` of kind `resume`. Total. A forged message leaves its ticket in the table. */
  resume(message: Uint8Array, config: ResumeConfig): Resumed<Peer> {
    return settle(() => {
      if (message.length > maxResumeOctets) {
        throw new RefusalError(
          'malformed',
          `a resume message has at most ${maxResumeOctets} octets, not ${message.length}`,
        )
      }
      const { connectionId, ticket: id, sealed } = decodeMessage('resume', message)
      const name = nameOf(id)
      const entry = this.#tickets.get(name)
      const repeated = entry === undefined ? this.#answerTo(name, message, config) : undefined
      if (repeated !== undefined) return { type: 'repeated', send: repeated }
      if (entry === undefined || entry.ticket.expires <= config.now) {
        this.#tickets.delete(name)
        return { type: 'reply', reply: encodeMessage('expired', { connectionId }) }
      }
      const { crypto, context, now } = config
      const { ticket, peer } = entry
      const header = message.subarray(0, resumeHeaderOctets)
      const content = earlyKey(crypto, ticket.secret, header, context).open(onlyNonce, header, sealed)
      if (content === undefined) throw new RefusalError('decrypt', 'the message does not decrypt')
      this.#tickets.delete(name)
      const early = earlyOctetsOf(content)
      const { send, session } = accept(message, new Uint8Array(connectionId), ticket, early, config)
      this.#answers.set(name, { hash: crypto.hash(message), send, at: now })
      return { type: 'resumed', send, session, peer }
    })
  }

  #answerTo(name: string, message: Uint8Array, { crypto, now }: ResumeConfig): Uint8Array | undefined {
    const answer = this.#answers.get(name)
    if (answer === undefined || now - answer.at > answerLifetime) return undefined
    return equalInConstantTime(crypto.hash(message), answer.hash) ? answer.send : undefined
  }
}

function accept(
  message: Uint8Array,
  remoteConnectionId: Uint8Array,
  ticket: Ticket,
  early: Uint8Array,
  { crypto, connectionId, random, context }: ResumeConfig,
): { readonly send: Uint8Array; readonly session: Established } {
  const { answer, keys } = sessionKeys(crypto, ticket.secret, message, random, context)
  const header = encodeMessage('resumed', { connectionId: remoteConnectionId, random, sealed: noOctets })
  const send = concatOctets(header, answer.seal(onlyNonce, header, connectionId))
  const { remoteStatic, suite } = ticket
  const session: Established = {
    role: 'responder',
    suite,
    keys,
    remoteStatic,
    connectionId,
    remoteConnectionId,
    payload: noOctets,
    early,
  }
  return { send, session }
}

function nameOf(id: Uint8Array): string {
  return idKeyOf(id) + idKeyOf(id, 8)
}

function dropOldest(table: TurnoverMap<string, unknown>): void {
  for (const name of table.keys()) {
    table.delete(name)
    return
  }
}
