/**
 * What is asked of the agents of devices (objective Congestion.MED): one prefix, at one ingress, one negotiation at a time.
 * The port that approvals need; `grasp-asker.ts` implements it.
 * @module
 */
import type { Told } from '@vagus/api/steering'
import { NegotiationProblem, type Reason } from '../../negotiation/negotiation-problem.ts'

/** Where a MED is asked for, and why. Plain JSON: it is kept, so that a lease can be released after a crash. */
export interface MedPlace {
  readonly device: string
  /** Id of the device's agent. */
  readonly agent: string
  readonly prefix: string
  /** Of the device. */
  readonly interface: string
  readonly link: string
  /** AS of the neighbour; 0 where none is configured. */
  readonly peerAs: number
  /** Of the link, permille of its capacity: now, and with the whole plan. */
  readonly load: { readonly now: number; readonly predicted: number }
  /** Permille. */
  readonly confidence: number
  /** Milliseconds from the accept. */
  readonly leaseMs: number
  /** The plan-id, 32 hexadecimal digits: the same from prepare to release. */
  readonly plan: string
}

/** What a responder would do. */
export interface MedAnswer {
  /** At least what was asked for. */
  readonly med: number
  /** What its neighbours are told now. */
  readonly told: readonly Told[]
  /** Of the responder: another one means that it was started again, and has forgotten its leases. */
  readonly epoch: number
}

/** A negotiation that waits for us. The responder forgets it after 15 s, or when it is declined. */
export interface Prepared extends MedAnswer {
  /** @throws {AskProblem} when it is over already */
  accept(): void
  decline(why: string): void
}

/** Every call ends within its time, and throws `AskProblem`. */
export interface MedAsker {
  /** Since when the agent of that id is connected, milliseconds since 1970; undefined while it is not. */
  connectedSince(agent: string): number | undefined
  /** What neighbours are told there now; nothing is changed. */
  look(place: MedPlace): Promise<readonly Told[]>
  /** What the agent would do; nothing is changed. */
  dryRun(place: MedPlace, med: number): Promise<MedAnswer>
  prepare(place: MedPlace, med: number): Promise<Prepared>
  /** What neighbours are told since the lease is in force. `epoch`: of the answer to the prepare. */
  confirm(place: MedPlace, agreed: Pick<MedAnswer, 'med' | 'epoch'>): Promise<readonly Told[]>
  /** Fulfilled once the agent has no lease of that plan, also where it had none before. */
  release(place: MedPlace): Promise<void>
}

/** How long each call may take, milliseconds. A responder reverts what is not confirmed within 15 s. */
export const askWithin = { look: 6000, dryRun: 6000, prepare: 6000, confirm: 14_000, release: 10_000 } as const
export type AskKind = keyof typeof askWithin

const verbs: Readonly<Record<AskKind, (med: number | null) => string>> = {
  look: () => 'does not say what it tells its neighbours',
  dryRun: (med) => `does not take MED ${med}`,
  prepare: (med) => `does not take MED ${med}`,
  confirm: (med) => `does not confirm MED ${med}`,
  release: () => 'does not release what it has',
}

export class AskProblem extends NegotiationProblem {
  override readonly name = 'AskProblem'
  readonly place: MedPlace

  constructor(what: AskKind, place: MedPlace, med: number | null, reason: Reason) {
    const { device, prefix, link } = place
    super(`${device} ${verbs[what](med)} of ${prefix} on ${link}`, reason)
    this.place = place
  }
}
