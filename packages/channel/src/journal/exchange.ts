/** One exchange as its journal knows it, on either side. @module */
import type { AgentId } from '@vagus/identity'
import type { TrafficClass } from '../session/traffic-class.ts'
import { type JournaledMessage, Outbox } from './outbox.ts'

type Side = 'caller' | 'server'

/** How an exchange ended. `done`: its handler completed. The README of @vagus/agent explains the others. */
export const outcomeCodes = ['done', 'failed', 'cancelled', 'interrupted', 'refused', 'limit', 'gap'] as const
export type OutcomeCode = (typeof outcomeCodes)[number]

export interface Outcome {
  readonly code: OutcomeCode
  /** For people. At most 1,024 characters are sent. */
  readonly problem: string
}

/** What is fixed when an exchange starts. */
export interface ExchangeStart {
  readonly side: Side
  /** Its number in this journal, never used twice. */
  readonly local: number
  /** The key that both sides know: the caller's journal (hexadecimal) and the exchange's number there. */
  readonly callerJournal: string
  readonly number: number
  readonly id: string
  /** The caller's name for the other side; on the serving side the caller's id. */
  readonly name: string
  readonly protocol: string
  readonly class: TrafficClass
  readonly priority: number
  readonly head: Uint8Array
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The agent and journal to which a caller is bound, and no other. */
export interface Binding {
  readonly peer: AgentId
  readonly journal: string
}

/** Progress of an exchange: what is known now, or what is certain to survive. */
export interface Reach {
  /** Cursor of the last message sent. */
  sent: number
  /** Cursor of the last message of the other side that the program has acknowledged. */
  acknowledged: number
  /** The caller's messages are complete, or the handler has returned. */
  ended: boolean
}

export class JournaledExchange {
  readonly start: ExchangeStart
  binding: Binding | undefined = undefined
  readonly outbox = new Outbox()
  /** What the program did. */
  readonly reach: Reach = { sent: 0, acknowledged: 0, ended: false }
  /** The part of it that is in the store. Only this is reported to the other side. */
  readonly durable: Reach = { ...this.reach }
  /** Cursor of the last message that arrived in this process. */
  received = 0
  /** Unacknowledged messages of the other side, from `reach.acknowledged` + 1 to `received`. */
  readonly inbox = new Map<number, Uint8Array>()
  /** The last cursor of the other side: from a caller's `end`, or with a server's outcome. */
  last: number | undefined = undefined
  /** Decided by the serving side, or reported to the caller. */
  outcome: Outcome | undefined = undefined
  /** Of a served exchange: cursor up to which its messages leave with what follows them; 0: none waits. */
  held = 0
  /** The reason of a caller that gave up. */
  cancelled: string | undefined = undefined
  /** Milliseconds since 1970; `undefined` if not in this process and not checked yet. */
  heardAt: number | undefined

  constructor(start: ExchangeStart) {
    this.start = start
    this.heardAt = start.at
  }

  /** Whether everything from the other side has been acknowledged. */
  get drained(): boolean {
    return this.last !== undefined && this.reach.acknowledged >= this.last
  }

  /** Takes a message. `again`: it was here already. `gap`: it skips one, which a correct peer never does. */
  accept({ cursor, octets }: JournaledMessage): 'new' | 'again' | 'gap' {
    if (cursor <= this.received) return 'again'
    if (cursor !== this.received + 1 || (this.last !== undefined && cursor > this.last)) return 'gap'
    this.received = cursor
    this.inbox.set(cursor, octets)
    return 'new'
  }
}
