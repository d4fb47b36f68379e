/** Joins forecasts of links to the controller: its clock, its state, its events. @module */
import type { Link } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { LinkForecasts } from './link-forecasts.ts'

interface OpenForecasts {
  readonly state: DomainState
  readonly control: ControlStore
  readonly measured: () => ReadonlyMap<string, Link['measured']>
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** They stop with it. */
  readonly opened: AsyncDisposableStack
}

/** Forecasts that look once a second whether a step is due. */
export function openForecasts({ state, control, measured, tell, report, opened }: OpenForecasts): LinkForecasts {
  const forecasts = new LinkForecasts({
    view: () => {
      const told = measured()
      return {
        config: state.config,
        history: state.measurements.history,
        capacityOf: ({ name, capacity }) => told.get(name)?.capacity || capacity,
      }
    },
    control,
    tell,
    report,
  })
  const clock = setInterval(() => forecasts.tick(Date.now()), 1000)
  opened.defer(() => forecasts.stop())
  opened.defer(() => clearInterval(clock))
  return forecasts
}
