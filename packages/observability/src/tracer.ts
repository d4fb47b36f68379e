/** Makes spans, and hands those that are over to whoever sends them. @module */
import { randomBytes } from 'node:crypto'
import {
  type Attributes,
  type ExportedSpan,
  maxSpanEvents,
  readTraceparent,
  type Sampler,
  type Scope,
  type SpanData,
  type SpanEvent,
  type SpanKind,
  type TraceContext,
  traceparentOf,
} from '@vagus/signals'

export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes?: Attributes
  /** `traceparent` of another program, or a span of this one; undefined, or one that is none: it begins a trace. */
  readonly parent?: string | Span | undefined
  /** `tracestate` beside a `traceparent`. */
  readonly tracestate?: string | undefined
  /** Milliseconds since 1970; default now. */
  readonly from?: number
}

/** Longest `tracestate` that is told (W3C Trace Context, §3.3.1.5 asks for at least that). */
const maxTracestate = 512

export interface TracerParts {
  readonly sampler: Sampler
  /** Which part of the program makes them. */
  readonly scope: Scope
  /** What spans may say of agents: as of `TraceSettings`. */
  readonly agents: 'names' | 'ids' | 'nobody'
  readonly take: (span: ExportedSpan) => void
}

export class Tracer {
  readonly agents: TracerParts['agents']
  readonly #parts: TracerParts

  constructor(parts: TracerParts) {
    this.agents = parts.agents
    this.#parts = parts
  }

  /** The same for another part of the program. */
  for(name: string): Tracer {
    const { scope } = this.#parts
    return new Tracer({ ...this.#parts, scope: { ...scope, name } })
  }

  begin({ name, kind, attributes = {}, parent, tracestate, from = Date.now() }: SpanStart): Span {
    const before = typeof parent === 'string' ? readTraceparent(parent) : parent?.context
    const traceId = before?.traceId ?? randomBytes(16).toString('hex')
    const state = typeof parent === 'object' ? parent.data.tracestate : before && tracestate
    const place = typeof parent === 'string' ? ('elsewhere' as const) : ('here' as const)
    const tells = state !== undefined && state.length <= maxTracestate
    const data = newSpan({
      traceId,
      parent: before && { spanId: before.spanId, place },
      tracestate: tells ? state : undefined,
      name,
      kind,
      from,
      attributes,
    })
    return new Span(data, this.#parts.sampler(traceId, before), this.#parts)
  }

  /** One that a process before this one began and could not end. @param data as its `data` was */
  resume(data: SpanData): Span {
    return new Span(data, true, this.#parts)
  }
}

const newSpan = (
  begun: Pick<SpanData, 'traceId' | 'parent' | 'tracestate' | 'name' | 'kind' | 'attributes'> & {
    readonly from?: number
  },
): SpanData => ({
  from: Date.now(),
  ...begun,
  spanId: randomBytes(8).toString('hex'),
  events: [],
  moreEvents: 0,
})

/** Ends once; what comes later is of no account. One that is not sampled only passes its trace on. */
export class Span {
  readonly sampled: boolean
  readonly #parts: Pick<TracerParts, 'scope' | 'take'>
  #data: SpanData
  #events: SpanEvent[]
  #isOver = false

  constructor(data: SpanData, sampled: boolean, parts: Pick<TracerParts, 'scope' | 'take'>) {
    this.#data = data
    this.#events = [...data.events]
    this.sampled = sampled
    this.#parts = parts
  }

  /** As it is now: `Tracer.resume` goes on with it. */
  get data(): SpanData {
    return { ...this.#data, events: this.#events }
  }

  get context(): TraceContext {
    const { traceId, spanId } = this.#data
    const own = { traceId, spanId, sampled: this.sampled }
    return { ...own, text: traceparentOf(own) }
  }

  /** For what others do within it. */
  get traceparent(): string {
    return this.context.text
  }

  set(attributes: Attributes): void {
    if (this.sampled) this.#data = { ...this.#data, attributes: { ...this.#data.attributes, ...attributes } }
  }

  /** Work of this program within it. */
  child(name: string, kind: SpanKind, attributes: Attributes = {}): Span {
    const { traceId, spanId, tracestate } = this.#data
    const parent = { spanId, place: 'here' } as const
    return new Span(newSpan({ traceId, parent, tracestate, name, kind, attributes }), this.sampled, this.#parts)
  }

  /** Something that happened within it, by itself: the `traceparent` of what follows from that. */
  point(name: string, attributes: Attributes = {}): string {
    const span = this.child(name, 'internal', attributes)
    span.end()
    return span.traceparent
  }

  event(name: string, attributes: Attributes = {}): void {
    if (!this.sampled || this.#isOver) return
    if (this.#events.length < maxSpanEvents) this.#events.push({ name, at: Date.now(), attributes })
    else this.#data = { ...this.#data, moreEvents: this.#data.moreEvents + 1 }
  }

  /** @param problem why it failed, for people; empty: that is all there is to say; undefined: it did not */
  end(problem?: string): void {
    if (this.#isOver) return
    this.#isOver = true
    if (!this.sampled) return
    const { scope, take } = this.#parts
    const message = problem === '' ? {} : { message: problem }
    const status = problem === undefined ? ({ code: 'unset' } as const) : ({ code: 'error', ...message } as const)
    take({ ...this.data, scope, to: Math.max(Date.now(), this.#data.from), status })
  }
}
