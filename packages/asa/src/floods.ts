/** Floods: what an agent tells everybody, and what it was told (RFC 8991 §2.3.8). @module */
import { DecodeError } from '@vagus/wire'
import {
  type FloodEntry,
  type Locator,
  type ObjectiveHead,
  objectiveOf,
  type ObjectiveType,
  type TaggedObjective,
  valueOf,
} from '@vagus/grasp'
import { whenAborted } from './abort.ts'
import { Arrivals } from './arrivals.ts'
import type { Instance } from './instance.ts'

/** A value that was flooded, with where it is served. */
export interface Flooded<Value> {
  readonly value: Value
  readonly locator: Locator | undefined
  /** Who flooded it: an address of 4 or 16 octets that tells nodes apart. */
  readonly initiator: Uint8Array
  /** Interface that it came on. */
  readonly interface: number
  /** Milliseconds of the steady clock (`clock.ts`); Infinity for ever. */
  readonly expiresAt: number
}

/** Changes that wait to be taken; floods come again, so an old one may be lost. */
const maxChanges = 1024

export class Floods {
  readonly name: string
  readonly #instance: Instance
  /** Floods whose value could not be read. */
  unreadable = 0

  constructor(instance: Instance, name: string) {
    this.#instance = instance
    this.name = name
  }

  /**
   * Tells all nodes a value, once; `ttlMs` says for how long it holds, 0 for ever. The objective must be registered.
   * @throws {GraspError} `CBORfail` when it fits no multicast (1232 octets), {RangeError} as the codec
   */
  flood<Value>(
    type: ObjectiveType<Value>,
    value: Value,
    { ttlMs, locator }: { readonly ttlMs: number; readonly locator?: Locator },
  ): void {
    const objective = objectiveOf(type, value)
    const tagged: TaggedObjective = { objective, ...(locator === undefined ? {} : { locator }) }
    this.#instance.command((handle) => ({ type: 'flood', handle, asa: this.name, ttl: ttlMs, objectives: [tagged] }))
  }

  /** What was flooded and is valid. */
  flooded<Value>(type: ObjectiveType<Value>): readonly Flooded<Value>[] {
    return this.#instance.floods(type.name).flatMap((entry) => this.#read(type, entry) ?? [])
  }

  /** Floods as they come from now on, also repeated ones. */
  watch<Value>(
    type: ObjectiveType<Value>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Flooded<Value>, undefined> {
    const ended = Promise.withResolvers<void>()
    const changes = new Arrivals<Flooded<Value>>(maxChanges, () => {
      forget()
      ended.resolve()
    })
    const forget = this.#instance.onFlooded(({ objectives, initiator, interface: link, expiresAt }) => {
      for (const tagged of objectives.filter(({ objective }) => objective.name === type.name)) {
        const flooded = this.#read(type, { ...tagged, initiator, interface: link, expiresAt })
        if (flooded !== undefined) changes.push(flooded)
      }
    })
    whenAborted(signal, ended.promise, () => changes.end())
    return changes
  }

  /** Forgets what turned out to be no longer true, until it is flooded again. @throws {GraspError} `notObj` */
  expire(type: ObjectiveHead, { locator }: Pick<Flooded<unknown>, 'locator'>): void {
    const where = locator === undefined ? {} : { locator }
    this.#instance.command((handle) => ({ type: 'expire-flood', handle, asa: this.name, name: type.name, ...where }))
  }

  #read<Value>(type: ObjectiveType<Value>, entry: FloodEntry): Flooded<Value> | undefined {
    const { objective, locator, initiator, interface: link, expiresAt } = entry
    try {
      return { value: valueOf(type, objective), locator, initiator, interface: link, expiresAt }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.unreadable++
      return undefined
    }
  }
}
