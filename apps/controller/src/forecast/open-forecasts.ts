/** Begins to forecast how full links will be. @module */
import type { ControlStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { MeasuredLinks } from '../steering/link-readings.ts'
import { LinkForecasts } from './link-forecasts.ts'

interface Parts {
  readonly state: DomainState
  readonly control: ControlStore
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
  readonly opened: AsyncDisposableStack
  /** What agents tell of links. */
  readonly measured: () => MeasuredLinks
}

export function openForecasts({ state, control, tell, report, opened, measured }: Parts): LinkForecasts {
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
