/** How an exchange gets to the other side: a session, whichever there is. @module */
import type { Duplex } from 'node:stream'
import type { Binding, ExchangeStart } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'

/** A session over which an exchange can go. */
export interface ExchangeSession {
  readonly peer: AgentId
  /** The id of the other side's journal. */
  readonly journal: string
  open(start: ExchangeStart): Duplex
}

/** What a caller says first, should the session begin with a ticket. */
export interface Opening {
  readonly priority: number
  /**
   * The messages that its stream begins with, at least `room` octets of them if there are so many. They are told under
   * `binding`, which is kept by then. Asked for once at most: from then on the other side may have read them, whatever
   * it answers.
   */
  begin(binding: Binding, room: number): Promise<readonly Uint8Array[]>
  /** It has read them; `stream` goes on behind what `begin` gave. */
  taken(stream: Duplex): void
}

export interface ExchangeSessions {
  /** @throws {AgentError} */
  to(name: string, signal: AbortSignal, opening?: Opening): Promise<ExchangeSession>
  /**
   * Fulfilled when it may be worth while to try again, but after `patience` milliseconds or with `signal` in any case.
   */
  changed(patience: number, signal: AbortSignal): Promise<void>
  /** Lets a caller know that we are back, if it can be reached: it may still wait for who we were before a restart. */
  reach(caller: string): void
}
