/** How an exchange reaches the other side: over any session. @module */
import type { Duplex } from 'node:stream'
import type { Binding, ExchangeStart } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'

/** A session that can carry an exchange. */
export interface ExchangeSession {
  readonly peer: AgentId
  /** The id of the other side's journal. */
  readonly journal: string
  /** An answer is late on every path. */
  readonly isSilent: boolean
  open(start: ExchangeStart): Duplex
}

/** What a caller sends first, if the session starts with a ticket. */
export interface Opening {
  readonly priority: number
  /**
   * The messages at the start of its stream, at least `room` octets if there are so many. They are sent under
   * `binding`, which is stored by then. Called at most once: from then on the other side may have read them, whatever
   * it answers.
   */
  begin(binding: Binding, room: number): Promise<readonly Uint8Array[]>
  /** The other side has read them; `stream` continues after what `begin` returned. */
  taken(stream: Duplex): void
}

export interface ExchangeSessions {
  /** @throws {AgentError} */
  to(name: string, signal: AbortSignal, opening?: Opening): Promise<ExchangeSession>
  /**
   * Fulfilled when another attempt may be worthwhile, but at the latest after `patience` milliseconds or on `signal`.
   */
  changed(patience: number, signal: AbortSignal): Promise<void>
  /** Tells a caller that we are back, if it can be reached: it may still wait for the agent from before a restart. */
  reach(caller: string): void
}
