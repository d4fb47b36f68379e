/** `vagus lab run divert`: a data centre diverts work to others, blind to the network and with its help. @module */
import type { DivertOptions, DivertReport, DivertRun } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { capacityText, countOf, countText, octetsText, rateText, shareText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { stepLine } from './bring-up.ts'
import { withLab } from './lab-failure.ts'

interface DivertCall {
  readonly options: Omit<DivertOptions, 'onStep' | 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when a task was lost or done twice. @throws {Failure} */
export async function runDivert({ options, output, terminal, signal }: DivertCall): Promise<ExitCode> {
  const { divert, isKept } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const onStep: DivertOptions['onStep'] = (step) => stepLine(terminal, step)
    const report = await withLab(() => divert({ ...options, signal, onNews, onStep }))
    if (output === 'json') terminal.out(resourceText('DivertRun', report))
    else terminal.out(`\n${divertText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('divert', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

interface Shown {
  readonly head: string
  readonly run: DivertRun
}

function runsOf({ filled, quiet, killed }: DivertReport): readonly Shown[] {
  const entries = (runs: DivertReport['filled']): readonly (readonly [string, DivertRun])[] => Object.entries(runs)
  return [
    ...entries(filled).map(([name, run]) => ({ head: name.toUpperCase(), run })),
    ...(killed === null ? [] : [{ head: 'KILLED', run: killed }]),
    ...entries(quiet).map(([name, run]) => ({ head: `${name.toUpperCase()} *`, run })),
  ]
}

/** The strategies side by side, within 100 columns. */
export function divertText(report: DivertReport, columns: number, paint: Paint): string {
  const runs = runsOf(report)
  const row = (what: string, cell: (run: DivertRun) => Cell): Cell[] => [what, ...runs.map(({ run }) => cell(run))]
  const none = (count: number): Cell => ({ text: countText(count), paint: count === 0 ? paint.good : paint.bad })
  const rows = [
    row('tasks in time', ({ inTime, tasks }) => `${countText(inTime)} of ${countText(tasks)}`),
    row('done after, p50', ({ p50 }) => seconds(p50)),
    row('done after, p95', ({ p95 }) => seconds(p95)),
    row('lost', ({ lost }) => none(lost)),
    row('done twice', ({ twice }) => none(twice)),
    row('at east/north/west', ({ doneAt }) => centres.map((name) => countText(doneAt[name] ?? 0)).join('/')),
    row('diverted in the calm', ({ divertedInCalm }) => countText(divertedInCalm)),
    row('input to north', ({ octetsTo }) => octetsText(octetsTo['north'] ?? 0)),
    row('all over that link', ({ octetsOverLink }) => octetsText(octetsOverLink)),
    row('others there, p50', ({ others }) => delay(others.p50)),
    row('others there, p99', ({ others }) => delay(others.p99)),
    row('others there, lost', ({ others: { lost, sent } }) => shareText(lost / Math.max(1, sent))),
    row('rounds of questions', ({ asked }) => countText(asked.rounds)),
    row('  messages', ({ asked }) => countText(asked.messages)),
    row('  took, p50', ({ asked }) => delay(asked.p50)),
    row('  took, p95', ({ asked }) => delay(asked.p95)),
    row('lines, given back', ({ lines }) => `${lines.ordered}, ${lines.released}`),
  ]
  const shape = ['', ...runs.map(({ head }) => head)].map((head, at): Column => ({
    head,
    align: at === 0 ? 'left' : 'right',
  }))
  return [table(shape, rows, columns, paint.strong), '', ...wrapped(footOf(report), columns)].join('\n')
}

const centres = ['east', 'north', 'west'] as const
const seconds = (milliseconds: number | null): string =>
  milliseconds === null ? unknown : `${(milliseconds / 1000).toFixed(1)} s`
const delay = (milliseconds: number | null): string =>
  milliseconds === null ? unknown : `${milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0)} ms`

function footOf({ busy, capacity, background, seed, provenance, substrate, loadavg }: DivertReport): string {
  const [load = 0] = loadavg
  return [
    `a task has 10 s from its arrival on; work is timed slots, 2 at east and west, 4 at north`,
    `east is overloaded for ${busy / 1000} s`,
    `links of ${capacityText(capacity)}; others send ${rateText(background)} over that to north`,
    '*: without them',
    'others there: echo requests of 200 octets every 20 ms while east is overloaded',
    'killed: aware, while scheduler and side-car of west and of east get signal 9',
    `seed ${seed}`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
