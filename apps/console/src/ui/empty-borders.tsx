/** What the page of borders says when there is none, or nothing was proposed. */
import type { Border } from '@vagus/api/steering'
import { formatDateTime } from '../figures/clock.ts'
import { minute } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import { useStatus } from '../state/resources.ts'
import { Empty } from './empty.tsx'

export const NoBorders = () => (
  <Empty title="No borders" commands={['vagus lab up', 'vagus config explain links']}>
    Two or more links to one neighbour AS make a border. List in vagus.yaml the neighbour under sites (kind: neighbour),
    and each link with the interface at your end.
  </Empty>
)

const day = 86_400_000

/** Nothing was needed since the controller began to watch, or within the day that is asked for. */
export function NoProposals({ borders }: { readonly borders: readonly Border[] | undefined }) {
  const status = useStatus().data
  const startedAt = status === undefined ? 0 : Date.parse(status.startedAt)
  const since = formatDateTime(Math.max(startedAt, minute.value - day), clock.value)
  if (borders === undefined)
    return (
      <Empty title="Nothing was proposed within the last day" commands={['vagus border ls']}>
        Whether borders are watched is not known.
      </Empty>
    )
  if (borders.every(({ problem }) => problem !== null))
    return (
      <Empty title="Nothing can be proposed" commands={['vagus doctor']}>
        What is missing stands below, at each border.
      </Empty>
    )
  return (
    <Empty title={`Nothing to propose since ${since}`} commands={['vagus proposal ls --last 7d']}>
      No link was about to be full that a move of prefixes would have relieved. A proposal shows here, and on the
      overview, as soon as one would help.
    </Empty>
  )
}
