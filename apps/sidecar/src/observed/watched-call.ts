/** An exchange that is served, as its observers see it; without any nothing happens here. @module */
import { AgentError, type ServedExchange } from '@vagus/agent'
import { agentNameOf } from '@vagus/identity'
import type { Fleet } from '../roster/fleet.ts'
import type { HeaderFields } from '../wire/header-fields.ts'
import type { RequestHead } from '../wire/http-exchange.ts'
import { problemOfError } from '../wire/problem.ts'
import { type CallObserver, passedOn } from './call-observer.ts'
import type { ObservedCall } from './observed-call.ts'
import { isPeeked } from './spoken.ts'

export class WatchedCall {
  readonly #observer: CallObserver | undefined
  readonly #exchange: ServedExchange
  readonly #head: RequestHead
  readonly #at = Date.now()
  #call: ObservedCall | undefined

  constructor(observer: CallObserver | undefined, exchange: ServedExchange, head: RequestHead) {
    this.#observer = observer
    this.#exchange = exchange
    this.#head = head
  }

  /** Whether the content is read to say what is called. */
  wants(head: RequestHead): boolean {
    return this.#observer?.isTracing === true && isPeeked(head)
  }

  /** A process before this one began it. */
  goesOn(): void {
    this.#call = this.#observer?.goesOn('called', this.#exchange.id, this.#head)
  }

  begins(
    body: Uint8Array | undefined,
    { identity }: ServedExchange['peer'],
    fleet: Pick<Fleet, 'member'> | undefined,
  ): void {
    const call = this.#begun(body)
    if (call === undefined) return
    call.peer = identity.id
    call.with('caller', fleet?.member(identity.id)?.name ?? agentNameOf(identity), identity.id)
    call.keep(this.#exchange.id)
  }

  passedOn(fields: HeaderFields): HeaderFields {
    return this.#call === undefined ? fields : passedOn(fields, this.#head, this.#call)
  }

  answered(status: number): void {
    this.#call?.answered(status)
  }

  /** Until `work` is done. What ends because this side-car does goes on in the next. */
  async during(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#call?.over()
    } catch (error) {
      const { aborted, reason } = this.#exchange.signal
      const isLeft = aborted && reason instanceof AgentError && reason.code === 'closed'
      if (!isLeft) this.#begun(undefined)?.over(problemOfError(aborted ? reason : error))
      throw error
    }
  }

  #begun(body: Uint8Array | undefined): ObservedCall | undefined {
    this.#call ??= this.#observer?.begun('called', this.#head, body, this.#at)
    return this.#call
  }
}
