/**
 * What a line goes through; one thing at a time for each line:
 *
 *   asked ─▶ booked ─▶ setting-up ─▶ active ◀─▶ moving        each of them ─▶ released
 *                           └──▶ failed
 *
 * @module
 */
import type { Actor } from '@vagus/api'
import type { LineWish, Path } from '@vagus/line'
import type { EventDraft } from '../events/event-draft.ts'
import { type KeptLine, type LineBook, noteLine, protectingPath, usedPath } from './line-book.ts'
import { activeEvent, failedEvent, movedEvent, releasedEvent } from './line-events.ts'
import { layBest, quotedPath } from './line-laying.ts'
import type { LinePaths, Outcome } from './line-paths.ts'
import { LineProtection } from './line-protection.ts'
import type { LineRoom } from './line-room.ts'

export interface LifeParts {
  readonly book: LineBook
  readonly paths: LinePaths
  readonly room: LineRoom
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that only grow. */
  readonly clock: () => number
}

export type Moved =
  | { readonly type: 'moved' }
  /** It goes on as it was. */
  | { readonly type: 'stays'; readonly problem: string }

/** A line that was booked may find that routers still hold for one that ends as it begins: so long it is tried again, milliseconds. */
const patience = 10_000

export class LineLife {
  /** Its second path. */
  readonly protection: LineProtection
  readonly #parts: LifeParts

  constructor(parts: LifeParts) {
    this.#parts = parts
    this.protection = new LineProtection(parts)
  }

  /** Active after it, or failed. @throws {StoreError} when the disk does not take it */
  async setUp(id: string): Promise<unknown> {
    const { book, tell, now, clock, paths } = this.#parts
    const began = clock()
    this.#put(id, { state: 'setting-up', because: 'its routers are being asked' })
    const { wish, request } = book.find(id)!
    const { bitsPerSecond, start, end } = wish
    const lay = (path: Path): Promise<Outcome> => paths.lay(id, path, { bitsPerSecond, until: end })
    const laying = await layBest(this.#parts, id, wish, [], lay)
    if (laying.type === 'failed') {
      const isBooked = request.start !== undefined && now() < start + patience
      if (isBooked) return this.#put(id, { state: 'booked', because: `it is tried again: ${laying.problem}` })
      return this.#over(id, 'failed', laying.problem)
    }
    const line = this.#using(id, laying.number, {
      state: 'active',
      because: 'all its routers hold it',
      setUpMs: Math.round(clock() - began),
      since: now(),
    })
    tell(activeEvent(line))
    if (wish.protect === true) await this.protection.lay(id)
    return undefined
  }

  /**
   * Over another path, or the same one laid anew: there before the old one goes. @param wish what is wanted from now on
   * @param avoid besides what the wish avoids @param protection whether the path that protects the line may be trusted
   * @throws {StoreError} when the disk does not take it
   */
  async move(
    id: string,
    because: string,
    {
      wish,
      avoid = [],
      protection = 'trusted',
    }: {
      readonly wish?: LineWish
      readonly avoid?: readonly string[]
      readonly protection?: 'trusted' | 'in trouble'
    } = {},
  ): Promise<Moved> {
    const { book, tell, clock, paths } = this.#parts
    const began = clock()
    const before = book.find(id)!
    const used = usedPath(before)
    const wanted = wish ?? before.wish
    const { bitsPerSecond, end: until } = wanted
    if (protection === 'trusted' && this.protection.fits(before, wanted, avoid)) {
      await this.protection.use(id, because, wanted)
      return { type: 'moved' }
    }
    const again = { state: before.state, because: before.because, since: before.since }
    // Asked first, so that one that stays anyway is not written down as moving.
    const quoted = quotedPath(this.#parts, id, wanted, avoid)
    if ('problem' in quoted) return { type: 'stays', problem: quoted.problem }
    this.#put(id, { state: 'moving', because })
    // The new path may need links of the one that protects the line; another of these is laid afterwards.
    if (protectingPath(before) !== undefined || before.protection !== undefined) await this.protection.drop(id)
    const from = used === undefined ? {} : { insteadOf: used.number }
    let laying: Outcome
    try {
      laying = await layBest(this.#parts, id, wanted, avoid, (path) =>
        paths.lay(id, path, { bitsPerSecond, until, ...from }),
      )
    } catch (error) {
      this.#put(id, again)
      throw error
    }
    if (laying.type === 'failed') {
      this.#put(id, again)
      return { type: 'stays', problem: laying.problem }
    }
    const said = {
      state: 'active',
      because: `it was moved: ${because}`,
      wish: wanted,
      moves: before.moves + 1,
    } as const
    const line = this.#using(id, laying.number, said)
    tell(movedEvent(line, because, Math.round(clock() - began)))
    if (used !== undefined) await paths.drop(id, used.number)
    return { type: 'moved' }
  }

  /** All of it is released, or named and released later. @param by undefined where nobody ended it */
  async end(id: string, because: string, by: Actor | undefined): Promise<void> {
    const { book, paths } = this.#parts
    const laid = book.find(id)!.laid.filter(({ use }) => use === 'used' || use === 'protecting' || use === 'coming')
    const over = this.#over(id, 'released', because, by)
    const left: string[] = []
    for (const { number } of laid) left.push(...(await paths.drop(id, number)))
    if (left.length > 0) this.#put(id, { because: `${over.because}; not released yet: ${left.join(', ')}` })
  }

  /** The line goes over that path from now on, and the one before is to go. One change. */
  #using(id: string, number: number, changes: Partial<KeptLine>): KeptLine {
    const line = this.#parts.book.find(id)!
    const laid = line.laid.map((one) => {
      if (one.number === number) return { ...one, use: 'used' as const }
      return one.use === 'used' ? { ...one, use: 'going' as const } : one
    })
    const { path } = laid.find((one) => one.number === number)!
    return this.#put(id, { ...changes, laid, path })
  }

  #over(id: string, state: 'released' | 'failed', because: string, by?: Actor): KeptLine {
    const line = this.#put(id, { state, because, since: this.#parts.now() })
    this.#parts.tell(state === 'failed' ? failedEvent(line) : releasedEvent(line, by))
    return line
  }

  #put(id: string, changes: Partial<KeptLine>): KeptLine {
    return noteLine(this.#parts, { ...this.#parts.book.find(id)!, ...changes })
  }
}
