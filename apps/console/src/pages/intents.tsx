/** Intents: what the operator wants, whether each is met, where it holds, and what shows it. */
import type { IntentItem, IntentList } from '@vagus/api/intent'
import { goalText, isUnmet, scopeText } from '@vagus/api/intent-words'
import { IntentTable } from '../panels/intent-table.tsx'
import { formatDateTime } from '../figures/clock.ts'
import { commandOf } from '../state/commands.ts'
import { clock } from '../state/preferences.ts'
import { useIntents } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { Empty } from '../ui/empty.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'

export function Intents() {
  const intents = useIntents()
  return (
    <Panel
      title="Intents"
      span={12}
      command={commandOf('intents', view.value)}
      about={intents.data && aboutIntents(intents.data)}
      controls={<FilterField label="Filter intents" />}
    >
      <Loaded of={intents} lines={6} empty={(data) => (data.items.length === 0 ? <NoIntents set={data} /> : undefined)}>
        {(data) => {
          const wanted = data.items.filter(isWanted)
          return (
            <>
              {wanted.length > 0 ? <IntentTable intents={wanted} /> : <NoMatch what="intent" />}
              <SetFacts set={data} />
            </>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function aboutIntents({ items, epoch }: IntentList): string {
  const unmet = items.filter(isUnmet).length
  return `set ${epoch} · ${unmet === 0 ? 'all met or not due' : `${unmet} of ${items.length} not met`}`
}

const isWanted = ({ name, state, goal, scope, evidence }: IntentItem): boolean =>
  matches(view.value.filter, name, state, goal.type, goalText(goal), scopeText(scope), evidence ?? '')

/** Until when it holds, and who has it. */
function SetFacts({ set }: { readonly set: IntentList }) {
  const { epoch, expiresAt, standing, devices } = set
  const late = devices.filter((one) => one.epoch !== epoch).map(({ device }) => device)
  const have = devices.length - late.length
  return (
    <p class="footnote">
      {standing !== 'holds' && (
        <strong role="status">The set does not hold ({standing}): nothing new begins anywhere. </strong>
      )}
      {expiresAt !== null && `The set is valid until ${formatDateTime(Date.parse(expiresAt), clock.value)}. `}
      {devices.length === 0
        ? 'No device has said that it obeys.'
        : `Known to ${have} of ${devices.length} devices that obey${late.length === 0 ? '.' : `; not yet: ${late.join(', ')}.`}`}
    </p>
  )
}

const NoIntents = ({ set }: { readonly set: IntentList }) => (
  <Empty
    title={set.epoch === 0 ? 'No intents are known yet' : 'The set has no intents'}
    commands={['vagus cheat intent', 'vagus intent check intents.yaml', 'vagus intent apply intents.yaml']}
  >
    {set.epoch === 0
      ? 'Until their owner has signed a set, nothing new begins: no MED, no line, no commit of an AI agent.'
      : 'What the routers’ own operators allow is all that bounds agents.'}
  </Empty>
)
