/** What a scheduler asks the network agent: how much room there is on the way to others, and for a line where it is worth it. @module */
import type { TransferTimes } from '@vagus/api/transfers'
import type { Data } from './a2a.ts'

/** Its own policy: one line at a time, of this rate, for at most so long, and back when nothing has used it for a while. */
export const linePolicy = { bitsPerSecond: 4_000_000, for: '2m', idle: 5000 } as const
/** A message is answered within so many milliseconds; a line takes longer. */
const patience = { question: 1500, line: 20_000 } as const
/** What it knows is used for so long: loads are means of some seconds anyhow, and the network takes 60 messages a minute. */
const holds = 2000
/** Of a set-up that nobody has seen yet, milliseconds. */
const usualSetUp = 2000
/** Of what is sent, the part that is no header. */
const payload = 0.93
/** Bits per second below which nobody can tell how long something takes. */
const least = 100_000

export interface Room {
  /** Bits per second; null: not known. */
  readonly room: number | null
  /** Null: none is possible. */
  readonly setUp: number | null
}

interface Line {
  readonly site: string
  /** Undefined: it is coming. */
  readonly id: string | undefined
  /** When it is likely to be there, milliseconds since 1970. */
  readonly ready: number
  readonly used: number
}

export interface NetworkParts {
  readonly site: string
  /** Asks the network agent. */
  readonly ask: (data: Data, within: number, metadata: Data) => Promise<Data>
  /** A line was ordered, or given back. */
  readonly tell: (id: string, to: string, state: 'ordered' | 'released') => void
  readonly now: () => number
}

export class Network {
  readonly #parts: NetworkParts
  #known: { readonly at: number; readonly rooms: ReadonlyMap<string, Room> } = { at: -Infinity, rooms: new Map() }
  #line: Line | undefined

  constructor(parts: NetworkParts) {
    this.#parts = parts
  }

  /** To each of the sites; empty when the network does not answer. `messages`: those that were sent for it. */
  async rooms(
    sites: readonly string[],
    octets: number,
  ): Promise<{ rooms: ReadonlyMap<string, Room>; messages: number }> {
    const { site: from, ask, now } = this.#parts
    if (now() - this.#known.at < holds) return { rooms: this.#known.rooms, messages: 0 }
    const data = { question: 'transfer-time', from, to: sites.join(','), octets, lineRate: linePolicy.bitsPerSecond }
    try {
      const { items } = (await ask(data, patience.question, { request_type: 'insight' })) as unknown as TransferTimes
      const roomOf = ({ room, line }: TransferTimes['items'][number]): Room => {
        const setUp = line?.possible === true ? (line.setUpMs ?? usualSetUp) : null
        return { room, setUp }
      }
      this.#known = { at: now(), rooms: new Map(items.map((item) => [item.to, roomOf(item)])) }
      return { rooms: this.#known.rooms, messages: 1 }
    } catch {
      return { rooms: new Map(), messages: 1 }
    }
  }

  /** How long octets take to a site, over its line where there is one. @param own what this scheduler sends there now, bits per second */
  transfer(site: string, octets: number, { room }: Room, own: number): number | null {
    const line = this.#line
    if (line?.site === site) return Math.max(0, line.ready - this.#parts.now()) + this.overLine(octets)
    if (room === null) return null
    const rate = room + own
    return rate < least ? null : (octets * 8000) / (rate * payload)
  }

  overLine(octets: number): number {
    return (octets * 8000) / (linePolicy.bitsPerSecond * payload)
  }

  /** Whether its policy lets it order one now. */
  mayOrder(site: string): boolean {
    return this.#line === undefined || this.#line.site === site
  }

  /** Orders a line unless it is there or coming; what fails is told by the next question. */
  order(site: string, setUp: number): void {
    if (this.#line !== undefined) return this.use(site)
    const { site: from, now } = this.#parts
    this.#line = { site, id: undefined, ready: now() + setUp, used: now() }
    const wish = { from, to: site, bitsPerSecond: linePolicy.bitsPerSecond, for: linePolicy.for }
    this.#ordered(wish).catch(() => {
      this.#line = undefined
    })
  }

  async #ordered(wish: Data): Promise<void> {
    const { ask, now, tell } = this.#parts
    const { line } = await ask(wish, patience.line, { request_type: 'private-line' })
    if (typeof line !== 'string') throw new Error('the network gave no line')
    const site = String(wish['to'])
    tell(line, site, 'ordered')
    this.#line = { site, id: line, ready: now(), used: now() }
  }

  /** Something goes to that site. */
  use(site: string): void {
    if (this.#line?.site === site) this.#line = { ...this.#line, used: this.#parts.now() }
  }

  /** One that was ordered before a restart. */
  adopt(site: string, id: string): void {
    this.#line = { site, id, ready: 0, used: this.#parts.now() }
  }

  /** Gives a line back that nothing uses. Called often. */
  async tidy(how: 'idle' | 'now' = 'idle'): Promise<void> {
    const { ask, now, tell } = this.#parts
    const line = this.#line
    if (line?.id === undefined || (how === 'idle' && now() - line.used < linePolicy.idle)) return
    this.#line = undefined
    try {
      await ask({ release: line.id }, patience.line, { request_type: 'private-line' })
      tell(line.id, line.site, 'released')
    } catch {
      this.#line = line // again at the next turn
    }
  }
}
