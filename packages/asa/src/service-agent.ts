/** An autonomic service agent (RFC 8991): what it offers, and what it asks of others. @module */
import {
  bareObjective,
  type Discovered,
  hasFlag,
  type Locator,
  type ObjectiveHead,
  objectiveOf,
  type ObjectiveType,
  type Registration,
  valueOctets,
  valueOf,
} from '@vagus/grasp'
import { whenAborted } from './abort.ts'
import { Arrivals } from './arrivals.ts'
import { checkCode, GraspError } from './errors.ts'
import { Floods } from './floods.ts'
import type { Instance } from './instance.ts'
import { type NegotiateOptions, Negotiation, requestNegotiation } from './negotiation.ts'

export type RegisterOptions = Partial<Pick<Registration, 'discoverable' | 'overlap' | 'ttl'>> & {
  readonly locator?: Locator
}

export interface DiscoverOptions {
  /** Default 100 ms × loop count. */
  readonly timeoutMs?: number
  /** Known locators are used that live for so much longer, milliseconds; `Infinity` asks anew. */
  readonly minimumTtlMs?: number
  /** One node alone is asked. */
  readonly to?: Locator
  readonly interface?: number
  readonly signal?: AbortSignal
}

export interface SynchronizeOptions {
  /** Without it a flood that is valid, else the first responder that is known or found. */
  readonly to?: Locator
  readonly interface?: number
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Requests of peers that wait to be taken; the engine has its own limit of sessions. */
const maxRequests = 4096

export class ServiceAgent extends Floods {
  readonly #instance: Instance

  /** @throws {GraspError} `dupASA`, `ASAfull` */
  constructor(instance: Instance, name: string) {
    super(instance, name)
    this.#instance = instance
    instance.command((handle) => ({ type: 'register-asa', handle, asa: name }))
  }

  /** Says that this agent serves the objective. @throws {GraspError} `objReg`, `notOverlap`, `objFull`, … */
  register<Value>(type: ObjectiveType<Value>, options: RegisterOptions = {}): void {
    const { discoverable = 'everywhere', overlap = 'alone', ttl = 0, locator } = options
    const registration: Registration = {
      objective: bareObjective(type, type.dryRun === 'possible' ? 'dry' : 'live'),
      discoverable,
      overlap,
      ttl,
      ...(locator === undefined ? {} : { locator }),
      ...(type.maxSize === undefined ? {} : { maxSize: type.maxSize }),
    }
    this.#instance.command((handle) => ({ type: 'register', handle, asa: this.name, registration }))
  }

  deregister(type: ObjectiveHead): void {
    this.#instance.command((handle) => ({ type: 'deregister', handle, asa: this.name, name: type.name }))
  }

  /** Responders as they answer, until the time is over. @throws {GraspError} when iterated: `noDiscReply`, `CBORfail` */
  discover(type: ObjectiveHead, options: DiscoverOptions = {}): AsyncIterableIterator<Discovered, undefined> {
    const instance = this.#instance
    const { to, interface: link, timeoutMs, minimumTtlMs, signal } = options
    const handle = instance.newHandle()
    let isOpen = true
    const ended = Promise.withResolvers<void>()
    const found = new Arrivals<Discovered>(Infinity, () => {
      instance.forget(handle)
      if (isOpen) instance.act({ type: 'cancel', handle })
      ended.resolve()
    })
    const end = (error?: unknown): void => {
      isOpen = false
      found.end(error === undefined ? {} : { error })
    }
    instance.listen(handle, (effect) => {
      if (effect.type === 'discovered') found.push(effect.found)
      else if (effect.type === 'discovery-ended' || effect.type === 'done') {
        const problem = effect.type === 'done' ? effect.problem : undefined
        end(effect.code === 'ok' ? undefined : new GraspError(effect.code, problem))
      }
    })
    instance.act({
      type: 'discover',
      handle,
      objective: bareObjective(type),
      ...(to === undefined ? {} : { to }),
      ...(link === undefined ? {} : { interface: link }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(minimumTtlMs === undefined ? {} : { minimumTtlMs }),
    })
    whenAborted(signal, ended.promise, (error) => found.end({ error }))
    return found
  }

  /** The first responder, as soon as it answers. @throws {GraspError} `noDiscReply` */
  async discoverFirst(type: ObjectiveHead, options: DiscoverOptions = {}): Promise<Discovered> {
    for await (const found of this.discover(type, options)) return found
    throw new GraspError('noDiscReply')
  }

  /** Opens a negotiation with a first offer. @throws {RangeError} as the codec, {GraspError} `notDry` */
  negotiate<Value>(type: ObjectiveType<Value>, value: Value, options: NegotiateOptions = {}): Negotiation<Value> {
    const { run = 'live', loopCount = type.loopCount } = options
    if (run === 'dry' && type.dryRun === 'no') throw new GraspError('notDry')
    return requestNegotiation(this.#instance, type, { ...objectiveOf(type, value, run), loopCount }, options)
  }

  /** Negotiations that others ask for, from now on; each begins with their first offer. @throws {GraspError} */
  negotiations<Value>(
    type: ObjectiveType<Value>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Negotiation<Value>, undefined> {
    const instance = this.#instance
    const listening = { asa: this.name, name: type.name, to: 'negotiation' } as const
    instance.command((handle) => ({ type: 'listen', handle, ...listening }))
    const ended = Promise.withResolvers<void>()
    const asked = new Arrivals<Negotiation<Value>>(maxRequests, () => {
      instance.onRequested(this.name, type.name, undefined)
      instance.act({ type: 'stop-listening', handle: instance.newHandle(), ...listening })
      ended.resolve()
    })
    instance.onRequested(this.name, type.name, ({ handle, objective, peer }) => {
      const run = hasFlag(objective, 'dryRun') ? 'dry' : 'live'
      const negotiation = new Negotiation(instance, type, { run, handle, peer })
      instance.listen(handle, (effect) => negotiation.hear(effect))
      if (negotiation.takeOffer(objective)) asked.push(negotiation)
    })
    whenAborted(signal, ended.promise, () => asked.end())
    return asked
  }

  /** The value that a responder has now, or that was flooded. @throws {GraspError} `noDiscReply`, `noSynchReply`, … */
  synchronize<Value>(type: ObjectiveType<Value>, options: SynchronizeOptions = {}): Promise<Value> {
    const instance = this.#instance
    const { to, interface: link, timeoutMs, signal } = options
    const handle = instance.newHandle()
    const value = Promise.withResolvers<Value>()
    instance.listen(handle, (effect) => {
      instance.forget(handle)
      try {
        if (effect.type === 'done') checkCode(effect.code, effect.problem)
        if (effect.type === 'synchronized') value.resolve(valueOf(type, effect.objective))
      } catch (error) {
        value.reject(error)
      }
    })
    instance.act({
      type: 'synchronize',
      handle,
      objective: bareObjective(type),
      ...(to === undefined ? {} : { to }),
      ...(link === undefined ? {} : { interface: link }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
    whenAborted(signal, value.promise, (reason) => {
      value.reject(reason)
      instance.forget(handle)
      instance.act({ type: 'cancel', handle })
    })
    return value.promise
  }

  /** What others get who synchronise, from now on. The objective must be registered. @throws {GraspError} */
  publish<Value>(type: ObjectiveType<Value>, value: Value): void {
    const instance = this.#instance
    const octets = valueOctets(type.codec.encode(value))
    const mine = { asa: this.name, name: type.name } as const
    instance.command((handle) => ({ type: 'set-value', handle, ...mine, value: octets }))
    instance.command((handle) => ({ type: 'listen', handle, ...mine, to: 'synchronization' }))
  }

  /** Nothing of this agent is served any more. */
  close(): void {
    this.#instance.command((handle) => ({ type: 'deregister-asa', handle, asa: this.name }))
  }
}
