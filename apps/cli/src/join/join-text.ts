/** A box that joins, as text. @module */
import type { Join, JoinList, JoinResource, JoinState } from '@vagus/api/joins'
import type { Canvas } from '../controller-options.ts'
import { agoText, countOf, durationText, timeText, unknown } from '../format.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { hanging } from '../wrap.ts'

const heads: readonly Column[] = [
  { head: 'SERIAL', align: 'left', shrink: 8, prefers: 24 },
  { head: 'STATE', align: 'left' },
  { head: 'FOR', align: 'right', leaves: 3 },
  { head: 'DEVICE', align: 'left', shrink: 6, prefers: 12 },
  { head: 'MAKER', align: 'left', shrink: 6, prefers: 12, leaves: 2 },
  { head: 'LAST SEEN', align: 'right', leaves: 4 },
  { head: 'AGENT', align: 'left', shrink: 16, leaves: 1 },
]
const wideHeads: readonly Column[] = [
  { head: 'FROM', align: 'left' },
  { head: 'CERTIFICATE UNTIL', align: 'left' },
  { head: 'PROBLEM', align: 'left' },
]

export function joinListText({ items, now }: JoinList, { columns, paint, detail }: Canvas): string {
  if (items.length === 0) return 'no box has asked to join'
  const isWide = detail === 'wide'
  const rows = items.map((one): Cell[] => [
    one.serial,
    stateCell(one.state, paint),
    lengthText(one.since, now),
    one.device ?? unknown,
    one.maker ?? unknown,
    agoText(one.lastAt, now),
    one.agent ?? unknown,
    ...(isWide
      ? [
          one.from ?? unknown,
          one.certificateUntil === null ? unknown : timeText(one.certificateUntil, now),
          one.problem ?? unknown,
        ]
      : []),
  ])
  const waiting = items.filter(({ state }) => state === 'waiting').length
  const foot = paint.faint(`${countOf(rows.length, 'box', 'boxes')}, ${waiting} waiting for you`)
  return `${table(isWide ? [...heads, ...wideHeads] : heads, rows, columns, paint.strong)}\n${foot}`
}

const meaning: Readonly<Record<JoinState, string>> = {
  waiting: 'asks to join, and waits for you',
  accepted: 'may join as soon as it asks',
  refused: 'may not join',
  joined: 'is a member',
  revoked: 'is no member any more',
}

const again = 'vagus device join --forget, then vagus device join: it was a member before'

export function joinText(one: JoinResource, { paint, columns }: Pick<Canvas, 'paint' | 'columns'>): string {
  const { now } = one
  const rows: readonly (readonly [string, string | null])[] = [
    ['state', `${one.state}, for ${lengthText(one.since, now)}: ${meaning[one.state]}`],
    // It believes that it is a member still, and asks for nothing before its certificate is to be renewed.
    ['on the box', one.state === 'accepted' && one.certificateUntil !== null ? again : null],
    ['device', one.device ?? 'none yet: devices.serial in vagus.yaml, or "vagus join accept --device", says which'],
    ['maker', one.maker],
    ['last seen', one.lastAt === null ? null : `${agoText(one.lastAt, now)}, behind ${one.from ?? 'nobody'}`],
    ['agent', one.agent],
    [
      'certificate',
      one.certificateUntil === null || one.state !== 'joined'
        ? null
        : `until ${timeText(one.certificateUntil, now)}, renewed before`,
    ],
    ['problem', one.problem],
  ]
  const width = Math.min(columns, 110)
  const shown = rows.flatMap(([head, text]) => (text === null ? [] : hanging(`  ${head}`, 14, printable(text), width)))
  return [paint.strong(printable(one.serial)), ...shown].join('\n')
}

/** What an operator would do next with them. */
export function nextOfJoins(items: readonly Join[]): string {
  const [waiting] = items.filter(({ state }) => state === 'waiting')
  if (waiting !== undefined) return `vagus join accept ${waiting.serial}`
  const [first] = items
  return first === undefined ? 'on a new box: vagus device join' : `vagus join show ${first.serial}`
}

const lengthText = (at: string, now: string): string =>
  durationText(Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 1000)))

function stateCell(state: JoinState, paint: Paint): Cell {
  const paintOf = { waiting: paint.warn, refused: paint.faint, joined: paint.good, revoked: paint.bad }
  return state === 'accepted' ? state : { text: state, paint: paintOf[state] }
}
