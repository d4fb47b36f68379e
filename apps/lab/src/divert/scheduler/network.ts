/** What a scheduler asks the network agent: how much room there is on the way to others, and for a line where it is worth it. @module */
import type { TransferTimes } from '@vagus/api/transfers'
import type { Data } from './a2a.ts'

/** Its own policy: one line at a time, of this rate, for at most so long, and back when nothing has used it for a while. */
export const linePolicy = { bitsPerSecond: 1_600_000, for: '2m', idle: 5000 } as const
/** Milliseconds: until answers must be there; for how long what is known is young enough, as the network takes 60 messages a minute, and for how long it holds. */
const times = { question: 4000, line: 20_000, young: 2000, holds: 8000 } as const
/** Of a set-up that nobody has seen yet, milliseconds. */
const usualSetUp = 3000
/** Of what is sent, the part that is no header. */
const payload = 0.93
/** Bits per second below which nobody can tell how long something takes. */
const least = 100_000

interface Room {
  /** Bits per second; null: not known. */
  readonly room: number | null
  /** Null: none is possible. */
  readonly setUp: number | null
}

interface Line {
  readonly site: string
  /** Undefined: it is coming. */
  readonly id: string | undefined
  /** When it was ordered, and when it is likely to be there, milliseconds since 1970. */
  readonly since: number
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
  #isAsking = false
  #line: Line | undefined

  constructor(parts: NetworkParts) {
    this.#parts = parts
  }

  /** Asks about the sites where what is known is no longer young. Gives how many messages it took. */
  async refresh(sites: readonly string[]): Promise<number> {
    const { site: from, ask, now } = this.#parts
    if (sites.length === 0 || this.#isAsking || now() - this.#known.at < times.young) return 0
    this.#isAsking = true
    const data = { question: 'transfer-time', from, to: sites.join(','), octets: 1, lineRate: linePolicy.bitsPerSecond }
    try {
      const { items } = (await ask(data, times.question, { request_type: 'insight' })) as unknown as TransferTimes
      this.#known = { at: now(), rooms: new Map(items.map((item) => [item.to, roomOf(item)])) }
    } catch {
      // What was known holds a while longer, and then nothing is.
    }
    this.#isAsking = false
    return 1
  }

  /**
   * How long octets take to a site, over its line where there is one; null: it cannot be told. Undefined: the network has
   * said nothing for a while. @param own what this scheduler sends there now, bits per second
   */
  transfer(site: string, octets: number, own: number): number | null | undefined {
    const line = this.#line
    if (line?.site === site) return comingIn(line, this.#parts.now()) + overLine(octets)
    const known = this.#roomTo(site)
    if (known === undefined) return undefined
    if (known.room === null) return null
    const rate = known.room + own
    return rate < least ? null : (octets * 8000) / (rate * payload)
  }

  /** The same over a line that would be ordered; null: none is possible, or the policy has no other one. */
  withLine(site: string, octets: number): number | null {
    const setUp = this.#roomTo(site)?.setUp
    if (setUp === undefined || setUp === null || this.#line !== undefined) return null
    return setUp + overLine(octets)
  }

  #roomTo(site: string): Room | undefined {
    return this.#parts.now() - this.#known.at < times.holds ? this.#known.rooms.get(site) : undefined
  }

  /** Orders a line unless one is there or coming. Where that fails, it is as before. */
  order(site: string): void {
    if (this.#line !== undefined) return
    const { site: from, now } = this.#parts
    const setUp = this.#roomTo(site)?.setUp ?? usualSetUp
    this.#line = { site, id: undefined, since: now(), ready: now() + setUp, used: now() }
    const wish = { from, to: site, bitsPerSecond: linePolicy.bitsPerSecond, for: linePolicy.for }
    this.#ordered(wish).catch(() => {
      this.#line = undefined
    })
  }

  async #ordered(wish: Data): Promise<void> {
    const { ask, now, tell } = this.#parts
    // What is not there by then is taken back by the network itself.
    const deadline = new Date(now() + times.line).toISOString()
    const asked = { request_type: 'private-line', response_deadline: deadline }
    const { line } = await ask(wish, times.line, asked)
    if (typeof line !== 'string') throw new Error('the network gave no line')
    const site = String(wish['to'])
    tell(line, site, 'ordered')
    this.#line = { site, id: line, since: now(), ready: now(), used: now() }
  }

  /** Something goes to that site. */
  use(site: string): void {
    if (this.#line?.site === site) this.#line = { ...this.#line, used: this.#parts.now() }
  }

  /** One that was ordered before a restart. */
  adopt(site: string, id: string): void {
    this.#line = { site, id, since: 0, ready: 0, used: this.#parts.now() }
  }

  /** Gives a line back that nothing uses. Called often. */
  async tidy(how: 'idle' | 'now' = 'idle'): Promise<void> {
    const { ask, now, tell } = this.#parts
    const line = this.#line
    if (line?.id === undefined || (how === 'idle' && now() - line.used < linePolicy.idle)) return
    this.#line = undefined
    try {
      await ask({ release: line.id }, times.line, { request_type: 'private-line' })
      tell(line.id, line.site, 'released')
    } catch {
      this.#line = line // again at the next turn
    }
  }
}

function roomOf({ room, line }: TransferTimes['items'][number]): Room {
  return { room, setUp: line?.possible === true ? (line.setUpMs ?? usualSetUp) : null }
}

/** One that is overdue is likely to take as long again. */
const comingIn = ({ id, since, ready }: Line, now: number): number =>
  id === undefined ? Math.max(ready - now, ready < now ? now - since : 0) : 0

const overLine = (octets: number): number => (octets * 8000) / (linePolicy.bitsPerSecond * payload)
