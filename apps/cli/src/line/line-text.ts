/** A private line as text: what was ordered, over what it goes, and what it delivered in its last minute. @module */
import { actorText } from '@vagus/api/actor'
import {
  isLineHeld,
  isLineOver,
  isLinePassed,
  lineLinksText,
  linePathText,
  lineStateMeaning,
  lineStateText,
  passedText,
  probeLoss,
  protectionText,
} from '@vagus/api/line-words'
import type { Line, LineMinute, LineResource } from '@vagus/api/lines'
import type { Canvas } from '../controller-options.ts'
import {
  capacityText,
  countOf,
  countText,
  delayText,
  durationText,
  rateText,
  shareText,
  timeText,
  unknown,
} from '../format.ts'
import { lossCell } from '../load-cell.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { hanging } from '../wrap.ts'

export function stateCellOf(line: Pick<Line, 'state' | 'steered'>, { good, warn, bad }: Paint): Cell {
  const { state } = line
  const text = lineStateText(line)
  if (state === 'failed') return { text, paint: bad }
  if (state === 'asked') return { text, paint: warn }
  if (isLineHeld(line)) return { text, paint: isLinePassed(line) || state === 'moving' ? warn : good }
  return text
}

/** An agent with its id: names are those of its fleet's owner, and may be given anew. */
const ordererText = ({ by }: Line): string =>
  printable(by.kind === 'agent' && by.name !== null ? `${by.name}   ${by.id}` : actorText(by))

/** Of milliseconds. */
export const roundTripText = (milliseconds: number | undefined): string =>
  delayText(milliseconds === undefined ? null : milliseconds * 1000)

/** The facts of a line, a label and a text each. */
const factsOf = (line: Line, now: string): readonly (readonly [label: string, text: string])[] => {
  const { start, end, bitsPerSecond, onTheWire, path, number, setUpMs, moves, because, protection, flow } = line
  const left = (Date.parse(end) - Date.parse(now)) / 1000
  const ends = isLineOver(line)
    ? `was ordered until ${timeText(end, now)}`
    : `${timeText(end, now)}, in ${durationText(Math.max(0, left))}`
  const over = path === null ? unknown : `${linePathText(path)}   over ${lineLinksText(path)}`
  return [
    ['ordered', `${capacityText(bitsPerSecond)} both ways (${rateText(onTheWire)} of each link)`],
    ...(flow === undefined ? [] : [['only', printable(`${flow.from.join(', ')} – ${flow.to.join(', ')}`)] as const]),
    ['by', ordererText(line)],
    ['path', number === null ? over : `${over}   number ${number}`],
    ...(protection === null ? [] : [['protection', printable(protectionText(protection))] as const]),
    ...(line.state === 'booked' ? [['from', timeText(start, now)] as const] : []),
    ['until', ends],
    ...(setUpMs === null ? [] : [['set up in', `${Math.round(setUpMs)} ms`] as const]),
    ...(moves === 0 ? [] : [['moved', countOf(moves, 'time')] as const]),
    ['because', printable(because)],
  ]
}

const heads: readonly Column[] = [
  { head: 'LAST MINUTE', align: 'left' },
  { head: 'FORTH', align: 'right' },
  { head: 'BACK', align: 'right' },
]

/** What a minute says, without a final newline. */
function minuteText(minute: LineMinute, ordered: number, now: string, { columns, paint }: Canvas): string {
  const { at, seconds, delivered, dropped, roundTripMs, probes } = minute
  const rows: Cell[][] = [
    ['delivered', rateText(delivered.forth), rateText(delivered.back)],
    ['of what was ordered', shareText(delivered.forth / ordered), shareText(delivered.back / ordered)],
    ['packets dropped', countText(dropped.forth), countText(dropped.back)],
  ]
  const loss = probeLoss(probes)
  const lost = lossCell(loss, `${countText(probes.lost)} of ${countText(probes.sent)} lost (${shareText(loss)})`, paint)
  return [
    table(heads, rows, columns, paint.strong),
    `round trip   p50 ${roundTripText(roundTripMs?.p50)}, p99 ${roundTripText(roundTripMs?.p99)}`,
    `probes       ${typeof lost === 'string' ? lost : lost.paint(lost.text)}`,
    paint.faint(`from ${timeText(at, now)}, figures of ${durationText(seconds)}`),
  ].join('\n')
}

export function lineText(line: LineResource, canvas: Canvas): string {
  const { columns, paint } = canvas
  const { id, from, to, since, now, last } = line
  const state = stateCellOf(line, paint)
  const stands = typeof state === 'string' ? state : state.paint(state.text)
  const isPassed = isLinePassed(line)
  // That an end sends past it began later than the state.
  const began = `${isPassed ? `, ${line.state}` : ''} since ${timeText(since, now)}`
  const head = `${paint.strong(id)}  ${from} – ${to}  ${stands}${began}`
  const meaning = hanging('', 2, lineStateMeaning(line), columns)
  const past = isPassed ? hanging('', 2, paint.warn(passedText), columns) : []
  const facts = factsOf(line, now).flatMap(([label, text]) => hanging(`  ${label}`, 15, text, columns))
  return [head, ...meaning, ...past, '', ...facts, ...measured()].join('\n')

  function measured(): string[] {
    if (last !== null) return ['', minuteText(last, line.bitsPerSecond, now, canvas)]
    return isLineHeld(line) ? ['', paint.faint('no minute has been measured yet')] : []
  }
}
