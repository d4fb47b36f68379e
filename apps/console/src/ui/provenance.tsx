/** Where a figure comes from: its window, and which share of the counted traffic the flows saw. */
import type { Window } from '@vagus/api'
import { formatTime } from '../figures/clock.ts'
import { formatShare, formatSpan } from '../figures/format.ts'
import { clock } from '../state/preferences.ts'

interface Props {
  readonly window: Window
  readonly coverage: number | null
}

export function Provenance({ window, coverage }: Props) {
  return (
    <>
      <WindowOf window={window} /> · <Coverage share={coverage} />
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

const lowCoverage = 0.9

export function Coverage({ share }: { readonly share: number | null }) {
  if (share === null)
    return <span title="No interface counters to compare with: start vagus device">coverage unknown</span>
  return (
    <span class={share < lowCoverage ? 'low' : ''} title="flow octets as a share of interface counter octets">
      coverage {formatShare(share)}
    </span>
  )
}
