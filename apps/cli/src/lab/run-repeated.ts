/** `vagus lab run WHAT --repeat N`: several runs of a scenario, and how far apart their figures are. @module */
import type * as Lab from '@vagus/lab'
import type { Repeatable, RepeatableName, RepeatReport, RunEnd, Turn } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { countOf, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { ValuesOf } from '../option.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { withLab } from './lab-failure.ts'
import { recordOf, type recordOptions } from './lab-options.ts'

/** What each run gets beside the options of its scenario. */
interface Around extends Pick<Turn, 'record'> {
  readonly seed?: number
  readonly signal: AbortSignal
}

/** One run of each scenario. */
export type Plays<Values> = {
  readonly [Name in RepeatableName]: (lab: typeof Lab, values: Values, around: Around) => Promise<Repeatable[Name]>
}

/** Those whose runs depend on a seed. */
const seeded: readonly RepeatableName[] = ['roam', 'steer', 'wired', 'vehicles', 'divert']
const defaultSeed = 1

interface RepeatCall<Values> {
  readonly what: RepeatableName
  readonly play: Plays<Values>[RepeatableName]
  readonly values: Values
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

type RepeatValues = ValuesOf<typeof recordOptions> & {
  readonly repeat: number | undefined
  readonly seed: number | undefined
}

/** Exit code 1 when a run failed, or Vagus broke in one what it promises. @throws {Failure} */
export async function runRepeated<Values extends RepeatValues>(call: RepeatCall<Values>): Promise<ExitCode> {
  const { what, play, values, output, terminal, signal } = call
  const { repeat: times = 2, seed = defaultSeed } = values
  const lab = await import('@vagus/lab')
  const settings = {
    times,
    seed: seeded.includes(what) ? seed : null,
    ...recordOf(values),
    onRun: (run: RunEnd): void => terminal.err(runLine(run, times, terminal)),
    signal,
  }
  try {
    const report = await withLab(() =>
      lab.repeat(what, settings, ({ seed: own, record }) =>
        play(lab, values, { ...(own !== null && { seed: own }), ...(record !== undefined && { record }), signal }),
      ),
    )
    if (output === 'json') terminal.out(resourceText('RepeatedRun', report))
    else terminal.out(`\n${repeatText(report, lab, terminal.columns, terminal.paint)}\n`)
    return report.failed + report.broken === 0 ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

const brokenPromise = 'it ended, and Vagus did not keep what it promises'

/** ` ✓  3/20  seed 9    41 s` */
function runLine({ run, seed, seconds, problem, kept }: RunEnd, times: number, { talkPaint }: Terminal): string {
  const mark = kept ? talkPaint.good('✓') : talkPaint.bad('✗')
  const which = `${String(run).padStart(String(times).length)}/${times}`
  const from = seed === null ? '' : `  seed ${seed}`
  const why = problem ?? (kept ? '' : brokenPromise)
  return ` ${mark} ${which}${from}  ${seconds.toFixed(0).padStart(4)} s${why === '' ? '' : `  ${printable(why)}`}\n`
}

const heads: readonly Column[] = [
  { head: 'FIGURE', align: 'left', shrink: 24, prefers: 48 },
  { head: 'RUNS', align: 'right' },
  { head: 'MEDIAN', align: 'right' },
  { head: '95 % INTERVAL', align: 'right' },
  { head: 'MIN', align: 'right' },
  { head: 'MAX', align: 'right' },
]

export function repeatText(
  report: RepeatReport,
  { valueText, leastForInterval }: Pick<typeof Lab, 'valueText' | 'leastForInterval'>,
  columns: number,
  paint: Paint,
): string {
  const rows = report.figures.map(({ what, unit, values }): Cell[] => {
    if (values === null) return [what, '0', unknown, unknown, unknown, unknown]
    const { count, median, interval, least, most } = values
    const text = (value: number): string => valueText(value, unit)
    const between = interval === null ? unknown : interval.map(text).join(' – ')
    return [what, String(count), text(median), between, text(least), text(most)]
  })
  const { failed, times, runs } = report
  const failures = runs.flatMap(({ run, seed, problem, kept }) => {
    const which = `run ${run}${seed === null ? '' : ` (seed ${seed})`}`
    if (problem !== null) return [`${which} failed: ${printable(problem)}`]
    return kept ? [] : [`${which}: ${brokenPromise}`]
  })
  const head =
    failed === 0 ? [] : [paint.bad(`${failed} of ${countOf(times, 'run')} failed, and have no figures above`)]
  const below = [...head, ...failures, ...(failures.length === 0 ? [] : ['']), footOf(report, leastForInterval)]
  return [table(heads, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function footOf({ times, runs, provenance }: RepeatReport, leastForInterval: number): string {
  const [first, last] = [runs[0]?.seed ?? null, runs.at(-1)?.seed ?? null]
  return [
    countOf(times, 'run'),
    ...(first === null ? [] : [`seeds ${first}–${last}`]),
    `95 % interval of the median by order statistics, from ${leastForInterval} runs on`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    `load average ${provenance.loadavg[0]?.toFixed(1) ?? unknown} at the start on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
