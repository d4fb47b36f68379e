/** Joins approvals to the controller: its clock, its agent, its proposals. @module */
import { classMeds } from '@vagus/bgp/actuation'
import { randomOctets } from '@vagus/transport'
import type { EventDraft } from '../events/event-draft.ts'
import type { SteeringIntents } from '../intents/steering-intents.ts'
import { ApprovalDesk } from './approval/approval-desk.ts'
import type { LeaseBook } from './approval/lease-book.ts'
import type { MedAsker } from './approval/med-asker.ts'
import type { SteeringDesk } from './steering-desk.ts'

export interface OpenApprovals {
  readonly steering: SteeringDesk
  readonly book: LeaseBook
  /** Undefined where the configuration has no `agent`. */
  readonly asker: MedAsker | undefined
  readonly intents: SteeringIntents
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** A desk that makes a step once a second, until it is stopped. */
export function openApprovals({ steering, book, asker, intents, tell, report }: OpenApprovals): {
  readonly desk: ApprovalDesk
  stop(): Promise<void>
} {
  const desk = new ApprovalDesk({
    book,
    asker: () => asker,
    proposals: steering.proposals,
    watchOf: (neighbour) => steering.watches.find(({ border }) => border.neighbour === neighbour),
    meds: classMeds,
    newPlan: () => Buffer.from(randomOctets(16)).toString('hex'),
    now: Date.now,
    intents,
    tell,
    report,
  })
  const clock = setInterval(() => {
    desk.step().catch((error: unknown) => report(`approvals: ${String(error)}`))
  }, 1000)
  return {
    desk,
    async stop() {
      clearInterval(clock)
      await desk.stop()
    },
  }
}
