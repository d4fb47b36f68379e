/**
 * Lines, and what routers may have of them, kept so that a controller that was killed knows it all again. Everything is
 * written down before an agent is asked, so that no part is ever without its entry.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { LineMinute, LinePath, LineRequest, LineState } from '@vagus/api/lines'
import { type Booking, bookingsOf, type LineWish, maxNumber, type Path } from '@vagus/line'
import type { PartPlace } from './part-asker.ts'

/** A part that a router may have. */
export interface KeptPart {
  readonly place: PartPlace
  /** Milliseconds since 1970: by then it has ended by itself; 0: the router has it not. */
  readonly until: number
}

export interface LaidPath {
  readonly number: number
  readonly path: Path
  /** As ordered. */
  readonly bitsPerSecond: number
  /**
   * `coming`: being laid; `used`: the line goes over it; `protecting`: it is there for when that fails; `going`: owed to be
   * released; `gone`: its number rests.
   */
  readonly use: 'coming' | 'used' | 'protecting' | 'going' | 'gone'
  readonly parts: readonly KeptPart[]
  /** Of `gone`: since when, milliseconds since 1970. */
  readonly goneAt?: number
}

export interface KeptLine {
  readonly id: string
  /** Who ordered it. */
  readonly by: Actor
  /** Who let it go beyond the bounds of agents; absent: nobody had to. */
  readonly approved?: Actor
  /** Idempotency-Key, of an agent behind its id; null: it was ordered without. */
  readonly key: string | null
  readonly request: LineRequest
  /** As changed since. Times are milliseconds since 1970. */
  readonly wish: LineWish
  readonly state: LineState
  readonly since: number
  readonly because: string
  readonly considered: readonly LinePath[]
  /** For which room is kept; of a line that is over, its last. */
  readonly path: Path
  /** The second one for which room is kept. */
  readonly protection?: Path
  /** Why there is none, where one is wanted. */
  readonly unprotected?: string
  readonly laid: readonly LaidPath[]
  readonly setUpMs: number | null
  readonly moves: number
}

export interface LineKeeper {
  load(): readonly KeptLine[]
  /** @throws when the disk does not take it; so with all others */
  keep(line: KeptLine): void
  forget(id: string): void
  /** Never the same twice. */
  nextId(): string
  minutesOf(id: string): readonly LineMinute[]
  keepMinute(id: string, minute: LineMinute): void
}

/** Lines that are over and still told; the oldest go first. */
const maxOver = 256
/** Milliseconds for which the number of a path is not used again: packets to its SIDs may be under way. */
const restMs = 60_000

export const isOver = ({ state }: Pick<KeptLine, 'state'>): boolean => state === 'released' || state === 'failed'

/** In whose name room is kept for it: what the operator approved is out of the share of agents. */
export const bookedFor = ({ by, approved }: Pick<KeptLine, 'by' | 'approved'>): Actor => approved ?? by

export const isOfAgent = (line: Pick<KeptLine, 'by' | 'approved'>): boolean => bookedFor(line).kind === 'agent'

/** Over which the line goes, if it does. */
export const usedPath = ({ laid }: KeptLine): LaidPath | undefined => laid.find(({ use }) => use === 'used')

/** Which the line takes when that one fails, if it has one. */
export const protectingPath = ({ laid }: KeptLine): LaidPath | undefined => laid.find(({ use }) => use === 'protecting')

/** As it would be without what is kept for a second path. */
export function withoutSecond(line: KeptLine): KeptLine {
  const { protection: _, laid, ...rest } = line
  return { ...rest, laid: laid.filter(({ use }) => use !== 'protecting') }
}

export class LineBook {
  readonly #keeper: LineKeeper
  readonly #lines = new Map<string, KeptLine>()
  /** Ids by key: each session looks for its line once a second. */
  readonly #keys = new Map<string, string>()
  readonly #watchers = new Set<() => void>()

  constructor(keeper: LineKeeper) {
    this.#keeper = keeper
    for (const line of keeper.load()) this.#know(line)
  }

  get keeper(): LineKeeper {
    return this.#keeper
  }

  /** In the order in which they were ordered. */
  get all(): readonly KeptLine[] {
    return [...this.#lines.values()]
  }

  get open(): readonly KeptLine[] {
    return this.all.filter((line) => !isOver(line))
  }

  find(id: string): KeptLine | undefined {
    return this.#lines.get(id)
  }

  withKey(key: string): KeptLine | undefined {
    const id = this.#keys.get(key)
    return id === undefined ? undefined : this.#lines.get(id)
  }

  /** Written down first. @throws when the disk does not take it: nothing has changed then */
  put(line: KeptLine): KeptLine {
    this.#keeper.keep(line)
    this.#set(line)
    return line
  }

  /** The same for what has happened already: it counts even if the disk does not take it, whose reason is returned. */
  note(line: KeptLine): string | undefined {
    this.#set(line)
    try {
      this.#keeper.keep(line)
      return undefined
    } catch (error) {
      return String(error)
    }
  }

  /** Called after each change. @returns ends it */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #set(line: KeptLine): void {
    this.#know(line)
    for (const watcher of this.#watchers) watcher()
  }

  /** The older one keeps a key that two have. */
  #know(line: KeptLine): void {
    this.#lines.set(line.id, line)
    if (line.key !== null && !this.#keys.has(line.key)) this.#keys.set(line.key, line.id)
  }

  /** Of the lines that are not over, and of what routers have not let go of. */
  get bookings(): readonly Booking[] {
    return bookingsIn(this.all)
  }

  /** Those of lines that agents ordered. */
  get bookingsOfAgents(): readonly Booking[] {
    return bookingsIn(this.all.filter(isOfAgent))
  }

  /**
   * Those that go first where a link has no room for all: the operator's, and then the older ones. `seconds`: of second paths,
   * which yield to all others.
   */
  byRank(whose: 'of all' | 'of agents'): { readonly firsts: readonly Booking[]; readonly seconds: readonly Booking[] } {
    const operators = whose === 'of all' ? this.all.filter((line) => !isOfAgent(line)) : []
    const lines = [...operators, ...this.all.filter(isOfAgent)]
    const seconds = lines.flatMap((line) => {
      const second = protectingPath(line)
      return second === undefined ? [] : bookingsIn([{ ...withoutSecond(line), path: second.path, laid: [] }])
    })
    const firsts = bookingsIn(lines.map(withoutSecond))
    return { firsts, seconds }
  }

  /** Of a path: the least that is neither in use nor rests. Undefined when there is none left. */
  newNumber(): number | undefined {
    const taken = new Set([...this.#laid].map(({ number }) => number))
    for (let number = 1; number <= maxNumber; number++) if (!taken.has(number)) return number
    return undefined
  }

  /** Whether the agent of that id may have parts that somebody has to release. */
  hasPartsOf(agent: string): boolean {
    return [...this.#laid].some(({ parts }) => parts.some(({ place, until }) => until > 0 && place.agent === agent))
  }

  /** Forgets numbers that have rested, and the oldest of too many lines that are over. `now`: milliseconds since 1970. */
  clean(now: number): void {
    for (const line of this.#lines.values()) {
      const laid = line.laid.filter(({ use, goneAt = 0 }) => use !== 'gone' || Math.abs(now - goneAt) < restMs)
      if (laid.length < line.laid.length) this.note({ ...line, laid })
    }
    const over = this.all.filter((line) => isOver(line) && line.laid.length === 0)
    for (const { id, key } of over.slice(0, Math.max(0, over.length - maxOver))) {
      this.#keeper.forget(id)
      this.#lines.delete(id)
      if (key !== null && this.#keys.get(key) === id) this.#keys.delete(key)
    }
  }

  get #laid(): Iterable<LaidPath> {
    return this.all.flatMap(({ laid }) => laid)
  }
}

/** What has happened counts even if the disk does not take it: then that is reported. */
export function noteLine(
  { book, report }: { readonly book: LineBook; readonly report: (line: string) => void },
  line: KeptLine,
): KeptLine {
  const problem = book.note(line)
  if (problem !== undefined) report(`${line.id} could not be written down: ${problem}`)
  return line
}

const bookingsIn = (lines: readonly KeptLine[]): readonly Booking[] =>
  lines.flatMap((line) => {
    const { id, path, wish, laid, protection } = line
    const { start, end } = wish
    const own = (of: Path, bitsPerSecond: number, until: number): readonly Booking[] =>
      bookingsOf(of, { line: id, bitsPerSecond, from: start, until })
    const used = usedPath(line)
    const bitsPerSecond = used?.bitsPerSecond ?? wish.bitsPerSecond
    const second = protectingPath(line)?.path ?? protection
    const paths = [used?.path ?? path, ...(second === undefined ? [] : [second])]
    const booked = isOver(line) || line.state === 'asked' ? [] : paths.flatMap((one) => own(one, bitsPerSecond, end))
    const going = laid.flatMap((one) => {
      const until = Math.max(...one.parts.map((part) => part.until))
      return (one.use === 'going' || one.use === 'coming') && until > start
        ? own(one.path, one.bitsPerSecond, until)
        : []
    })
    return merged([...booked, ...going])
  })

/** Of one line: of a link that two of its paths need, only the larger rate is kept free. */
function merged(bookings: readonly Booking[]): readonly Booking[] {
  const byLink = new Map<string, Booking>()
  for (const one of bookings) {
    const key = `${one.link} ${one.direction}`
    const { bitsPerSecond = 0, until = 0 } = byLink.get(key) ?? {}
    byLink.set(key, {
      ...one,
      bitsPerSecond: Math.max(bitsPerSecond, one.bitsPerSecond),
      until: Math.max(until, one.until),
    })
  }
  return [...byLink.values()]
}
