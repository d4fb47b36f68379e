/** What room there is for a line: the network as it is, what is booked, and what agents may take of it. @module */
import type { Actor } from '@vagus/api/actor'
import type { Config } from '@vagus/api'
import {
  isOpen,
  type LineNetwork,
  type LineWish,
  type Path,
  quote,
  type Quota,
  type Quote,
  type Yielding,
  yielding,
} from '@vagus/line'
import type { OpenNetwork } from '../intents/line-intents.ts'
import type { LineBook } from './line-book.ts'

export interface LineRoomParts {
  readonly book: LineBook
  readonly config: () => NonNullable<Config['lines']>
  readonly network: () => LineNetwork
  /** What the operator's intents leave of it to a line that begins then; absent: all. */
  readonly open?: ((network: LineNetwork, at: number) => OpenNetwork) | undefined
}

/** After the id of a line, which has no space: its second path, which yields by itself. */
const ofSecond = ' second'

export class LineRoom {
  readonly #parts: LineRoomParts

  constructor(parts: LineRoomParts) {
    this.#parts = parts
  }

  /**
   * @param by who orders it: agents have their share of each link, and no more @param own a line that is there already
   * @param path `kept`: intents let what is there go on. `new`: they are asked about it, also of a line that moves
   */
  quote(wish: LineWish, by: Actor, own?: string, path: 'kept' | 'new' = 'new'): Quote {
    const { book, network, open } = this.#parts
    const quota = this.#quotaOf(by)
    const left = path === 'kept' ? undefined : open?.(network(), wish.start)
    if (left === undefined) return quote(wish, network(), book.bookings, own, quota)
    const avoid = [...(wish.avoid ?? []), ...left.barred]
    const quoted = quote({ ...wish, avoid }, left.network, book.bookings, own, quota)
    if (quoted.type === 'possible' || left.because === undefined) return quoted
    const without = quote(wish, network(), book.bookings, own, quota)
    return without.type === 'possible' ? { ...quoted, because: left.because } : without
  }

  /** Whether a line that is there could go on over its path. */
  isOpen(path: Path, wish: LineWish, by: Actor, own: string): boolean {
    const { book, network } = this.#parts
    return isOpen(path, wish, network(), book.bookings, own, this.#quotaOf(by))
  }

  /** Lines for which a link of a path has no room any more, by id: those of agents first, and then the youngest. */
  full(network: LineNetwork): ReadonlyMap<string, string> {
    const ofAgents = this.#yielding('of agents', { ...network, share: this.#shareOfAgents })
    const all = this.#yielding('of all', network)
    return new Map([...ofAgents, ...all].map(({ line, link }) => [line, link]))
  }

  /** Second paths first: no line gives way to one that is there in case another fails. */
  #yielding(whose: 'of all' | 'of agents', network: LineNetwork): readonly Yielding[] {
    const { firsts, seconds } = this.#parts.book.byRank(whose)
    const named = seconds.map((one) => ({ ...one, line: `${one.line}${ofSecond}` }))
    const all = yielding([...firsts, ...named], network)
    const second = all.flatMap(({ line, link }) =>
      line.endsWith(ofSecond) ? [{ line: line.slice(0, -ofSecond.length), link }] : [],
    )
    return [...second, ...all.filter(({ line }) => !line.endsWith(ofSecond))]
  }

  #quotaOf({ kind }: Actor): Quota | undefined {
    return kind === 'agent'
      ? { of: 'agents', share: this.#shareOfAgents, bookings: this.#parts.book.bookingsOfAgents }
      : undefined
  }

  get #shareOfAgents(): number {
    return this.#parts.config().agents?.share ?? 0
  }
}
