/**
 * Keeps a private line for each `connect` that holds: ordered, extended before its end, changed with its intent, ordered again
 * after it failed, and released when the intent is withdrawn or its window ends. A line is known by its key, so that a
 * controller that was killed finds it again.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { LineChange, LineQuote, LineRequest } from '@vagus/api/lines'
import { type Connect, type Intent, isActive, windowEnd } from '@vagus/intent'
import { rateText } from '@vagus/line'
import { ProblemError } from '../http/problem.ts'
import { isOver, type KeptLine, type LineBook } from '../lines/line-book.ts'
import type { LineFigures } from '../lines/line-resource.ts'
import type { Assessed } from './assurance.ts'

/** What it does with lines. */
interface KeptLines {
  quote(request: LineRequest, by: Actor): LineQuote
  order(request: LineRequest, key: string, by: Actor): unknown
  change(id: string, change: LineChange, by: Actor): Promise<unknown>
  release(id: string, by: Actor): Promise<unknown>
  figuresOf(id: string): LineFigures | undefined
}

export interface ConnectKeeperParts {
  readonly lines: KeptLines
  readonly book: Pick<LineBook, 'all' | 'open'>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type ConnectIntent = Intent & { readonly goal: Connect }
const isConnect = (intent: Intent): intent is ConnectIntent => intent.goal.type === 'connect'

/** Milliseconds that a line is ordered for, and that are left when it is extended: it ends by itself when nobody extends it. */
const termMs = 6 * 3_600_000
const extendMs = 3 * 3_600_000
/** Milliseconds between two tries to order or change; twice as long after each line that failed, up to 32 times. */
const retryMs = 15_000
const maxDoublings = 5
/** A line that would end so soon is not ordered, milliseconds. */
const leastMs = 5000

const prefix = 'intent '
/** Behind no key of an agent or of the operator. */
const keyOf = (intent: string, now: number): string => `${prefix}${intent} ${now}`
const actorOf = (intent: string): Actor => ({ kind: 'controller', id: null, name: `intent ${intent}` })
const intentOf = ({ key }: KeptLine): string | undefined =>
  key?.startsWith(prefix) === true ? key.slice(prefix.length).split(' ')[0] : undefined

export class ConnectKeeper {
  readonly #parts: ConnectKeeperParts
  readonly #nextAt = new Map<string, number>()
  /** Why there is no line, or it is not as wanted. */
  readonly #problems = new Map<string, string>()
  readonly #busy = new Set<string>()

  constructor(parts: ConnectKeeperParts) {
    this.#parts = parts
  }

  /** To be called about once a second, while a set holds. @param intents of that set */
  step(intents: readonly Intent[]): void {
    const now = this.#parts.now()
    const wanted = new Map(
      intents.flatMap((one) => (isConnect(one) && isActive(one.when, now) ? [[one.name, one] as const] : [])),
    )
    for (const name of this.#problems.keys()) if (!wanted.has(name)) this.#problems.delete(name)
    const there = this.#parts.book.open.filter((line) => intentOf(line) !== undefined)
    for (const line of there) {
      const intent = wanted.get(intentOf(line)!)
      if (intent === undefined) this.#act(line.id, intentOf(line)!, () => this.#release(line))
    }
    for (const intent of wanted.values())
      this.#keep(
        intent,
        there.find((line) => intentOf(line) === intent.name),
        now,
      )
  }

  /** How the line of the intent is. */
  standOf(intent: Intent): Assessed {
    const line = this.#parts.book.open.find((one) => intentOf(one) === intent.name)
    const problem = this.#problems.get(intent.name)
    if (line === undefined) {
      if (problem !== undefined) return { state: 'degraded', evidence: problem }
      const last = this.#pastOf(intent.name).at(-1)
      if (last?.state === 'failed') return { state: 'degraded', evidence: `${last.id} failed: ${last.because}` }
      return { state: 'translated', evidence: 'its private line is about to be ordered' }
    }
    if (problem !== undefined) return { state: 'degraded', evidence: `${line.id}: ${problem}` }
    if (line.state === 'setting-up' || line.state === 'booked')
      return { state: 'translated', evidence: `${line.id} is being set up` }
    const figures = this.#parts.lines.figuresOf(line.id)
    if (figures?.steered === false)
      return { state: 'degraded', evidence: `an end sends past ${line.id}, as its probes are lost` }
    return { state: 'active', evidence: evidenceOf(line, figures) }
  }

  #keep(intent: ConnectIntent, line: KeptLine | undefined, now: number): void {
    const { name, goal } = intent
    const end = Math.min(now + termMs, windowEnd(intent.when, now) ?? Infinity)
    if (line === undefined) {
      if (this.#isDue(name, now) && end - now > leastMs) this.#act(name, name, () => this.#order(intent, end))
      return
    }
    if (isOver(line) || line.state === 'moving') return
    if (!isSame(line, goal)) return this.#act(line.id, name, () => this.#release(line))
    const isShort = line.wish.end - now < extendMs && line.wish.end < end - 1000
    const isLong = line.wish.end > end + 1000
    const isOther = line.wish.bitsPerSecond !== goal.bitsPerSecond
    if (!isOther && !isShort && !isLong) return void this.#problems.delete(name)
    if (!this.#isDue(name, now)) return
    const change = {
      ...(isOther && { bitsPerSecond: goal.bitsPerSecond }),
      ...((isShort || isLong) && { end: new Date(end).toISOString() }),
    }
    this.#act(line.id, name, () => this.#parts.lines.change(line.id, change, actorOf(name)))
  }

  #isDue(name: string, now: number): boolean {
    const past = this.#pastOf(name)
    const failed = past.length - 1 - past.findLastIndex(({ state }) => state !== 'failed')
    const every = retryMs * 2 ** Math.min(failed, maxDoublings)
    const wait = (this.#nextAt.get(name) ?? 0) - now
    if (wait > 0 && wait <= every) return false // a longer wait than there is: the clock was set back
    this.#nextAt.set(name, now + every)
    return true
  }

  /** Its lines that are over and still known, oldest first. */
  #pastOf(name: string): readonly KeptLine[] {
    return this.#parts.book.all.filter((line) => isOver(line) && intentOf(line) === name)
  }

  #order({ name, goal }: ConnectIntent, end: number): Promise<unknown> {
    const { lines, now } = this.#parts
    const seconds = Math.max(1, Math.floor((end - now()) / 1000))
    const request: LineRequest = {
      from: goal.between[0],
      to: goal.between[1],
      bitsPerSecond: goal.bitsPerSecond,
      for: `${seconds}s`,
      ...(goal.delayMs === undefined ? {} : { maxDelayMs: goal.delayMs }),
    }
    const by = actorOf(name)
    // Asked first: what is not possible is an event once, as the intent's state, and not with each try.
    const { possible, because, alternative } = lines.quote(request, by)
    if (!possible) throw new Error(alternative === null ? because : `${because}; ${alternative}`)
    lines.order(request, keyOf(name, now()), by)
    return Promise.resolve()
  }

  #release(line: KeptLine): Promise<unknown> {
    return this.#parts.lines.release(line.id, actorOf(intentOf(line)!))
  }

  /** One thing at a time with each line. */
  #act(what: string, intent: string, work: () => Promise<unknown>): void {
    if (this.#busy.has(what)) return
    this.#busy.add(what)
    void this.#done(intent, work).finally(() => this.#busy.delete(what))
  }

  async #done(intent: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      this.#problems.delete(intent)
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem.detail : undefined
      this.#problems.set(intent, problem ?? (error as Error).message)
    }
  }
}

/** What a change cannot give. */
const isSame = ({ wish }: KeptLine, { between: [from, to], delayMs }: Connect): boolean =>
  wish.from === from && wish.to === to && wish.maxDelayMs === delayMs

function evidenceOf({ id, wish, path }: KeptLine, figures: LineFigures | undefined): string {
  const { last } = figures ?? {}
  const rate = `${id} holds ${rateText(wish.bitsPerSecond)}`
  const delay = path.delayMs === null ? '' : `, ${Number(path.delayMs.toPrecision(3))} ms one way`
  const trip = last?.roundTripMs ? `, round trip p99 ${Number(last.roundTripMs.p99.toPrecision(3))} ms` : ''
  const lost =
    last === null || last === undefined || last.probes.sent === 0
      ? ''
      : `, ${last.probes.lost} of ${last.probes.sent} probes lost`
  return `${rate}${delay}${trip}${lost}`
}
