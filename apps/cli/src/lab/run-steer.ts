/** `vagus lab run steer`: what a full border link loses, and what a proposal changes. @module */
import type { SteerOptions, SteerReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { capacityText, countOf, countText, durationText, rateText, shareText, unknown } from '../format.ts'
import type { Paint } from '../paint.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'

interface SteerCall {
  readonly options: Omit<SteerOptions, 'onStep' | 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** @throws {Failure} */
export async function runSteer({ options, output, terminal, signal }: SteerCall): Promise<ExitCode> {
  const { steer } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(() =>
      steer({ ...options, signal, onNews, onStep: (step) => stepLine(terminal, step) }),
    )
    if (output === 'json')
      terminal.out(`${JSON.stringify({ apiVersion: 'vagus/v1', kind: 'Steer', ...report }, null, 2)}\n`)
    else terminal.out(`\n${steerText(report, terminal.columns, terminal.paint)}\n`)
    return exitCode.ok
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

type Stretch = SteerReport['stretches']['usual']

/** The stretches side by side, and below what happened between them. */
export function steerText(report: SteerReport, columns: number, paint: Paint): string {
  const { stretches, mode } = report
  const { usual, noAction, after } = stretches
  const row = (name: string, cell: (stretch: Stretch) => string): string[] => [
    name,
    ...[usual, noAction, after].map(cell),
  ]
  const rows = [
    row('length', ({ seconds }) => durationText(seconds)),
    row('packets offered, per second', ({ offeredPerSecond }) => countText(offeredPerSecond)),
    row('lost of these', ({ lost }) => shareText(lost)),
    ...usual.links.map(({ link, capacity }, at) =>
      row(`${link}, ${capacityText(capacity)}`, ({ links }) => usedText(links[at]!)),
    ),
  ]
  const shape = ['', 'USUAL', 'SURGE, NO ACTION', mode === 'approve' ? 'SURGE, APPROVED' : 'SURGE, OBSERVED'].map(
    (head, at) => ({ head, align: at === 0 ? ('left' as const) : ('right' as const) }),
  )
  const below = [...happenings(report), '', footOf(report)]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

/** Mean and busiest second. */
const usedText = ({ mean, peak, capacity }: Stretch['links'][number]): string =>
  `${percent(mean / capacity)} (${percent(peak / capacity)}) %`

const percent = (share: number): string => (share * 100).toFixed(0)
/** Of milliseconds. */
const secondsText = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

function happenings(report: SteerReport): readonly string[] {
  const { proposal, firstProposal, static80After, approval, undo } = report
  const moves = proposal.moves.map(
    ({ prefix, bitsPerSecond, from, to }) => `${prefix} (${rateText(bitsPerSecond)}) ${from} → ${to}`,
  )
  const alarm = static80After === null ? 'never' : `after ${secondsText(static80After)}`
  return [
    `${firstProposal.id}: proposed ${secondsText(firstProposal.after)} after the surge; a fixed 80 % on the same readings: ${alarm}`,
    ...(firstProposal.id === proposal.id
      ? []
      : [`${proposal.id}: in its place, because other moves had become better`]),
    `moves: ${moves.join(', ')}`,
    `expected: ${proposal.expected.map((one) => expectedText(one, report)).join(', ')}`,
    ...(approval === null ? [outcomeText(report)] : [reliefText(approval)]),
    ...(undo === null ? [] : [undoText(undo)]),
    toldText(report),
  ]
}

function reliefText({ command, relief }: NonNullable<SteerReport['approval']>): string {
  const reached = relief === null ? 'not reached' : secondsText(relief)
  return `relief: ${reached} from the start of "vagus proposal approve", which took ${secondsText(command)}`
}

function undoText({ command, routesAsBefore }: NonNullable<SteerReport['undo']>): string {
  const reached = routesAsBefore === null ? 'not reached' : secondsText(routesAsBefore)
  return `undo: the routes of before ${reached} from the start of "vagus proposal undo", which took ${secondsText(command)}`
}

/** By the neighbour's own routers. */
function toldText({ mode, updates: { before, approved, undone }, newPrefixes, routesAsBefore }: SteerReport): string {
  const updates =
    mode === 'approve'
      ? `${countOf(before, 'update')} before the approval, ${approved} for it, ${undone} for its end`
      : `${countOf(before + approved + undone, 'update')} in all`
  const end = `at the end its routes are ${routesAsBefore ? 'those' : 'NOT those'} of before`
  return `the neighbour got ${updates}; ${countOf(newPrefixes.length, 'new prefix', 'new prefixes')}; ${end}`
}

function expectedText(
  { link, before, after }: SteerReport['proposal']['expected'][number],
  { stretches }: SteerReport,
): string {
  const capacity = stretches.usual.links.find((one) => one.link === link)?.capacity
  return capacity === undefined
    ? `${link} ${unknown}`
    : `${link} ${percent(before / capacity)} → ${percent(after / capacity)} %`
}

/** What the controller makes of a proposal that nobody approved. */
function outcomeText({ proposal, stretches }: SteerReport): string {
  if (proposal.outcome === null) return 'with the moves: not known yet'
  const links = proposal.outcome.links.map(({ link, peak, otherPeak }) => {
    const capacity = stretches.usual.links.find((one) => one.link === link)?.capacity ?? Infinity
    return `${link} ${percent(otherPeak / capacity)} instead of ${percent(peak / capacity)} %`
  })
  return `with the moves the same traffic would have peaked, the controller reckons, at: ${links.join(', ')}`
}

function footOf(report: SteerReport): string {
  const { surges, seed, proposal, provenance, substrate, loadavg } = report
  const [load = 0] = loadavg
  return [
    'used is mean (busiest second) of what entered; it, losses and updates are measured at the neighbour',
    'a relief is 3 s in which every link loses less than 1 % of its packets',
    `expected is the controller's, of threshold "${proposal.because[0]?.basis ?? unknown}"`,
    `surge: ${surges.map(({ source, sink, factor }) => `${source} → ${sink} × ${factor}`).join(', ')}`,
    'fewer packets lost of fewer offered is no merit',
    `seed ${seed}`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
