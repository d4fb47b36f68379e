/** Observes the calls of one side-car: spans where a tracer is there, counts where somebody scrapes. @module */
import type { Span, Tracer } from '@vagus/observability'
import { type HeaderFields, valuesOf } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import type { CallMeters, Side } from './call-meters.ts'
import { ObservedCall, type SpanKeeper } from './observed-call.ts'
import { spokenOf } from './spoken.ts'

export interface ObserverParts {
  readonly tracer: Tracer | undefined
  readonly meters: CallMeters | undefined
  readonly keeper: SpanKeeper
}

const kinds = { caller: 'client', called: 'server' } as const

export class CallObserver {
  readonly #parts: ObserverParts
  readonly #open = new Set<ObservedCall>()

  constructor(parts: ObserverParts) {
    this.#parts = parts
  }

  /** Whether more of a request is read to say what it is about. */
  get isTracing(): boolean {
    return this.#parts.tracer !== undefined
  }

  /** Calls that are not over. */
  get open(): Iterable<ObservedCall> {
    return this.#open
  }

  /** @param body undefined where it was not read @param from milliseconds since 1970 */
  begun(side: Side, head: RequestHead, body: Uint8Array | undefined, from: number): ObservedCall {
    const { name, protocol, attributes, traceparent } = spokenOf(head, body)
    const parent = traceparentIn(head.headers)
    const span = this.#parts.tracer?.begin({
      name,
      kind: kinds[side],
      attributes,
      // Of the side-car before this one, which knows best who asks here; the program's own else.
      parent: head.trace ?? (parent === 'none' ? traceparent : parent),
      tracestate: valuesOf(head.headers, 'tracestate').join(',') || undefined,
      from,
    })
    const call = this.#observed(side, span)
    call.protocol = protocol
    call.hasOwnContext = traceparent !== undefined
    return call
  }

  /** One that a process before this one began; one of which it knew nothing gets a span now. @param id of the exchange */
  goesOn(side: Side, id: string, head: RequestHead | undefined): ObservedCall | undefined {
    const { tracer, keeper } = this.#parts
    const kept = keeper.span(`${side} ${id}`)
    if (tracer === undefined || kept === undefined) return head && this.begun(side, head, undefined, Date.now())
    const call = this.#observed(side, tracer.resume(kept))
    if (head !== undefined) call.protocol = head.speech
    call.event('vagus.resumed')
    call.keep(id)
    return call
  }

  #observed(side: Side, span: Span | undefined): ObservedCall {
    const { tracer, meters, keeper } = this.#parts
    const onOver = (over: ObservedCall): void => void this.#open.delete(over)
    const call = new ObservedCall({ side, span, meters, keeper, agents: tracer?.agents ?? 'names', onOver })
    this.#open.add(call)
    return call
  }
}

/** `none`: the program made none. More than one is as good as a broken one (W3C Trace Context, §3.2). */
function traceparentIn(headers: HeaderFields): string | undefined {
  const fields = valuesOf(headers, 'traceparent')
  return fields.length === 0 ? 'none' : fields.length === 1 ? fields[0] : undefined
}

/** The head with the trace for the side-car over there, and for the program where its caller made none. */
export function carrying(head: RequestHead, { traceparent, hasOwnContext }: ObservedCall): RequestHead {
  if (traceparent === undefined) return head
  const isMade = traceparentIn(head.headers) !== 'none' || hasOwnContext
  const headers = isMade ? head.headers : [...head.headers, ['traceparent', traceparent] as const]
  return { ...head, headers, trace: traceparent }
}

/** Of this side, where the program's own `traceparent` stays as it is: for servers of Vagus, such as the controller's. */
export const ownTraceField = 'Vagus-Traceparent'

/** The fields for the local server: what a side-car made names this side as the parent, what a program made stays. */
export function passedOn(fields: HeaderFields, { trace }: RequestHead, call: ObservedCall): HeaderFields {
  const { traceparent, hasOwnContext } = call
  if (traceparent === undefined) return fields
  const given = traceparentIn(fields)
  const isProgramsOwn = hasOwnContext || (given === 'none' ? trace !== undefined : given !== trace)
  if (isProgramsOwn) return [...fields, [ownTraceField, traceparent]]
  return [...fields.filter(([name]) => name.toLowerCase() !== 'traceparent'), ['traceparent', traceparent]]
}
