/** What carries orders and stops to vehicles. @module */
import type { Carrier, Given, StopGiven } from '../evaluate.ts'

export interface Messenger {
  order(given: Given): void
  stop(given: StopGiven): void
  /** So far. */
  readonly carried: Carrier
}
