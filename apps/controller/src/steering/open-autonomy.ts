/** Joins autonomy to the controller: its steps are those of steering. @module */
import type { ControlStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { SteeringIntents } from '../intents/steering-intents.ts'
import type { ApprovalDesk } from './approval/approval-desk.ts'
import { AutonomyDesk } from './autonomy/autonomy-desk.ts'
import { autonomyKeeper } from './autonomy/autonomy-keeper.ts'
import type { SteeringDesk } from './steering-desk.ts'

export interface OpenAutonomy {
  readonly state: DomainState
  readonly control: ControlStore
  readonly steering: SteeringDesk
  readonly approvals: ApprovalDesk
  readonly intents: SteeringIntents
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export function openAutonomy(options: OpenAutonomy): AutonomyDesk {
  const { state, control, steering, approvals, intents, tell, report } = options
  const keeper = autonomyKeeper(control)
  const desk = new AutonomyDesk({
    config: () => state.config.steering,
    steering,
    approvals,
    keeper,
    intents,
    tell,
    report,
  })
  steering.whenStepped((at) => desk.step(at))
  return desk
}
