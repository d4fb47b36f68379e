/**
 * What is asked of the agents of devices (objective Line.Part): a part of one path, one negotiation at a time. The port that
 * the desk needs; `grasp-part-asker.ts` implements it.
 * @module
 */
import type { LineHold, LineMeasured, LineSteer } from '@vagus/grasp/objectives'
import { NegotiationProblem, type Reason } from '../negotiation/negotiation-problem.ts'

/** Which part is asked for, and where. Plain JSON: it is kept, so that it can be released after a crash. */
export interface PartPlace {
  readonly device: string
  /** Id of the device's agent. */
  readonly agent: string
  /** The plan-id, 32 hexadecimal digits: the same from prepare to release. */
  readonly plan: string
  /** Of the path, 1..65,535. */
  readonly number: number
  readonly part: LineHold | LineSteer
}

/** A negotiation that waits for us. The responder forgets it after 15 s, or when it is declined. */
export interface PreparedPart {
  /** @throws {PartProblem} when it is over already */
  accept(): void
  decline(why: string): void
}

/** Every call ends within its time, and throws `PartProblem`. */
export interface PartAsker {
  /** Since when the agent of that id is connected, milliseconds since 1970; undefined while it is not. */
  connectedSince(agent: string): number | undefined
  /** @param leaseMs from the accept */
  prepare(place: PartPlace, leaseMs: number): Promise<PreparedPart>
  /** The lease runs for `leaseMs` from now. @throws {PartProblem} `STALE` when the agent has nothing of that plan */
  confirm(place: PartPlace, leaseMs: number): Promise<void>
  /** Fulfilled once the agent has nothing of that plan, also where it had none before. */
  release(place: PartPlace): Promise<void>
  /** Nothing is changed. @throws {PartProblem} `STALE` when the agent has nothing of that plan */
  measured(place: PartPlace): Promise<LineMeasured>
}

/** How long each call may take, milliseconds. A responder takes back what is not confirmed within 15 s. */
export const partWithin = { prepare: 6000, confirm: 14_000, release: 10_000, measured: 4000 } as const
export type PartAsk = keyof typeof partWithin

const verbs: Readonly<Record<PartAsk, string>> = {
  prepare: 'does not take',
  confirm: 'does not confirm',
  release: 'does not release',
  measured: 'does not tell of',
}
const nouns = { hold: 'its hold', steer: 'its steering' } as const

export class PartProblem extends NegotiationProblem {
  override readonly name = 'PartProblem'
  readonly place: PartPlace

  constructor(what: PartAsk, place: PartPlace, reason: Reason) {
    super(`${place.device} ${verbs[what]} ${nouns[place.part.type]} of path ${place.number}`, reason)
    this.place = place
  }
}
