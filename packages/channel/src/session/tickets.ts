/**
 * Secrets that both sides of a session derive: for tickets, and for programs that bind something to the session.
 * @module
 */
import { Reader, Writer } from '@vagus/wire'
import { ticketIdOctets } from '../handshake-message.ts'
import type { ChannelCrypto } from '../ports.ts'
import type { Ticket } from '../resumption/ticket.ts'
import type { SessionEvent } from './event.ts'
import type { Lasting } from './lasting.ts'
import { noticeOf, ticketNotice } from './notices.ts'

const label = new TextEncoder().encode('vagus-1 ticket')

export class Tickets {
  readonly #crypto: ChannelCrypto
  readonly #lasting: Lasting
  readonly #emit: (event: SessionEvent) => void

  constructor(crypto: ChannelCrypto, lasting: Lasting, emit: (event: SessionEvent) => void) {
    this.#crypto = crypto
    this.#lasting = lasting
    this.#emit = emit
  }

  /** 32 octets for a purpose. */
  derive(purpose: string): Uint8Array {
    return this.#crypto.hkdf(new TextEncoder().encode(`vagus-1 ${purpose}\0`), this.#lasting.exporter, 32)
  }

  give(id: Uint8Array, expires: number): { readonly ticket: Ticket; readonly notice: Uint8Array } {
    if (id.length !== ticketIdOctets) throw new RangeError(`"id" must have ${ticketIdOctets} octets, got ${id.length}`)
    const writer = new Writer()
    writer.octets(id)
    writer.uint64(BigInt(Math.floor(expires)))
    return { ticket: this.#ticket(id, expires), notice: noticeOf(ticketNotice, writer.finish()) }
  }

  /** The peer sent a ticket. @throws {DecodeError} */
  take(octets: Uint8Array): void {
    const reader = new Reader(octets)
    const id = reader.octets(ticketIdOctets).slice()
    this.#emit({ type: 'ticket', ticket: this.#ticket(id, Number(reader.uint64())) })
  }

  /** The secret is one hash of a secret of fixed length and the id (NIST SP 800-56C §4, one step). */
  #ticket(id: Uint8Array, expires: number): Ticket {
    const { suite, tickets, remoteStatic } = this.#lasting
    const secret = this.#crypto.hash(label, tickets, id)
    return { id, secret, expires, remoteStatic: remoteStatic.slice(), suite }
  }
}
