/** What room there is for a line: the network as it is, what is booked, and what agents may take of it. @module */
import type { Actor } from '@vagus/api/actor'
import type { Config } from '@vagus/api'
import { type LineNetwork, type LineWish, quote, type Quote, type Yielding, yielding } from '@vagus/line'
import type { LineBook } from './line-book.ts'

export interface LineRoomParts {
  readonly book: LineBook
  readonly config: () => NonNullable<Config['lines']>
  readonly network: () => LineNetwork
}

export class LineRoom {
  readonly #parts: LineRoomParts

  constructor(parts: LineRoomParts) {
    this.#parts = parts
  }

  /** @param by who orders it: agents have their share of each link, and no more @param own a line that is there already */
  quote(wish: LineWish, by: Actor, own?: string): Quote {
    const { book, network } = this.#parts
    if (by.kind !== 'agent') return quote(wish, network(), book.bookings, own)
    const quota = { of: 'agents', share: this.#shareOfAgents, bookings: book.bookingsOfAgents }
    return quote(wish, network(), book.bookings, own, quota)
  }

  /** Lines for which a link has no room any more, by id: those of agents first, and then the youngest. */
  full(network: LineNetwork): ReadonlyMap<string, string> {
    const { book } = this.#parts
    const ofAgents = yielding(book.bookingsOfAgents, { ...network, share: this.#shareOfAgents })
    const all = yielding(book.bookingsByRank, network)
    return new Map([...ofAgents, ...all].map(({ line, link }: Yielding) => [line, link]))
  }

  get #shareOfAgents(): number {
    return this.#parts.config().agents?.share ?? 0
  }
}
