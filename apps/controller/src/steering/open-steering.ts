/** Joins steering to the controller: its clock, its store, its agents. @module */
import type { Link } from '@vagus/api'
import type { ControlStore, FlowStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { SteeringIntents } from '../intents/steering-intents.ts'
import type { ClassWatch } from '../telemetry/class-watch.ts'
import type { LeaseBook } from './approval/lease-book.ts'
import { classesInForce } from './classes-in-force.ts'
import { SteeringDesk, type SteeringView } from './steering-desk.ts'
import { steeringKeeper } from './steering-keeper.ts'

interface OpenSteering {
  readonly state: DomainState
  readonly control: ControlStore
  readonly store: FlowStore
  /** When the state was begun, milliseconds since 1970. */
  readonly since: number
  readonly measured: () => ReadonlyMap<string, Link['measured']>
  readonly classes: ClassWatch
  readonly book: LeaseBook
  readonly intents: SteeringIntents
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** It stops with it. */
  readonly opened: AsyncDisposableStack
}

/** A desk that looks once a second whether a step is due. */
export function openSteering(parts: OpenSteering): SteeringDesk {
  const { state, control, store, since, measured, classes, book, intents, tell, report, opened } = parts
  const view = (): SteeringView => {
    const { config, domain, directory, measurements, report } = state
    const exportersAt = (address: string): readonly number[] => state.exportersAt(address)
    return { now: Date.now, since, config, domain, directory, measurements, report, exportersAt, store }
  }
  const steering = new SteeringDesk({
    view,
    measured,
    inForce: (device) => classesInForce(classes.inForce(device), book.inForce(device, Date.now())),
    keeper: steeringKeeper(control),
    intents,
    tell,
    report,
  })
  const clock = setInterval(() => steering.tick(), 1000)
  opened.defer(() => steering.stop())
  opened.defer(() => clearInterval(clock))
  return steering
}
