/**
 * A proposal as the record of a decision: why, what, what else was considered, how to do and undo it, what came of it.
 * @module
 */
import { approverText, isTaken, meaningOf } from '@vagus/api/proposal-words'
import {
  type Approval,
  approvalSeconds,
  type Proposal,
  type ProposalResource,
  type ProposedClass,
} from '@vagus/api/steering'
import type { Canvas } from '../controller-options.ts'
import { agoText, capacityText, countOf, durationText, rateText, timeText } from '../format.ts'
import { loadCell } from '../load-cell.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { wrapped } from '../wrap.ts'
import { medWords, spanWords, undoWords } from './class-commands.ts'
import { leaseTable } from './lease-table.ts'
import { linkCells, linkHeads } from './link-table.ts'
import { owedText } from './owed-text.ts'

/** Bits per second, by link; of links that are no more, none. */
export type Capacities = ReadonlyMap<string, number>

/** Sections in the order in which people ask; those of what is over or not known yet are left out. */
export function decisionRecord(proposal: ProposalResource, capacities: Capacities, canvas: Canvas): string {
  const { state, approval } = proposal
  const isInForce = approval?.state === 'in-force'
  const known = new Map([...capacities, ...proposal.because.map(({ link, capacity }) => [link, capacity] as const)])
  return [
    ...headLines(proposal, canvas),
    ...section('why', becauseLines(proposal, canvas)),
    ...section('moves', [movesTable(proposal.moves, canvas)]),
    ...section('expected', [expectedTable(proposal.expected, known, canvas)]),
    ...section('considered and rejected', rejectedLines(proposal.rejected, canvas)),
    ...(proposal.intents === undefined ? [] : section('shaped by intents', intentLines(proposal.intents, canvas))),
    ...(approval === null ? [] : section('approval', approvalLines(approval, proposal.now, canvas))),
    ...(state === 'open' && !isInForce ? section('to do it', doLines(proposal)) : []),
    ...(isInForce ? section('to undo it', undoLines(proposal, approval)) : []),
    ...(approval === null && isTaken(proposal) ? section('to undo it', byHandLines(proposal)) : []),
    ...(proposal.outcome === null ? [] : section('what happened', outcomeLines(proposal, known, canvas))),
  ].join('\n')

  function section(title: string, lines: readonly string[]): readonly string[] {
    return ['', canvas.paint.strong(title), ...lines]
  }
}

function headLines(proposal: ProposalResource, { columns, paint }: Canvas) {
  const { id, neighbour, state, openedAt, endedAt, now } = proposal
  const opened = `proposed ${timeText(openedAt, now)}, ${agoText(openedAt, now)}`
  const ended = endedAt === null ? '' : `, ended ${timeText(endedAt, now)}`
  const said = wrapped(`${state}: ${meaningOf(proposal)} · ${opened}${ended}`, columns)
  return [`${paint.strong(id)}, ${neighbour}`, ...(state === 'open' ? said.map(paint.warn) : said)]
}

function becauseLines({ because }: Proposal, { columns, paint }: Canvas): readonly string[] {
  const rows = because.map((link) => linkCells(link, paint))
  const were = because.length === 1 ? 'was above its threshold' : 'were above their thresholds'
  return [`${countOf(because.length, 'link')} ${were}`, table(linkHeads, rows, columns, paint.strong)]
}

const moveHeads: readonly Column[] = [
  { head: 'PREFIX', align: 'left', shrink: 18 },
  { head: 'RATE', align: 'right' },
  { head: 'FROM', align: 'left', shrink: 12 },
  { head: 'TO', align: 'left', shrink: 12 },
]

function movesTable(moves: Proposal['moves'], { columns, paint }: Canvas): string {
  const rows = moves.map(({ prefix, bitsPerSecond, from, to }): Cell[] => [prefix, rateText(bitsPerSecond), from, to])
  return table(moveHeads, rows, columns, paint.strong)
}

const expectedHeads: readonly Column[] = [
  { head: 'LINK', align: 'left', shrink: 12 },
  { head: 'BEFORE', align: 'right' },
  { head: 'USED', align: 'right' },
  { head: 'AFTER', align: 'right' },
  { head: 'USED', align: 'right' },
  { head: 'CAPACITY', align: 'right', leaves: 1 },
]

function expectedTable(expected: Proposal['expected'], capacities: Capacities, { columns, paint }: Canvas): string {
  const rows = expected.map(({ link, before, after }): Cell[] => [
    link,
    ...loadCells(before, capacities.get(link), paint),
    ...loadCells(after, capacities.get(link), paint),
    capacityText(capacities.get(link) ?? null),
  ])
  return table(expectedHeads, rows, columns, paint.strong)
}

const loadCells = (load: number, capacity: number | undefined, paint: Canvas['paint']): readonly Cell[] => [
  rateText(load),
  loadCell(capacity === undefined || capacity === 0 ? null : load / capacity, paint),
]

function rejectedLines(rejected: Proposal['rejected'], { columns }: Canvas): readonly string[] {
  if (rejected.length === 0) return ['nothing else came into question']
  return rejected.flatMap(({ move: { prefix, from, to }, because }) => {
    const [first = '', ...more] = wrapped(printable(`${prefix} from ${from} to ${to}: ${because}`), columns - 2)
    return [first, ...more.map((line) => `  ${line}`)]
  })
}

const intentLines = (intents: NonNullable<Proposal['intents']>, { columns }: Canvas): readonly string[] =>
  intents.flatMap(({ intent, effect }) => wrapped(printable(`${intent}: ${effect}`), columns))

function doLines({ id, classes }: Proposal): readonly string[] {
  return [
    `vagus proposal approve ${id} --dry-run   # what it would do`,
    `vagus proposal approve ${id} --for ${spanWords(approvalSeconds.usual)}`,
    'or each traffic class by itself:',
    ...classes.flatMap((one) => (one.class === null ? endLines(one) : [`  ${medWords(one, approvalSeconds.usual)}`])),
  ]
}

/** The contract does not tell the id of a class in force, but the agent of its device does. */
const endLines = ({ prefix, interface: name, device }: ProposedClass): readonly string[] => [
  `  # ID: of the class of ${prefix} on ${name}, in "vagus device show ${device}"`,
  `  ${undoWords('ID', device)}`,
]

function approvalLines(approval: Approval, now: string, canvas: Canvas): readonly string[] {
  const { state, at, until, endedAt, because, owed = [] } = approval
  const life =
    state === 'ended'
      ? `ended ${endedAt === null ? 'at a time that is not known' : timeText(endedAt, now)}${because === null ? '' : `: ${printable(because)}`}`
      : `in force until ${timeText(until, now)}`
  const said = `by ${approverText(approval)}, ${timeText(at, now)} · ${life}`
  const left = owed.length === 0 ? [] : wrapped(owedText(owed, now), canvas.columns).map(canvas.paint.warn)
  return [...wrapped(said, canvas.columns), ...left, leaseTable(approval, canvas)]
}

const undoLines = ({ id, now }: ProposalResource, { until }: Approval): readonly string[] => [
  `vagus proposal undo ${id}`,
  `else it goes back by itself at ${timeText(until, now)}`,
]

/** Classes that nobody approved here were asked for one by one. */
const byHandLines = ({ classes }: Proposal): readonly string[] => [
  'its traffic classes were asked for one by one, and so each is undone, or ends after its time:',
  ...classes.flatMap((one) => (one.class === null ? [] : endLines(one))),
]

function outcomeLines(proposal: Proposal, capacities: Capacities, { columns, paint }: Canvas): readonly string[] {
  const { seconds, links } = proposal.outcome!
  const [was, other] = isTaken(proposal) ? ['with', 'without'] : ['without', 'with']
  const heads: Column[] = [
    { head: 'LINK', align: 'left', shrink: 12 },
    { head: 'PEAK', align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'ABOVE', align: 'right' },
    { head: `PEAK ${other.toUpperCase()}`, align: 'right' },
    { head: 'USED', align: 'right' },
    { head: 'ABOVE', align: 'right' },
  ]
  const rows = links.map((one): Cell[] => [
    one.link,
    ...loadCells(one.peak, capacities.get(one.link), paint),
    durationText(one.secondsAbove),
    ...loadCells(one.otherPeak, capacities.get(one.link), paint),
    durationText(one.otherSecondsAbove),
  ])
  const over = `over ${durationText(seconds)} ${was} the moves, beside the same traffic ${other} them`
  return [...wrapped(`${over}; ABOVE is time above the threshold`, columns), table(heads, rows, columns, paint.strong)]
}
