/** What every part of the controller is built on: configuration, control state, events and the domain. @module */
import { join } from 'node:path'
import { type Config, sentenceOf } from '@vagus/api'
import type { Tracer } from '@vagus/observability'
import { type ControlStore, openControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { LoadedConfig } from './config/load.ts'
import { controlFileName } from './backup/home-places.ts'
import { aloneAtHome, finishRestore } from './backup/restore-journal.ts'
import { DomainState } from './domain-state.ts'
import { fromKept, keptForm, type LearnedIndices, withIndices } from './domain/learned-indices.ts'
import { domainOf, numberedConfig, type Numbering, numberingOf } from './domain/numbering.ts'
import type { EventDraft } from './events/event-draft.ts'
import { eventKeeper } from './events/event-keeper.ts'
import { EventLog } from './events/event-log.ts'
import { EventTraces } from './events/event-traces.ts'

/** Keys of the control state. */
const keys = { numbering: 'numbering', since: 'since', indices: 'interface-indices' } as const

export interface Core {
  readonly config: Config
  readonly home: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly control: ControlStore
  readonly events: EventLog
  readonly state: DomainState
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
  /** Closes what was opened, from the last to the first: the API before what it asks, the log before the control state. */
  readonly opened: AsyncDisposableStack
}

interface CoreOptions {
  readonly report?: ((line: string) => void) | undefined
  readonly tracer?: Tracer | undefined
}

export function openCore(
  { config, home }: LoadedConfig,
  { report = () => undefined, tracer }: CoreOptions,
  opened: AsyncDisposableStack,
): Core {
  const startedAt = Date.now()
  const control = aloneAtHome(home, () => {
    finishRestore(home)
    return openControlStore({ path: join(home, controlFileName) })
  })
  opened.defer(() => control.close())
  const events = new EventLog(eventKeeper(control, identityCrypto), (problem, event) =>
    report(`${sentenceOf(event)} (the event could not be kept: ${problem})`),
  )
  const traces =
    tracer &&
    new EventTraces(
      tracer,
      events.read(undefined, Infinity, () => true),
    )
  const tell = (draft: EventDraft): void => {
    const now = Date.now()
    events.append(traces === undefined ? draft : traces.traced(draft, now), now)
  }
  const indices = fromKept(control.get(keys.indices)?.value)
  const state = new DomainState(config, newDomain(control, withIndices(config, indices)), indices)
  return { config, home, startedAt, control, events, state, tell, report, opened }
}

/** The domain with the numbers that earlier records have; new ones are written down before a record can have them. */
export function newDomain(control: ControlStore, config: Config): DomainState['domain'] {
  const numbered = numberedConfig(config)
  const before = control.get(keys.numbering)?.value as Numbering | undefined // sound: written by the line below
  const numbering = numberingOf(before, numbered)
  if (JSON.stringify(numbering) !== JSON.stringify(before)) control.put(keys.numbering, numbering, Date.now())
  return domainOf(numbered, numbering)
}

/** Writes down what routers told; records that come before they tell it again are understood by it. */
export function keepIndices({ control }: Pick<Core, 'control'>, indices: LearnedIndices): void {
  control.put(keys.indices, keptForm(indices), Date.now())
}

/** When this state was begun. */
export function sinceOf({ control, startedAt }: Core): number {
  const before = control.get(keys.since)?.value
  if (typeof before === 'number') return before
  control.put(keys.since, startedAt, startedAt)
  return startedAt
}
