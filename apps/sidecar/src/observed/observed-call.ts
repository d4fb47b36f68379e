/**
 * One call as observers see it: a span, which outlives the process where its exchange does, and a count when it is over.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { Span } from '@vagus/observability'
import { type Attributes, type SpanData, toldText } from '@vagus/signals'
import { type Problem, type Reason, reasonOf } from '../wire/problem.ts'
import type { CallMeters, Side } from './call-meters.ts'
import type { Speech } from '../wire/http-exchange.ts'

/** Where open spans are kept over the end of a process. */
export interface SpanKeeper {
  span(id: string): SpanData | undefined
  setSpan(id: string, data: SpanData): void
  forgetSpan(id: string): void
}

export interface ObservedParts {
  readonly side: Side
  readonly span: Span | undefined
  readonly meters: CallMeters | undefined
  readonly keeper: SpanKeeper
  /** What spans say of agents. */
  readonly agents: 'names' | 'ids' | 'nobody'
  readonly onOver: (call: ObservedCall) => void
}

/** Characters of a sentence that is told: the other side-car may have made it. */
const maxDetail = 200

export class ObservedCall {
  /** With whom, once that is known. */
  peer: AgentId | undefined
  protocol: Speech = 'http'
  /** Whether the program says in the content which trace it is of: then nothing is added to its fields. */
  hasOwnContext = false
  readonly #parts: ObservedParts
  readonly #began = performance.now()
  #key: string | undefined
  #status = 0
  #isOver = false

  constructor(parts: ObservedParts) {
    this.#parts = parts
  }

  /** For what is done within it; undefined: nothing is traced. */
  get traceparent(): string | undefined {
    return this.#parts.span?.traceparent
  }

  /** From now on a process after this one goes on with it. @param id of the exchange */
  keep(id: string): void {
    const { side, span, keeper } = this.#parts
    this.#key = `${side} ${id}`
    const key = this.#key
    if (span?.sampled === true) unlessDiskFails(() => keeper.setSpan(key, span.data))
  }

  /** The called agent, or the calling one. */
  with(which: 'called' | 'caller', name: string | undefined, id: string | undefined): void {
    const { span, agents } = this.#parts
    if (span === undefined || agents === 'nobody') return
    if (name !== undefined) span.set({ [`vagus.${which}.name`]: name })
    if (agents === 'ids' && id !== undefined) span.set({ [`vagus.${which}.id`]: id })
  }

  event(name: string, attributes?: Attributes): void {
    this.#parts.span?.event(name, attributes)
  }

  /** What the server answered. @param status of HTTP */
  answered(status: number): void {
    this.#status = status
    this.#parts.span?.set({ 'http.response.status_code': status })
  }

  /** @param problem that came in place of the answer, or of the rest of it */
  over(problem?: Problem): void {
    if (this.#isOver) return
    this.#isOver = true
    const { side, span, meters, keeper, onOver } = this.#parts
    const reason = problem && reasonOf(problem)
    const wrong = reason ?? this.#wrongStatus
    if (wrong !== undefined) span?.set({ 'error.type': wrong })
    span?.end(wrong && this.#told(reason, problem))
    const outcome = reason ?? (this.#status === 0 ? 'ok' : `${Math.floor(this.#status / 100)}xx`)
    meters?.count({ side, protocol: this.protocol, outcome, seconds: (performance.now() - this.#began) / 1000 })
    onOver(this)
    const key = this.#key
    if (key !== undefined && span?.sampled === true) unlessDiskFails(() => keeper.forgetSpan(key))
  }

  /** As the conventions for HTTP say; undefined: it is none. */
  get #wrongStatus(): string | undefined {
    const least = this.#parts.side === 'caller' ? 400 : 500
    return this.#status >= least ? String(this.#status) : undefined
  }

  /** The sentence of the policy, without ids where they are not told. Other details may have a path, an address or a value. */
  #told(reason: Reason | undefined, problem: Problem | undefined): string {
    const { agents } = this.#parts
    if (reason !== 'refused' || problem === undefined || agents === 'nobody') return ''
    return toldText(problem.detail.slice(0, maxDetail), agents)
  }
}

/** A full disk costs a span what a kill would leave of it, and no call anything. */
function unlessDiskFails(work: () => void): void {
  try {
    work()
  } catch {} // the journal of the call itself says so
}
