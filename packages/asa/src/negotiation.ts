/**
 * One negotiation, on either side (RFC 8991 §2.3.5):
 *
 *   for await (const { value, loopCount } of negotiation) {      the other side's offers
 *     if (isGood(value)) negotiation.accept()
 *     else negotiation.offer(better(value))                      or wait(ms), decline(reason), invalid(why)
 *   }
 *   const outcome = await negotiation.outcome                    { accepted, value } or { declined, reason }
 *
 * @module
 */
import { DecodeError } from '@vagus/wire'
import {
  type ErrorCode,
  hasFlag,
  type Locator,
  type Objective,
  type ObjectiveType,
  type Peer,
  type Run,
  valueOctets,
  valueOf,
} from '@vagus/grasp'
import { whenAborted } from './abort.ts'
import { Arrivals } from './arrivals.ts'
import { checkCode, GraspError } from './errors.ts'
import type { HandleEffect, Instance } from './instance.ts'

export interface Offer<Value> {
  readonly value: Value
  /** Steps left; at 1 only accept and decline remain. */
  readonly loopCount: number
}

/** `value` is what both sides hold: the last offer. */
export type Outcome<Value> =
  | { readonly outcome: 'accepted'; readonly value: Value }
  | { readonly outcome: 'declined'; readonly reason: string | undefined }

/** Offers that wait to be taken: sides alternate, so there is at most one, and another after a restart of the peer. */
const maxOffers = 4

export class Negotiation<Value> implements AsyncIterable<Offer<Value>> {
  readonly objective: ObjectiveType<Value>
  readonly run: Run
  /** Who asked; undefined when we did. */
  readonly peer: Peer | undefined
  /**
   * How it ended. @throws {GraspError} when it ended otherwise: `noPeer`, `noNegReply`, `noReply` when we were too slow, `CBORfail`, …
   */
  readonly outcome: Promise<Outcome<Value>>
  readonly #instance: Instance
  readonly #offers = new Arrivals<Offer<Value>>(maxOffers)
  readonly #outcome = Promise.withResolvers<Outcome<Value>>()
  readonly #handle: number
  /** What a step of ours that is being taken was refused with. */
  #refusal: ErrorCode | undefined
  #isStepping = false
  #isOver = false

  constructor(
    instance: Instance,
    objective: ObjectiveType<Value>,
    how: { readonly run: Run; readonly handle: number; readonly peer?: Peer },
  ) {
    this.#instance = instance
    this.objective = objective
    this.run = how.run
    this.peer = how.peer
    this.#handle = how.handle
    this.outcome = this.#outcome.promise
    this.outcome.catch(() => undefined) // whoever iterates only is told by the end of the offers
  }

  /** The other side's offers; it ends with the negotiation. */
  [Symbol.asyncIterator](): AsyncIterator<Offer<Value>, undefined> {
    return this.#offers
  }

  /** A counter-offer. @throws {GraspError} `noValidStep` out of turn, `loopExhausted`, `CBORfail`; {RangeError} as the codec */
  offer(value: Value): void {
    const octets = valueOctets(this.objective.codec.encode(value))
    this.#step({ type: 'negotiate', handle: this.#handle, value: octets })
  }

  /** Asks for time to think, milliseconds. @throws {GraspError} */
  wait(waitingTime: number): void {
    this.#step({ type: 'wait', handle: this.#handle, waitingTime })
  }

  /** Accepts the other side's last offer. @throws {GraspError} */
  accept(): void {
    this.#step({ type: 'accept', handle: this.#handle })
  }

  /** Ends it without an agreement; also out of turn, and when it is over already. */
  decline(reason?: string): void {
    if (this.#isOver) return
    this.#step({ type: 'decline', handle: this.#handle, ...(reason === undefined ? {} : { reason }) })
  }

  /** Tells the other side that its last message makes no sense, which ends the negotiation. */
  invalid(why: string): void {
    if (!this.#isOver) this.#step({ type: 'send-invalid', handle: this.#handle, content: valueOctets(why) })
  }

  #step(event: Parameters<Instance['act']>[0]): void {
    if (this.#isOver) throw new GraspError('noSession')
    this.#isStepping = true
    this.#refusal = undefined
    try {
      this.#instance.act(event)
    } finally {
      this.#isStepping = false
    }
    checkCode(this.#refusal ?? 'ok')
  }

  /** Gives it up: the other side is told that it is declined, the outcome rejects with `reason`. */
  abandon(reason: unknown): void {
    if (this.#isOver) return
    this.#fail(reason)
    this.#instance.act({ type: 'cancel', handle: this.#handle })
  }

  hear(effect: HandleEffect): void {
    if (effect.type === 'negotiation-offered') this.takeOffer(effect.objective)
    else if (effect.type === 'negotiation-ended') this.#end(effect)
    else if (effect.type === 'done') {
      if (this.#isStepping) this.#refusal = effect.code
      else this.#fail(new GraspError(effect.code === 'ok' ? 'unspec' : effect.code, effect.problem))
    }
  }

  /** False when it could not be read, which ends the negotiation. */
  takeOffer(objective: Objective): boolean {
    try {
      this.#offers.push({ value: valueOf(this.objective, objective), loopCount: objective.loopCount })
      return true
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#instance.act({ type: 'send-invalid', handle: this.#handle, content: valueOctets(error.message) })
      this.#fail(new GraspError('CBORfail', error.message))
      return false
    }
  }

  #end(effect: Extract<HandleEffect, { readonly type: 'negotiation-ended' }>): void {
    const { code, objective, reason } = effect
    if (code === 'declined') this.#settle({ outcome: 'declined', reason })
    else if (code !== 'ok') this.#fail(new GraspError(code, reason))
    else {
      try {
        this.#settle({ outcome: 'accepted', value: valueOf(this.objective, objective) })
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  #settle(outcome: Outcome<Value>): void {
    if (this.#close()) this.#outcome.resolve(outcome)
  }

  #fail(error: unknown): void {
    if (this.#close()) this.#outcome.reject(error)
  }

  #close(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#instance.forget(this.#handle)
    this.#offers.end()
    return true
  }
}

export interface NegotiateOptions {
  /** Without it the first responder that is known or found. */
  readonly to?: Locator
  /** Of a link-local `to`. */
  readonly interface?: number
  /** For each answer of the other side, milliseconds; default 60,000. */
  readonly timeoutMs?: number
  readonly run?: Run
  /** Steps at most, default those of the objective. */
  readonly loopCount?: number
  readonly signal?: AbortSignal
}

/** Asks for a negotiation that begins with `objective`. */
export function requestNegotiation<Value>(
  instance: Instance,
  type: ObjectiveType<Value>,
  objective: Objective,
  { to, interface: link, timeoutMs, signal }: NegotiateOptions,
): Negotiation<Value> {
  const run: Run = hasFlag(objective, 'dryRun') ? 'dry' : 'live'
  const handle = instance.newHandle()
  const negotiation = new Negotiation(instance, type, { run, handle })
  instance.listen(handle, (effect) => negotiation.hear(effect))
  instance.act({
    type: 'request-negotiation',
    handle,
    objective,
    ...(to === undefined ? {} : { to }),
    ...(link === undefined ? {} : { interface: link }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  whenAborted(signal, negotiation.outcome, (reason) => negotiation.abandon(reason))
  return negotiation
}
