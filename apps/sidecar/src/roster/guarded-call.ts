/**
 * One call of another agent under a roster: decided before anything is carried out, and again with each newer roster as
 * long as it is open. What may no longer go on ends at once, and nothing more of its answer is sent. With that it is decided
 * which service its answer gets.
 * @module
 */
import type { ServedExchange } from '@vagus/agent'
import type { AgentId } from '@vagus/identity'
import type { ServiceName } from '@vagus/qos'
import type { RequestHead } from '../wire/http-exchange.ts'
import { ProblemError } from '../wire/problem.ts'
import type { AskedCall } from './asked-calls.ts'
import type { CallServices } from './call-services.ts'
import type { Fleet } from './fleet.ts'

export interface Deciders {
  /** Without one everything may. */
  readonly fleet?: Fleet | undefined
  readonly services: CallServices
}

export class GuardedCall {
  readonly #exchange: Pick<ServedExchange, 'class' | 'treat'>
  readonly #outsider: Pick<RequestHead, 'outsider'>
  readonly #fleet: Fleet | undefined
  readonly #services: CallServices
  #service: ServiceName
  readonly #barred = new AbortController()
  #end: (() => void) | undefined

  /** @param head says for whom it is asked, if that is not the caller itself */
  constructor(
    exchange: Pick<ServedExchange, 'class' | 'treat'>,
    { outsider }: Pick<RequestHead, 'outsider'>,
    { fleet, services }: Deciders,
  ) {
    this.#exchange = exchange
    this.#outsider = outsider === undefined ? {} : { outsider }
    this.#fleet = fleet
    this.#services = services
    this.#service = exchange.class
  }

  /** What the call has; what its caller claims, until it was decided. */
  get service(): ServiceName {
    return this.#service
  }

  /** Aborted, with a {ProblemError}, when it may no longer go on. */
  get signal(): AbortSignal {
    return this.#barred.signal
  }

  /**
   * @param asked all of what it asks for, as the roster of the moment wants to know it; throws a {ProblemError} where that is
   * not known any more
   * @throws {ProblemError} `refused`, or that of `asked`
   */
  begin({ identity, mandate }: ServedExchange['peer'], asked: () => readonly AskedCall[]): void {
    const fleet = this.#fleet
    if (fleet === undefined) return this.#treat(identity.id, [])
    const who = { caller: identity.id, ...(mandate === undefined ? {} : { mandate }), ...this.#outsider }
    const check = (refused?: (call: AskedCall, because: string) => void): void => {
      const calls = asked()
      for (const call of calls) {
        const because = fleet.refusalOfCall({ ...who, ...call })
        if (because === undefined) continue
        refused?.(call, because)
        throw new ProblemError('refused', because)
      }
      this.#treat(identity.id, calls)
    }
    // One that was begun and ends with a newer roster was no attempt.
    const member = fleet.member(identity.id)?.name
    check((call, because) => fleet.onRefused?.({ caller: identity.id, member, ...this.#outsider, call, because }))
    this.#end = fleet.watch(() => {
      try {
        check()
      } catch (error) {
        this.#barred.abort(error)
      }
    })
  }

  #treat(caller: AgentId, calls: readonly AskedCall[]): void {
    this.#service = this.#services.ofCaller(caller, this.#exchange.class, calls)
    this.#exchange.treat(this.#service)
  }

  /** It could not even be begun. */
  bar(error: unknown): void {
    this.#barred.abort(error)
  }

  /** Rejects when it may no longer go on. */
  get barred(): Promise<never> {
    return new Promise((_, reject) => {
      const bar = (): void => reject(this.signal.reason as Error)
      if (this.signal.aborted) bar()
      else this.signal.addEventListener('abort', bar, { once: true })
    })
  }

  end(): void {
    this.#end?.()
  }
}
