/** Proposals that wait for someone, one line each; absent when there is none. */
import type { Border, Proposal } from '@vagus/api/steering'
import { alarmOf } from '../figures/proposal-words.ts'
import { isOld, paused } from '../state/live.ts'
import { useBorders, useOpenProposals } from '../state/resources.ts'
import { hrefOf } from '../state/route.ts'

/** More than these are counted, and stand on their page. */
const mostLines = 3

export function OpenProposals() {
  const proposals = useOpenProposals()
  const items = proposals.data?.items ?? []
  const borders = useBorders(items.length > 0 ? 'wanted' : 'not yet').data?.items ?? []
  // the panels below show when it is known whether these lines stand above them, or they would jump
  if (proposals.data === undefined && proposals.failure === undefined && !paused.value) return <i class="awaited" />
  if (items.length === 0) return null
  const more = items.length - mostLines
  return (
    <section class="card span-12 waiting" aria-label="Open proposals">
      <ul>
        {items.slice(0, mostLines).map((one) => (
          <li key={one.id}>
            <Line proposal={one} border={borders.find(({ neighbour }) => neighbour === one.neighbour)} />
          </li>
        ))}
      </ul>
      {more > 0 && <a href={hrefOf({ page: 'borders', proposal: '' })}>{more} more</a>}
    </section>
  )
}

function Line({ proposal, border }: { readonly proposal: Proposal; readonly border: Border | undefined }) {
  const { link, state, moves } = alarmOf(proposal, border, isOld.value ? 'past' : 'present')
  return (
    <>
      <strong>{link}</strong> {state}: {moves} →{' '}
      <a href={hrefOf({ page: 'borders', proposal: proposal.id })}>proposal {proposal.id}</a>
    </>
  )
}
