/** Intents as text: the list, and one with what each device makes of it. @module */
import type { IntentItem, IntentList, IntentResource } from '@vagus/api/intent'
import { goalText, isUnmet, scopeText, stateMeanings, whenText } from '@vagus/api/intent-words'
import type { Canvas } from '../controller-options.ts'
import { agoText, countOf, timeText } from '../format.ts'
import type { Paint } from '../paint.ts'
import { expiryText } from '../roster/roster-text.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { hanging } from '../wrap.ts'

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'STATE', align: 'left' },
  { head: 'SINCE', align: 'right', leaves: 2 },
  { head: 'GOAL', align: 'left', shrink: 24 },
  { head: 'WHERE', align: 'left', shrink: 12, leaves: 1 },
]
const wideHeads: readonly Column[] = [
  { head: 'WHEN', align: 'left' },
  { head: 'EVIDENCE', align: 'left' },
]

function stateCell({ state }: Pick<IntentItem, 'state'>, paint: Paint): Cell {
  if (state === 'active') return { text: state, paint: paint.good }
  return isUnmet({ state }) ? { text: state, paint: paint.bad } : state
}

export function intentListText(list: IntentList, { columns, paint, detail }: Canvas): string {
  const { items, now } = list
  if (list.epoch === 0) return 'no set of intents is known yet; until there is one, nothing new begins'
  const isWide = detail === 'wide'
  const rows = items.map((one): Cell[] => [
    one.name,
    stateCell(one, paint),
    agoText(one.since, now),
    goalText(one.goal),
    scopeText(one.scope),
    ...(isWide ? [whenText(one.when), one.evidence ?? ''] : []),
  ])
  const body =
    rows.length === 0
      ? 'the set has no intents: only the bounds of the devices hold'
      : table(isWide ? [...heads, ...wideHeads] : heads, rows, columns, paint.strong)
  const unmet = items
    .filter(isUnmet)
    .flatMap(({ name, evidence, state }) =>
      hanging(
        `  ${paint.bad(name)}`,
        name.length + 4,
        printable(evidence ?? stateMeanings[state]),
        Math.min(columns, 110),
      ),
    )
  return [body, ...(unmet.length === 0 ? [] : ['', ...unmet]), '', paint.faint(setText(list))].join('\n')
}

/** Which set it is, until when it holds, and who has it. */
function setText({ epoch, issuedAt, expiresAt, standing, devices, now }: IntentList): string {
  const at = Date.parse(now)
  const signed = issuedAt === null ? '' : `, signed ${agoText(issuedAt, now)}`
  const expiry = expiresAt === null ? '' : `, ${expiryText(Date.parse(expiresAt), at)}`
  const late = devices.filter((one) => one.epoch !== epoch)
  const have = devices.length - late.length
  const heard =
    devices.length === 0
      ? 'no device says that it obeys'
      : `${countOf(have, 'device')} ${have === 1 ? 'has' : 'have'} it${late.length === 0 ? '' : `; not yet: ${late.map((one) => `${one.device} (${one.epoch})`).join(', ')}`}`
  return `set ${epoch}${signed}${expiry}${standing === 'holds' ? '' : `; it does not hold (${standing})`}; ${heard}`
}

export function intentText(intent: IntentResource, now: string, { columns, paint }: Canvas): string {
  const { name, state, since, evidence, goal, scope, when, priority, because, reports } = intent
  const width = Math.min(columns, 110)
  const facts = [
    ['goal', goalText(goal)],
    ['where', scopeText(scope)],
    ['when', whenText(when)],
    ...(because === null ? [] : [['because', because]]),
    ...(priority === 0 ? [] : [['priority', String(priority)]]),
    ['since', timeText(since, now)],
    ...(evidence === null ? [] : [['evidence', evidence]]),
  ] as const
  const cell = stateCell(intent, paint)
  const stateText = typeof cell === 'string' ? cell : cell.paint(cell.text)
  const lines = facts.flatMap(([what = '', text = '']) => hanging(`  ${what}`, 12, printable(text), width))
  const rows = reports.map((one): Cell[] => [
    one.device,
    stateCell(one, paint),
    agoText(one.since, now),
    one.evidence ?? '',
  ])
  const told =
    rows.length === 0
      ? 'no device says what it makes of it'
      : table(
          [
            { head: 'DEVICE', align: 'left' },
            { head: 'STATE', align: 'left' },
            { head: 'SINCE', align: 'right' },
            { head: 'EVIDENCE', align: 'left', shrink: 20 },
          ],
          rows,
          columns,
          paint.strong,
        )
  return [`${paint.strong(name)}   ${stateText}: ${stateMeanings[state]}`, ...lines, '', told].join('\n')
}
