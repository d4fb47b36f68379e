/** Private lines: takes orders, changes and releases, and keeps lines as they were ordered until their end. @module */
import { type Actor, actorText, apiVersion, type Config } from '@vagus/api'
import { operator } from '@vagus/api/actor'
import { parseDuration } from '@vagus/api/duration'
import type {
  LineChange,
  LineList,
  LineMinute,
  LineQuote,
  LineRequest,
  LineResource,
  LineState,
} from '@vagus/api/lines'
import { flowProblem, type LineNetwork, type LineWish, type Path, type Quote } from '@vagus/line'
import type { Lines } from '../http/backend.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import { timeText } from '../resources/windows.ts'
import type { Beyond } from './agents/line-bounds.ts'
import type { LineOrderers } from './agents/line-orderers.ts'
import { refuseAsked, refuseTooMany } from './line-asking.ts'
import {
  bookedFor,
  isOver,
  type KeptLine,
  type LineBook,
  protectingPath,
  usedPath,
  withoutSecond,
} from './line-book.ts'
import { changedWish, isSamePath } from './line-change.ts'
import { contestedBy } from './line-flows.ts'
import { approvedEvent, askedEvent, changedEvent, orderedEvent, refusedEvent } from './line-events.ts'
import { type LifeParts, LineLife } from './line-life.ts'
import { type LinePathParts, LinePaths } from './line-paths.ts'
import { freeNow, type LineFigures, lineOf, lineResource, quoteResource } from './line-resource.ts'
import { LineRoom, type LineRoomParts } from './line-room.ts'
import { lead, LineRounds } from './line-rounds.ts'
import { LineTurns } from './line-turns.ts'
import { linePathOf } from './line-words.ts'

export interface LineDeskParts extends Omit<LifeParts, 'paths' | 'room'>, LinePathParts, Pick<LineRoomParts, 'open'> {
  readonly orderers: LineOrderers
  readonly network: () => LineNetwork
  readonly config: () => NonNullable<Config['lines']>
  /** The signed figures of a line; null where nobody can sign. */
  readonly proofOf: (line: KeptLine, minutes: readonly LineMinute[]) => string | null
}

/** Milliseconds: the longest line, and how far ahead one may be booked. */
const longest = 31 * 86_400_000

export class LineDesk implements Lines {
  readonly #parts: LineDeskParts
  readonly #book: LineBook
  readonly #paths: LinePaths
  readonly #life: LineLife
  readonly #rounds: LineRounds
  readonly #room: LineRoom
  readonly #turns = new LineTurns()
  #isStopping = false

  constructor(parts: LineDeskParts) {
    this.#parts = parts
    this.#book = parts.book
    this.#paths = new LinePaths(parts)
    this.#room = new LineRoom(parts)
    this.#life = new LineLife({ ...parts, paths: this.#paths, room: this.#room })
    this.#rounds = new LineRounds({ ...parts, room: this.#room, life: this.#life, turns: this.#turns })
    for (const line of this.#book.all) this.#takeUp(line)
  }

  quote(request: LineRequest, by: Actor = operator): LineQuote {
    const wish = this.#wishOf(request)
    return quoteResource(wish, this.#quoted(wish, by))
  }

  /** @param beyond what becomes of an agent's order that is beyond its bounds: the operator may be asked */
  order(
    request: LineRequest,
    key: string | undefined,
    by: Actor = operator,
    beyond: 'refuse' | 'ask' = 'refuse',
  ): ReturnType<Lines['order']> {
    const before = key === undefined ? undefined : this.#book.withKey(key)
    if (before !== undefined) {
      if (JSON.stringify(before.request) === JSON.stringify(request))
        return { type: 'known', line: this.#shown(before) }
      throw conflict(`the key of ${before.id} came with another order; take a new key for a new line`)
    }
    this.#refuseWhileStopping()
    const { count } = this.#parts.config()
    if (this.#book.open.length >= count)
      throw conflict(`${count} lines are booked or there; "lines.count" in vagus.yaml allows no more`)
    const wish = this.#wishOf(request)
    const quoted = this.#quoted(wish, by)
    if (quoted.type === 'beyond' && beyond === 'ask') return this.#asked({ request, key, by, wish }, quoted)
    if (quoted.type !== 'possible') throw this.#refusal(wish, quoted, by)
    const line = this.#put({ request, key: key ?? null, by, wish, ...this.#begins(wish) }, quoted)
    this.#parts.tell(orderedEvent(line))
    if (line.state === 'setting-up') this.#rounds.begin(line.id, () => this.#life.setUp(line.id))
    return { type: 'ordered', line: this.#shown(this.#book.find(line.id)!) }
  }

  /** Lets an agent have what it asked for, from now on for as long as it asked. */
  approve(id: string, by: Actor = operator): Promise<LineResource | undefined> {
    return this.#alone(id, async (line) => {
      if (line.state !== 'asked') throw conflict(`${id} is ${line.state}; only one that is asked for can be approved`)
      const wish = this.#wishOf(line.request)
      const quoted = contestedBy(wish, this.#book.open, id) ?? this.#room.quote(wish, by, id)
      if (quoted.type !== 'possible') throw conflict(refusalText(wish, quoted))
      const begins = this.#begins(wish)
      const approved = this.#book.put({ ...line, ...begins, approved: by, wish, ...pathsOf(quoted) })
      this.#parts.tell(approvedEvent(approved, by))
      if (approved.state === 'setting-up') await this.#life.setUp(id)
    })
  }

  list({ state }: { readonly state?: LineState | undefined }): LineList {
    const items = this.#book.all
      .filter((line) => state === undefined || line.state === state)
      .reverse()
      .map((line) => lineOf(line, this.#figuresOf(line)))
    return { apiVersion, kind: 'LineList', now: timeText(this.#parts.now()), items }
  }

  find(id: string): LineResource | undefined {
    const line = this.#book.find(id)
    return line && this.#shown(line)
  }

  change(id: string, change: LineChange, by: Actor = operator): Promise<LineResource | undefined> {
    return this.#alone(id, async (line) => {
      const { book, now, tell } = this.#parts
      refuseAsked(line)
      const wish = changedWish(line, change, { network: this.#parts.network(), now: now(), longest })
      const used = usedPath(line)
      // Work on a router may need the second path: then the line is without one for so long.
      const isMore = change.protect === true || wish.bitsPerSecond > line.wish.bitsPerSecond || used === undefined
      const quoted = this.#quoted(isMore ? wish : { ...wish, protect: false }, by, line)
      if (quoted.type !== 'possible') throw this.#refusal(wish, quoted, by)
      if (used === undefined) book.put({ ...withoutSecond(line), wish, ...pathsOf(quoted) })
      else if (wish.bitsPerSecond === used.bitsPerSecond && this.#stays(line, change, wish, quoted.path))
        await this.#prolonged(line, wish, used.number)
      else {
        const moved = await this.#life.move(id, `${whoText(by)} changed it`, { wish })
        if (moved.type === 'stays') throw conflict(`${moved.problem}; ${id} goes on as it was`)
      }
      tell(changedEvent(line, change, by))
    })
  }

  release(id: string, by: Actor = operator): Promise<LineResource | undefined> {
    return this.#alone(id, ({ state }) => {
      const isRefused = state === 'asked' && by.kind === 'operator'
      return this.#life.end(id, `${whoText(by)} ${isRefused ? 'refused' : 'released'} it`, by)
    })
  }

  /** What `/metrics` and the status tell. */
  get state(): { readonly lines: readonly { readonly line: KeptLine; readonly figures: LineFigures }[] } {
    return { lines: this.#book.all.map((line) => ({ line, figures: this.#figuresOf(line) })) }
  }

  /** Sets up, moves and ends what is due, asks routers how lines do; to be called once a second. */
  async step(): Promise<void> {
    if (this.#isStopping) return
    this.#book.clean(this.#parts.now())
    this.#rounds.step()
    await this.#turns.noted(Promise.all([this.#paths.step(), this.#rounds.look()]))
  }

  /** Nothing new is begun; what is in the midst is finished first. Lines stay, and are known after a restart. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#turns.settled()
  }

  /** A line is not moved to a better path because its end is another; to one beside which there is a second, it is. */
  #stays(line: KeptLine, { protect }: LineChange, wish: LineWish, best: Path): boolean {
    const { path } = usedPath(line)!
    if (isSamePath(best, path)) return true
    const now = { ...wish, start: Math.max(wish.start, this.#parts.now()) }
    return protect !== true && this.#room.isOpen(path, now, bookedFor(line), line.id)
  }

  async #prolonged(line: KeptLine, wish: LineWish, number: number): Promise<void> {
    const { id } = line
    this.#book.put({ ...line, wish })
    if (wish.end === line.wish.end) return
    const undo = (): unknown => this.#book.note({ ...this.#book.find(id)!, wish: line.wish })
    let problem: string | undefined
    try {
      const second = protectingPath(line)?.number
      const lost = second === undefined ? undefined : await this.#paths.prolong(id, second, wish.end)
      // A line must not go to one that ends before it does; another is laid.
      if (lost !== undefined && wish.end > line.wish.end) await this.#life.protection.drop(id, lost)
      problem = await this.#paths.prolong(id, number, wish.end)
    } catch (error) {
      undo() // the disk does not take that more may be held for longer
      throw error
    }
    if (problem === undefined || wish.end < line.wish.end) return
    undo()
    throw conflict(`${problem}; ${id} goes on as it was, until ${timeText(line.wish.end)}`)
  }

  /** After a restart: a set-up begins anew, a move is given up, and what was in the midst is owed. */
  #takeUp(line: KeptLine): void {
    const taken = this.#paths.takeUp(line, isOver(line) ? 'none' : 'those in use')
    const because = 'it goes on as before: the controller stopped while it was being moved'
    const state = line.state === 'moving' ? ({ state: 'active', because } as const) : {}
    const problem = this.#book.note({ ...taken, ...state })
    if (problem !== undefined) this.#parts.report(`${line.id} could not be written down: ${problem}`)
  }

  /** @throws {ProblemError} */
  #wishOf({ from, to, bitsPerSecond, for: time, start: at, maxDelayMs, protect, flow }: LineRequest): LineWish {
    const now = this.#parts.now()
    const start = at === undefined ? now : Date.parse(at)
    const lasts = parseDuration(time)
    if (lasts < 1000 || lasts > longest) throw bad('for', `"${time}" must be 1s to 31d`)
    if (start > now + longest) throw bad('start', `"${at}" is more than 31 days ahead`)
    if (start + lasts <= now) throw bad('start', `"${at}" and the ${time} from then are over`)
    const { attachments } = this.#parts.network()
    const problem = flow && flowProblem(flow, { from, to }, attachments)
    if (problem !== undefined) throw bad('flow', problem)
    return {
      from,
      to,
      bitsPerSecond: Math.ceil(bitsPerSecond),
      start,
      end: start + lasts,
      ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
      ...(protect === undefined ? {} : { protect }),
      ...(flow === undefined ? {} : { flow }),
    }
  }

  /** Within the bounds of who asks, and as things are. @param line that is changed */
  #quoted(wish: LineWish, by: Actor, line?: KeptLine): Quote | Beyond {
    const beyond =
      this.#parts.orderers.refusal(wish, by, { lines: this.#book.open, own: line?.id }) ??
      contestedBy(wish, this.#book.open, line?.id)
    if (beyond !== undefined) return beyond
    const isThere = line !== undefined && usedPath(line) !== undefined
    const start = isThere ? Math.max(wish.start, this.#parts.now()) : wish.start
    return this.#room.quote(
      { ...wish, start },
      line === undefined ? by : bookedFor(line),
      line?.id,
      isThere ? 'kept' : 'new',
    )
  }

  /** Kept until the operator says what is to become of it. @throws {ProblemError} where not even the operator could have it */
  #asked(
    { request, key, by, wish }: Pick<KeptLine, 'request' | 'by' | 'wish'> & { readonly key: string | undefined },
    { because }: Beyond,
  ): ReturnType<Lines['order']> {
    refuseTooMany(this.#book.open, by)
    const quoted = this.#room.quote(wish, operator)
    if (quoted.type !== 'possible') throw this.#refusal(wish, quoted, by)
    const asks = { state: 'asked', since: this.#parts.now(), because } as const
    const line = this.#put({ request, key: key ?? null, by, wish, ...asks }, quoted)
    this.#parts.tell(askedEvent(line))
    return { type: 'ordered', line: this.#shown(line) }
  }

  #begins({ start }: LineWish): Pick<KeptLine, 'state' | 'since' | 'because'> {
    const since = this.#parts.now()
    return start - lead > since
      ? { state: 'booked', since, because: `it begins at ${timeText(start)}` }
      : { state: 'setting-up', since, because: 'its routers are being asked' }
  }

  #put(
    line: Pick<KeptLine, 'request' | 'key' | 'by' | 'wish' | 'state' | 'since' | 'because'>,
    quoted: Extract<Quote, { readonly type: 'possible' }>,
  ): KeptLine {
    const id = this.#book.keeper.nextId()
    const ways = {
      considered: quoted.considered.map(linePathOf),
      ...pathsOf(quoted),
      laid: [],
      setUpMs: null,
      moves: 0,
    }
    return this.#book.put({ id, ...line, ...ways })
  }

  #refusal(wish: LineWish, quoted: Quote | Beyond, by: Actor): ProblemError {
    this.#parts.tell(refusedEvent(wish, quoteResource(wish, quoted).because, by))
    return conflict(refusalText(wish, quoted))
  }

  /** What is known of the line now; undefined when there is none of that id. */
  figuresOf(id: string): LineFigures | undefined {
    const line = this.#book.find(id)
    return line && this.#figuresOf(line)
  }

  #figuresOf(line: KeptLine): LineFigures {
    const isThere = usedPath(line) !== undefined && !isOver(line)
    const minutes = isThere ? [] : this.#book.keeper.minutesOf(line.id)
    const last = (isThere ? this.#rounds.current(line.id) : minutes.at(-1)) ?? null
    const free = freeNow(
      usedPath(line)?.path ?? line.path,
      this.#parts.network(),
      this.#book.bookings,
      this.#parts.now(),
    )
    return { steered: isThere ? this.#rounds.steered(line) : null, last, free }
  }

  #shown(line: KeptLine): LineResource {
    const { now, proofOf } = this.#parts
    const minutes = this.#book.keeper.minutesOf(line.id)
    return lineResource(line, this.#figuresOf(line), { now: now(), minutes, proof: proofOf(line, minutes) })
  }

  #refuseWhileStopping(): void {
    if (this.#isStopping) throw new ProblemError(problemOf(503, 'the controller stops; nothing was changed'))
  }

  /** Once what is being done with the line is done. @throws {ProblemError} when it is over */
  async #alone(id: string, work: (line: KeptLine) => Promise<void>): Promise<LineResource | undefined> {
    this.#refuseWhileStopping()
    return this.#turns.alone(id, async () => {
      const line = this.#book.find(id)
      if (line === undefined) return undefined
      if (isOver(line)) throw conflict(`${id} is ${line.state}: ${line.because}`)
      await work(line)
      return this.find(id)
    })
  }
}

/** Before a verb. */
const whoText = (by: Actor): string => (by.kind === 'agent' ? actorText(by) : `the ${actorText(by)}`)
/** With what would be possible instead. */
function refusalText(wish: LineWish, quoted: Quote | Beyond): string {
  const { because, alternative } = quoteResource(wish, quoted)
  return alternative === null ? because : `${because}; ${alternative}`
}
/** For which room is kept. */
const pathsOf = ({ path, protection }: Extract<Quote, { readonly type: 'possible' }>) => ({
  path,
  ...(protection === undefined ? {} : { protection: protection.path }),
})
const conflict = (problem: string): ProblemError => new ProblemError(problemOf(409, problem))
const bad = (parameter: string, problem: string): ProblemError =>
  new ProblemError(problemOf(400, `${parameter}: ${problem}`, [{ parameter, problem }]))
