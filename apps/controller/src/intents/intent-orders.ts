/**
 * What the set in force means for each device, as the device reads it: so the controller asks nobody for what the operator
 * does not want, and says so itself.
 * @module
 */
import { type IntentSet, type Orders, ordersOf } from '@vagus/intent'

export interface IntentOrdersParts {
  /** Whether the configuration names an owner at all: without, nobody's intents are obeyed. */
  readonly isObeyed: () => boolean
  /** The newest of the owner; undefined: none is known yet. */
  readonly set: () => IntentSet | undefined
  /** In the owner's roster; undefined: not known, so that every role counts as one of the device's. */
  readonly rolesOf: (device: string) => readonly string[] | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export class IntentOrders {
  readonly #parts: IntentOrdersParts

  constructor(parts: IntentOrdersParts) {
    this.#parts = parts
  }

  /** Undefined where no intents are obeyed. @param at milliseconds since 1970, default now */
  at(device: string, at: number = this.#parts.now()): Orders | undefined {
    const { isObeyed, set, rolesOf } = this.#parts
    return isObeyed() ? ordersOf(set(), { name: device, roles: rolesOf(device) }, at) : undefined
  }
}
