/** `vagus lab run roam`: what a moving agent loses, over Vagus and without it. @module */
import type { RoamOptions, RoamReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { millisecondsText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'

interface RoamCall {
  readonly options: Omit<RoamOptions, 'onStep' | 'onIncident' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when Vagus lost or repeated an event. @throws {Failure} */
export async function runRoam({ options, output, terminal, signal }: RoamCall): Promise<ExitCode> {
  const { isKept, roam } = await import('@vagus/lab')
  const onIncident = (made: number, of: number): void => terminal.err(incidentLine(made, of, options.kill, terminal))
  try {
    const report = await withLab(() =>
      roam({ ...options, signal, onIncident, onStep: (step) => stepLine(terminal, step) }),
    )
    if (output === 'json') terminal.out(resourceText('Roam', report))
    else terminal.out(`\n${roamText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('roam', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

/** For a person one line that counts up; for others one line at the end. */
export function incidentLine(
  made: number,
  of: number,
  kill: RoamOptions['kill'],
  { person }: Pick<Terminal, 'person'>,
): string {
  const what = thingsOf(kill)
  if (person) return `\r   ${made} of ${of} ${what}${made === of ? '\n' : ''}`
  return made === of ? `${of} ${what}\n` : ''
}

/** Milliseconds of lateness that are no news on a machine with other things to do. */
const tolerated = 250

/** What did not begin when the schedule had it, in a line of its own; nothing when all did. */
function lateLines({ incidents, kill, loadavg: [load = 0] }: RoamReport): readonly string[] {
  const late = incidents.map(({ late }) => late).filter((late) => late > tolerated)
  if (late.length === 0) return []
  const count = `${late.length} of ${incidents.length} ${thingsOf(kill)} began later than planned`
  return [`${count}, by up to ${millisecondsText(Math.max(...late))}: load average ${load.toFixed(1)}`]
}

const thingsOf = (kill: RoamOptions['kill']): string => (kill === 'none' ? 'moves' : 'moves and kills')

type Half = RoamReport['halves']['vagus']

/** The two halves side by side. */
export function roamText(report: RoamReport, columns: number, paint: Paint): string {
  const { halves, moves, how, kill, interval, sent, reader, seed, provenance, substrate } = report
  const row = (name: string, cell: (half: Half) => string): string[] => [name, cell(halves.vagus), cell(halves.https)]
  const gapRow = (name: string, gapsOf: (half: Half) => Half['gapWithout']): string[] => {
    const counts = new Set([halves.vagus, halves.https].map((half) => gapsOf(half)?.count ?? 0))
    return row(`gap, ${name} (${[...counts].join(', ')})`, (half) => gapsText(gapsOf(half)))
  }
  const rows = [
    row('events lost', ({ lost, inSnapshots }) =>
      inSnapshots === 0 ? String(lost) : `${lost} (${inSnapshots} in snapshots)`,
    ),
    row('events twice', ({ duplicated }) => String(duplicated)),
    row('streams broken', ({ broken }) => String(broken)),
    gapRow('planned', ({ gaps }) => gaps.planned),
    gapRow('sudden', ({ gaps }) => gaps.sudden),
    gapRow('kill -9', ({ gaps }) => gaps.killed),
    gapRow('no move', ({ gapWithout }) => gapWithout),
  ].filter(([, ...cells]) => cells.some((cell) => cell !== unknown))
  const shape = ['', 'VAGUS', 'A2A SDK OVER HTTPS'].map((head, at) => ({
    head,
    align: at === 0 ? ('left' as const) : ('right' as const),
  }))
  const foot = [
    `${sent} events, one every ${interval} ms`,
    `${moves} moves, ${how}${kill === 'none' ? '' : ', side-cars killed'}, between 40 and 60 ms round trip`,
    'gaps (how many) are p50 / p95 / max, p95 of 20 or more',
    'both readers are the A2A SDK with resumingFetch',
    `they give up a stream that is silent for ${millisecondsText(reader.stall)} and ask again ${millisecondsText(reader.retryAfter)} later`,
    ...(how === 'sudden' ? [] : ['of a planned move only the side-car is told']),
    `seed ${seed}`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
  ]
  const below = [...lateLines(report), foot.join(' · ')]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

const gapsText = (gaps: Half['gapWithout']): string =>
  gaps === null
    ? unknown
    : `${whole(gaps.p50)} / ${gaps.p95 === null ? unknown : whole(gaps.p95)} / ${whole(gaps.max)} ms`

const whole = (milliseconds: number): string => String(Math.round(milliseconds))
