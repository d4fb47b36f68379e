/** A negotiation that belongs to a trace of its initiator, as its header says: what is done for it belongs there, too. @module */
import type { Header } from '@vagus/grasp/objectives'
import type { Span, Tracer } from '@vagus/observability'
import { within } from '@vagus/observability/current-span'

export class TracedTalk {
  readonly #tracer: Tracer | undefined
  readonly #name: string
  #span: Span | undefined

  /** @param name of the span @param tracer undefined: nothing is traced */
  constructor(tracer: Tracer | undefined, name: string) {
    this.#tracer = tracer
    this.#name = name
  }

  /** Runs `work` for an offer; the first one says which trace it is. */
  within<Result>({ header: { trace } }: { readonly header: Header }, work: () => Result): Result {
    if (trace !== undefined) this.#span ??= this.#tracer?.begin({ name: this.#name, kind: 'server', parent: trace })
    return this.#span === undefined ? work() : within(this.#span, work)
  }

  /** @param how undefined: it came to nothing */
  end(how: string | undefined): void {
    this.#span?.end(how === 'accepted' ? undefined : '')
  }
}
