/** One GRASP instance at work: the engine, its network, its clock, and who is told what. @module */
import { randomBytes } from 'node:crypto'
import {
  type ApiEffect,
  type ApiEvent,
  type Config,
  type Counters,
  createNode,
  defaultLimits,
  type Effect,
  type ErrorCode,
  type Event,
  floodedObjectives,
  type FloodEntry,
  type HostEffect,
  type Limits,
  nextDeadline,
  type Node,
  step,
} from '@vagus/grasp'
import { steadyNow as now } from './clock.ts'
import { checkCode } from './errors.ts'
import type { Network } from './network.ts'

export interface InstanceOptions {
  readonly mode: Config['mode']
  /** Off by default (RFC 8990 §2.5.5.1). */
  readonly rapid?: Config['rapid']
  readonly dullObjectives?: readonly string[]
  readonly limits?: Partial<Limits>
}

type Flooded = Extract<ApiEffect, { readonly type: 'flooded' }>
type Requested = Extract<ApiEffect, { readonly type: 'negotiation-requested' }>
/** What concerns one call or negotiation. */
export type HandleEffect = Exclude<ApiEffect, Flooded | Requested>

/** Ticks come at the next deadline, at least so often while something is awaited, and now and then for the tables. Milliseconds. */
const ticks = { least: 5, awaited: 100, idle: 30_000 } as const

export class Instance {
  readonly #network: Network
  readonly #config: Config
  readonly #node: Node
  readonly #listeners = new Map<number, (effect: HandleEffect) => void>()
  readonly #requested = new Map<string, (effect: Requested) => void>()
  readonly #floodListeners = new Set<(effect: Flooded) => void>()
  #nextHandle = 0
  #timer: NodeJS.Timeout | undefined
  #isBusy = false

  constructor(network: Network, options: InstanceOptions) {
    this.#network = network
    const { address, port, locator } = network
    this.#config = {
      address,
      port,
      mode: options.mode,
      rapid: options.rapid ?? 'off',
      limits: { ...defaultLimits, ...options.limits },
      drawSessionId: () => randomBytes(4).readUInt32BE(),
      ...(locator === undefined ? {} : { locator }),
      ...(options.dullObjectives === undefined ? {} : { dullObjectives: options.dullObjectives }),
    }
    this.#node = createNode(this.#config)
    network.start((event) => this.#act({ ...event, now: now() }))
    this.#arm()
  }

  get counters(): Readonly<Counters> {
    return this.#node.counters
  }

  /** Numbers of the interfaces in use. */
  get interfaces(): readonly number[] {
    return [...this.#node.interfaces.keys()]
  }

  get address(): Uint8Array {
    return this.#config.address
  }

  get port(): number {
    return this.#config.port
  }

  /** What was flooded under `name` and is valid. */
  floods(name: string): readonly FloodEntry[] {
    return floodedObjectives(this.#node, name, now())
  }

  /** A call that is answered at once. @throws {GraspError} unless it is `ok` */
  command(event: (handle: number) => ApiEvent): void {
    let answer: { readonly code: ErrorCode; readonly problem?: string } = { code: 'unspec' }
    const handle = this.newHandle()
    this.listen(handle, (effect) => {
      if (effect.type === 'done') answer = effect
    })
    this.act(event(handle))
    this.forget(handle)
    checkCode(answer.code, answer.problem)
  }

  /** For a call that goes on. */
  newHandle(): number {
    return this.#nextHandle++
  }

  act(event: ApiEvent): void {
    this.#act({ ...event, now: now() })
  }

  /** What comes of the call or negotiation `handle` goes to `listener` until `forget`. */
  listen(handle: number, listener: (effect: HandleEffect) => void): void {
    this.#listeners.set(handle, listener)
  }

  forget(handle: number): void {
    this.#listeners.delete(handle)
  }

  /** Negotiations that peers ask of `asa` about `name` go to `listener`; undefined: to none. */
  onRequested(asa: string, name: string, listener: ((effect: Requested) => void) | undefined): void {
    if (listener === undefined) this.#requested.delete(`${asa}\n${name}`)
    else this.#requested.set(`${asa}\n${name}`, listener)
  }

  /** Floods of others go to `listener` until the function returned is called. */
  onFlooded(listener: (effect: Flooded) => void): () => void {
    this.#floodListeners.add(listener)
    return () => this.#floodListeners.delete(listener)
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#network.stop()
  }

  /** Effects may bring about events; those wait their turn. */
  readonly #waiting: Event[] = []
  #act(event: Event): void {
    this.#waiting.push(event)
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const [, effects] = step(this.#node, next, this.#config)
        for (const effect of effects) this.#carryOut(effect)
      }
    } finally {
      this.#isBusy = false
    }
    if (event.type !== 'tick') this.#hasten()
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'negotiation-requested') this.#take(effect)
    else if (effect.type === 'flooded') for (const listener of this.#floodListeners) listener(effect)
    else if ('handle' in effect) this.#listeners.get(effect.handle)?.(effect)
    else this.#onNetwork(effect)
  }

  #onNetwork(effect: HostEffect): void {
    switch (effect.type) {
      case 'multicast':
        return this.#network.multicast(effect.interface, effect.octets)
      case 'deliver':
        return this.#network.deliver(effect.to, effect.octets)
      case 'connect':
        return this.#network.connect(effect.connection, effect.to, effect.interface)
      case 'send':
        return this.#network.send(effect.connection, effect.octets)
      case 'close':
        return this.#network.close(effect.connection)
    }
  }

  /** The engine gives requests only to an ASA that listens; one that stopped in this moment is a decline. */
  #take(effect: Requested): void {
    const listener = this.#requested.get(`${effect.asa}\n${effect.objective.name}`)
    if (listener !== undefined) listener(effect)
    else this.act({ type: 'decline', handle: effect.handle, reason: 'BUSY the agent no longer listens' })
  }

  /** When the timer is of the idle kind and something is now awaited, it comes earlier. */
  #isIdle = true
  #hasten(): void {
    if (this.#isIdle && nextDeadline(this.#node) !== undefined) this.#arm()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const deadline = nextDeadline(this.#node)
    this.#isIdle = deadline === undefined
    const wait = deadline === undefined ? ticks.idle : Math.min(ticks.awaited, Math.max(ticks.least, deadline - now()))
    this.#timer = setTimeout(() => {
      this.#act({ type: 'tick', now: now() })
      this.#arm()
    }, wait).unref()
  }
}
