/** Where a figure comes from: its window, and which share of the counted traffic the flows saw. */
import type { Window } from '@vagus/api'
import { formatDateTime, formatTime } from '../figures/clock.ts'
import { type CoverageState, coverageState } from '@vagus/api/coverage'
import { coverageWords } from '../figures/coverage.ts'
import { formatShare, formatSpan } from '../figures/format.ts'
import { clock } from '../state/preferences.ts'

interface Props {
  readonly window: Window
  readonly coverage: number | null
  /** Where the window begins later than asked. */
  readonly keptSince?: string | undefined
}

export function Provenance({ window, coverage, keptSince }: Props) {
  return (
    <>
      <WindowOf window={window} />
      {keptSince !== undefined && (
        <>
          {' '}
          ·{' '}
          <span class="low" title="what came before is no longer kept">
            only from {formatDateTime(Date.parse(keptSince), clock.value)} on
          </span>
        </>
      )}{' '}
      · <Coverage share={coverage} />
    </>
  )
}

export function WindowOf({ window }: { readonly window: Window }) {
  const at = (time: string): string => formatTime(Date.parse(time), clock.value)
  return (
    <span title={`${at(window.from)} to ${at(window.to)} ${clock.value === 'utc' ? 'UTC' : 'local time'}`}>
      last {formatSpan(window.seconds)}
    </span>
  )
}

/** In words, as in "coverage 98.1 %". */
export function Coverage({ share }: { readonly share: number | null }) {
  const state = coverageState(share)
  return (
    <span class={markOf(state)} title={coverageWords[state]}>
      coverage {share === null ? 'unknown' : formatShare(share)}
    </span>
  )
}

/** The figure alone, as in a column. */
export function CoverageFigure({ share }: { readonly share: number | null }) {
  const state = coverageState(share)
  return (
    <span class={markOf(state)} title={coverageWords[state]}>
      {formatShare(share)}
    </span>
  )
}

const markOf = (state: CoverageState): string => (state === 'low' || state === 'over' ? 'low' : '')
