/** One exchange as a journal knows it, on either side. @module */
import type { AgentId } from '@vagus/identity'
import type { TrafficClass } from '../session/traffic-class.ts'
import { type Message, Outbox } from './outbox.ts'

type Side = 'caller' | 'server'

/** How an exchange ended. `done`: its handler is through. The rest is explained in the README of @vagus/agent. */
export const outcomeCodes = ['done', 'failed', 'cancelled', 'interrupted', 'refused', 'limit', 'gap'] as const
export type OutcomeCode = (typeof outcomeCodes)[number]

export interface Outcome {
  readonly code: OutcomeCode
  /** For people; at most 1,024 characters are sent. */
  readonly problem: string
}

/** What is fixed when an exchange begins. */
export interface ExchangeStart {
  readonly side: Side
  /** This journal's own number of it, never used twice. */
  readonly local: number
  /** What both sides know it by: the caller's journal (hexadecimal) and its number there. */
  readonly callerJournal: string
  readonly number: number
  readonly id: string
  /** The caller's word for the other side; on the serving side the caller's id. */
  readonly name: string
  readonly protocol: string
  readonly class: TrafficClass
  readonly priority: number
  readonly head: Uint8Array
  /** Milliseconds since 1970. */
  readonly at: number
}

/** With whom it is, once a caller is bound: this agent and this journal of it, and no other. */
export interface Binding {
  readonly peer: AgentId
  readonly journal: string
}

/** How far something came: what is known now, or what is certain to survive. */
export interface Reach {
  /** Cursor of the last message sent. */
  sent: number
  /** Cursor of the last message of the other side that the program is done with. */
  acknowledged: number
  /** A caller's messages are complete, or the handler is through. */
  ended: boolean
}

export class JournaledExchange {
  readonly start: ExchangeStart
  binding: Binding | undefined = undefined
  readonly outbox = new Outbox()
  /** What the program did. */
  readonly reach: Reach = { sent: 0, acknowledged: 0, ended: false }
  /** As much of it as is in the store: only that is told to the other side. */
  readonly durable: Reach = { ...this.reach }
  /** Cursor of the last message that arrived in this process. */
  received = 0
  /** The other side's messages that are not acknowledged, from `reach.acknowledged` + 1 to `received`. */
  readonly inbox = new Map<number, Uint8Array>()
  /** A caller's end of messages, or a server's outcome with it: the last cursor of the other side. */
  last: number | undefined = undefined
  /** The serving side's decision, or what the caller was told. */
  outcome: Outcome | undefined = undefined
  /** A caller that gave up. */
  cancelled: string | undefined = undefined
  /** Milliseconds since 1970; `undefined`: not in this process, and nobody has looked yet. */
  heardAt: number | undefined

  constructor(start: ExchangeStart) {
    this.start = start
    this.heardAt = start.at
  }

  /** Nothing of the other side is left to be dealt with. */
  get drained(): boolean {
    return this.last !== undefined && this.reach.acknowledged >= this.last
  }

  /** Takes a message in. `again` was here before; `gap` leaves one out, which a faithful peer never does. */
  accept({ cursor, octets }: Message): 'new' | 'again' | 'gap' {
    if (cursor <= this.received) return 'again'
    if (cursor !== this.received + 1 || (this.last !== undefined && cursor > this.last)) return 'gap'
    this.received = cursor
    this.inbox.set(cursor, octets)
    return 'new'
  }
}
