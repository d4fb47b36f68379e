/**
 * Private lines as agents of the fleet have them: each orders within the bounds of `lines.agents`, and changes and releases
 * what it ordered itself. Paths are the operator's matter.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { AgentLineChange, AgentLineOrder, AgentLineQuote } from '@vagus/api/agent-lines'
import type { LineRequest, LineResource } from '@vagus/api/lines'
import { ProblemError, type ProblemStatus, problemOf } from '../../http/problem.ts'
import { timeText } from '../../resources/windows.ts'
import { isOver, type LineBook } from '../line-book.ts'
import type { LineDesk } from '../line-desk.ts'
import { AskRate, asksPerMinute } from './ask-rate.ts'
import type { LineOrderers } from './line-orderers.ts'
import { QuotedWishes } from './quoted-wishes.ts'

export interface AgentLinesParts {
  readonly desk: LineDesk
  readonly book: LineBook
  readonly orderers: LineOrderers
  /** As of `QuotedWishes`. */
  readonly newToken: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface AwaitedLine {
  /** Milliseconds. */
  readonly within: number
  /** Who waits has gone. */
  readonly signal: AbortSignal
}

/** Questions of one agent that wait. */
const maxWaits = 4

/** Each may throw {ProblemError}: 400, 403, 404, 409 or 503. `agent`: an id that its session proved. */
export class AgentLines {
  readonly #parts: AgentLinesParts
  readonly #quoted: QuotedWishes
  readonly #rate = new AskRate()
  /** By agent, how many of its questions wait. */
  readonly #waits = new Map<string, number>()

  constructor(parts: AgentLinesParts) {
    this.#parts = parts
    this.#quoted = new QuotedWishes(parts.newToken)
  }

  quote(agent: string, request: LineRequest): AgentLineQuote {
    const { desk, orderers, now } = this.#parts
    const quote = desk.quote(request, orderers.actor(agent))
    if (!quote.possible) return { ...quote, quote: null, validUntil: null }
    const { token, until } = this.#quoted.give(agent, request, now())
    return { ...quote, quote: token, validUntil: timeText(until) }
  }

  /**
   * The same key of the same agent is the same line, whoever was killed in between.
   * @param beyond what becomes of an order beyond the bounds: where the operator is asked, the line is `asked`
   */
  order(agent: string, { key, quote, ...wish }: AgentLineOrder, beyond: 'refuse' | 'ask' = 'refuse'): LineResource {
    const { desk, book, orderers, now } = this.#parts
    const by = orderers.actor(agent)
    const ownKey = keyOf(agent, key)
    const before = book.withKey(ownKey)
    const quoted = quote === undefined ? undefined : this.#quoted.find(agent, quote, now())
    if (before !== undefined && quote !== undefined && quoted === undefined) return desk.find(before.id)!
    if (before === undefined) this.#refuseTooOften(by)
    const request = quote === undefined ? wholeWish(wish) : (quoted ?? unknownQuote(quote))
    return desk.order(request, ownKey, by, beyond).line
  }

  async change(agent: string, id: string, { bitsPerSecond, end }: AgentLineChange): Promise<LineResource> {
    const by = this.#ownerOf(agent, id, 'changes')
    this.#refuseTooOften(by)
    const change = { ...(bitsPerSecond !== undefined && { bitsPerSecond }), ...(end !== undefined && { end }) }
    return (await this.#parts.desk.change(id, change, by)) ?? unknownLine(id)
  }

  /** Always possible, however often it asked, and where it is over already. */
  async release(agent: string, id: string): Promise<LineResource> {
    const { desk, book } = this.#parts
    const by = this.#ownerOf(agent, id, 'releases')
    const line = book.find(id)
    if (line !== undefined && isOver(line)) return desk.find(id)!
    return (await desk.release(id, by)) ?? unknownLine(id)
  }

  /** Any line; with `awaited` once it is there or over, or the time is, or at once where the agent waits for many already. */
  async find(agent: string, id: string, awaited?: AwaitedLine): Promise<LineResource> {
    const { desk, book } = this.#parts
    const waits = this.#waits.get(agent) ?? 0
    const isSettled = (): boolean => {
      const line = book.find(id)
      return line === undefined || line.state === 'active' || isOver(line)
    }
    if (awaited !== undefined && waits < maxWaits && !isSettled()) {
      this.#waits.set(agent, waits + 1)
      await changedOnce(book, isSettled, awaited)
      const left = this.#waits.get(agent)! - 1
      if (left > 0) this.#waits.set(agent, left)
      else this.#waits.delete(agent)
    }
    return desk.find(id) ?? unknownLine(id)
  }

  #ownerOf(agent: string, id: string, does: 'changes' | 'releases'): Actor {
    const { book, orderers } = this.#parts
    const by = orderers.actor(agent)
    const line = book.find(id) ?? unknownLine(id)
    if (line.by.id === agent) return by
    const owner = line.by.kind === 'operator' ? 'the operator' : (line.by.name ?? line.by.id)
    return fail(403, `${id} was ordered by ${owner}; an agent ${does} only lines that it ordered itself`)
  }

  #refuseTooOften(by: Actor): void {
    const wait = this.#rate.ask(by.id!, this.#parts.now())
    if (wait === 0) return
    const seconds = Math.ceil(wait / 1000)
    fail(409, `${by.name} may order and change ${asksPerMinute} times a minute; again in ${seconds} s`)
  }
}

/** No key of the operator has a space. */
const keyOf = (agent: string, key: string): string => `${agent} ${key}`

function changedOnce(book: LineBook, isSettled: () => boolean, { within, signal }: AwaitedLine): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      unwatch()
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const unwatch = book.watch(() => isSettled() && done())
    const timer = setTimeout(done, within)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}

/** What an order without a token must have. */
function wholeWish({
  from,
  to,
  bitsPerSecond,
  for: time,
  ...more
}: Omit<AgentLineOrder, 'key' | 'quote'>): LineRequest {
  if (from !== undefined && to !== undefined && bitsPerSecond !== undefined && time !== undefined)
    return { from, to, bitsPerSecond, for: time, ...more }
  return fail(400, 'an order has "quote", the token of a quote, or else from, to, bitsPerSecond and for')
}

const unknownQuote = (token: string): never =>
  fail(409, `"${token}" is no quote of this agent that still holds; ask for a quote again, it holds for a minute`)
const unknownLine = (id: string): never => fail(404, `there is no line "${id}"; see /v1/lines`)

function fail(status: ProblemStatus, problem: string): never {
  throw new ProblemError(problemOf(status, problem))
}
