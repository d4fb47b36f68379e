/** Intents that are not met, one line each; absent when there is none, or nobody's intents are obeyed. */
import type { IntentItem } from '@vagus/api/intent'
import { isUnmet, stateMeanings } from '@vagus/api/intent-words'
import { withUnitsKept } from '../figures/format.ts'
import { useIntents, useStatus } from '../state/resources.ts'
import { hrefOf } from '../state/route.ts'

/** More than these are counted, and stand on their page. */
const mostLines = 3

export function UnmetIntents() {
  const unmet = useStatus().data?.intents?.unmet ?? 0
  const items = useIntents(unmet > 0 ? 'wanted' : 'not yet').data?.items.filter(isUnmet) ?? []
  if (unmet === 0 || items.length === 0) return null
  const more = items.length - mostLines
  return (
    <section class="card span-12 waiting" aria-label="Intents that are not met">
      <ul>
        {items.slice(0, mostLines).map((one) => (
          <li key={one.name}>
            <Line intent={one} />
          </li>
        ))}
      </ul>
      {more > 0 && <a href={hrefOf({ page: 'intents', intent: '' })}>{more} more</a>}
    </section>
  )
}

const Line = ({ intent: { name, state, evidence } }: { readonly intent: IntentItem }) => (
  <>
    <strong>{name}</strong> is {state}: {withUnitsKept(evidence ?? stateMeanings[state])} →{' '}
    <a href={hrefOf({ page: 'intents', intent: name })}>intent {name}</a>
  </>
)
