/** Intents, a row each; below the one that the address names, what each device makes of it. */
import type { IntentItem } from '@vagus/api/intent'
import { goalText, isUnmet, scopeText, stateMeanings, whenText } from '@vagus/api/intent-words'
import { formatDateTime } from '../figures/clock.ts'
import { formatAge, withUnitsKept } from '../figures/format.ts'
import { commandAbout } from '../state/commands.ts'
import { events } from '../state/events.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import type { Column } from '../ui/column-table.tsx'
import { Command } from '../ui/copy.tsx'
import { EventsList } from '../ui/events-list.tsx'
import { RecordTable } from '../ui/record-table.tsx'

const Age = ({ since }: { readonly since: string }) => (
  <span title={formatDateTime(Date.parse(since), clock.value)}>
    {formatAge(Math.max(0, now.value - Date.parse(since)))}
  </span>
)

const State = ({ state }: Pick<IntentItem, 'state'>) => (
  <span class={`state-word ${isUnmet({ state }) ? 'failed' : state}`} title={stateMeanings[state]}>
    {state}
  </span>
)

const columns: readonly Column<IntentItem>[] = [
  { title: 'state', align: 'text', shown: 'always', cell: ({ state }) => <State state={state} /> },
  {
    title: 'for',
    about: 'how long it has been so',
    align: 'figure',
    shown: 'wide',
    cell: ({ since }) => <Age since={since} />,
  },
  { title: 'goal', align: 'text', shown: 'wide', cell: ({ goal }) => withUnitsKept(goalText(goal)) },
  { title: 'where', align: 'text', shown: 'widest', cell: ({ scope }) => scopeText(scope) },
  { title: 'when', align: 'text', shown: 'widest', cell: ({ when }) => whenText(when) },
]

export function IntentTable({ intents }: { readonly intents: readonly IntentItem[] }) {
  return (
    <RecordTable
      label="Table of intents"
      kind="intent"
      rows={intents}
      nameOf={({ name }) => name}
      openAtFirst={intents.find(isUnmet) ?? intents[0]}
      columns={columns}
      record={(intent) => <IntentRecord intent={intent} />}
    />
  )
}

function IntentRecord({ intent }: { readonly intent: IntentItem }) {
  const { name, state, evidence, because, priority, reports } = intent
  const own = events.value.filter(({ event, subject }) => event.startsWith('intent.') && subject === name)
  const facts: readonly (readonly [string, string])[] = [
    ['state', stateMeanings[state]],
    ...(evidence === null ? [] : [['evidence', evidence] as const]),
    ...(because === null ? [] : [['because', because] as const]),
    ...(priority === 0 ? [] : [['priority', String(priority)] as const]),
  ]
  return (
    <div class="line-record">
      <div class="line-parts">
        <div>
          <h3>How it stands</h3>
          <dl class="line-facts">
            {facts.map(([title, text]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{withUnitsKept(text)}</dd>
              </div>
            ))}
          </dl>
          <Command text={commandAbout('intent', name)} />
        </div>
        <div>
          <h3>At devices</h3>
          {reports.length === 0 ? (
            <p class="footnote">No device has said what it makes of it.</p>
          ) : (
            <ul class="plain">
              {reports.map((one) => (
                <li key={one.device}>
                  <b>{one.device}</b> <State state={one.state} /> for <Age since={one.since} />
                  {one.evidence !== null && `: ${withUnitsKept(one.evidence)}`}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {own.length > 0 && (
        <>
          <h3>What happened</h3>
          <EventsList events={own} label={`Events of ${name}`} form="lines" />
        </>
      )}
    </div>
  )
}
