/** How an exchange gets to the other side: a session, whichever there is. @module */
import type { Duplex } from 'node:stream'
import type { ExchangeStart } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'

/** A session over which an exchange can go. */
export interface ExchangeRoad {
  readonly peer: AgentId
  /** The id of the other side's journal. */
  readonly journal: string
  open(start: ExchangeStart): Duplex
}

export interface ExchangeRoads {
  /** @throws {AgentError} */
  to(name: string, signal: AbortSignal): Promise<ExchangeRoad>
  /** Fulfilled when it may be worth while to try again before the time. */
  changed(): Promise<void>
  /** Lets a caller know that we are back, if it can be reached: it may still wait for who we were before a restart. */
  reach(caller: string): void
}
