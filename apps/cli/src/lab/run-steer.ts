/** `vagus lab run steer`: what a full border link loses, and what a proposal changes. @module */
import type { SteerOptions, SteerReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { capacityText, countOf, countText, durationText, shareText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'
import { happenings, percent } from './steer-happenings.ts'

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
    if (output === 'json') terminal.out(resourceText('Steer', report))
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
  const shape = ['', 'USUAL', 'SURGE, NO ACTION', mode === 'observe' ? 'SURGE, OBSERVED' : 'SURGE, APPROVED'].map(
    (head, at) => ({ head, align: at === 0 ? ('left' as const) : ('right' as const) }),
  )
  const below = [...happenings(report), '', footOf(report)]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

/** Mean and busiest second. */
const usedText = ({ mean, peak, capacity }: Stretch['links'][number]): string =>
  `${percent(mean / capacity)} (${percent(peak / capacity)}) %`

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
