/** `vagus lab run day`: everything that the lab can show, one table of figures, and a report for others to read. @module */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DayOptions, DayReport, Figure, PartEnded, PartName } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf, unknown } from '../format.ts'
import { jsonText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { type Cell, printable, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { withLab } from './lab-failure.ts'

interface DayCall {
  readonly options: Pick<DayOptions, 'repeat' | 'seed' | 'record'>
  /** Folder of the report, which is made. */
  readonly report: string | undefined
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when a part failed, or an aim was missed. @throws {Failure} */
export async function runDay({ options, report: folder, output, terminal, signal }: DayCall): Promise<ExitCode> {
  const { day, isWhole, valuesText } = await import('@vagus/lab')
  if (folder !== undefined) writable(() => mkdirSync(folder, { recursive: true })) // before minutes are spent
  const progress = new Progress(terminal, options.repeat)
  try {
    const report = await withLab(() =>
      day({
        ...options,
        signal,
        onNews: (part, news) => progress.news(part, news),
        onPart: (ended) => progress.ended(ended),
      }),
    )
    const resource = { apiVersion: 'vagus/v1', kind: 'DayRun', ...report }
    if (output === 'json') terminal.out(jsonText(resource))
    else terminal.out(`\n${dayText(report, valuesText, terminal.columns, terminal.paint)}\n`)
    if (folder !== undefined) {
      const { pageOf } = await import('@vagus/lab')
      writable(() => {
        writeFileSync(join(folder, 'report.json'), `${JSON.stringify(resource, null, 1)}\n`)
        writeFileSync(join(folder, 'report.html'), pageOf(report))
      })
      terminal.err(`\nreport: ${resolve(folder, 'report.html')}\n`)
    }
    return isWhole(report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    progress.clear()
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

/** @throws {Failure} with the file and why */
function writable(write: () => void): void {
  try {
    write()
  } catch (error) {
    throw new Failure(exitCode.failed, (error as Error).message, 'say another folder: --report DIR', error)
  }
}

const named: Readonly<Record<PartName, string>> = {
  steer: 'border and kill',
  roam: 'moves',
  line: 'private line',
  intruder: 'intruder',
}

/** A line for each part when it has ended; for a person also what happens meanwhile, in a line that is overwritten. */
class Progress {
  readonly #terminal: Terminal
  readonly #repeat: number

  constructor(terminal: Terminal, repeat: number) {
    this.#terminal = terminal
    this.#repeat = repeat
  }

  news(part: PartName, news: string): void {
    if (!this.#terminal.person) return
    this.clear()
    this.#terminal.err(`   ${named[part]}: ${news}`.slice(0, this.#terminal.columns - 1))
  }

  ended({ run, part, seconds, problem, soFar }: PartEnded): void {
    this.clear()
    const { talkPaint } = this.#terminal
    const mark = problem === null ? talkPaint.good('✓') : talkPaint.bad('✗')
    const which = this.#repeat === 1 ? '' : `${run}/${this.#repeat}  `
    const took = `${seconds.toFixed(0)} s`.padStart(5)
    this.#terminal.err(` ${mark} ${which}${named[part].padEnd(16)} ${took}  ${problem ?? inShort(part, soFar)}\n`)
  }

  clear(): void {
    if (this.#terminal.person) this.#terminal.err('\r\u001B[K')
  }
}

/** The outcome of a part in a few words. */
function inShort(part: PartName, { steer, roam, line, intruder }: PartEnded['soFar']): string {
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`
  if (part === 'steer' && steer !== undefined) {
    const { noAction, after } = steer.stretches
    return `${share(noAction.lost)} of packets lost, ${share(after.lost)} behind the moves; all killed: ${countOf(steer.killed?.probes.lost ?? 0, 'echo', 'echoes')} lost`
  }
  if (part === 'roam' && roam !== undefined)
    return `${roam.moves} moves: ${roam.halves.vagus.lost} of ${countOf(roam.sent, 'event')} lost, over HTTPS ${roam.halves.https.lost}`
  if (part === 'line' && line !== undefined) {
    const { loaded, line: own } = line.stretches
    return `p99 under load ${own.roundTrips.p99 ?? unknown} ms, best effort ${loaded.roundTrips.p99 ?? unknown} ms`
  }
  return intruder === undefined
    ? ''
    : `${countOf(intruder.attempts.length, 'kind')} of attempts, ${intruder.gotIn} got in`
}

type ValuesText = (values: Figure['ours'], unit: Figure['unit']) => string

const shape = [
  { head: 'FIGURE', align: 'left', shrink: 24, prefers: 36 },
  { head: 'VAGUS', align: 'right' },
  { head: 'BESIDE IT', align: 'left', shrink: 14 },
  { head: 'AIM', align: 'left', shrink: 6, prefers: 18 },
] as const

/** The figures of all parts, and below under which conditions. */
export function dayText(report: DayReport, textOf: ValuesText, columns: number, paint: Paint): string {
  const { figures, failures } = report
  const rows = [...Map.groupBy(figures, ({ part }) => part)].flatMap(([part, own]): Cell[][] => [
    [{ text: part, paint: paint.strong }, '', '', ''],
    ...own.map(({ what, unit, ours, beside, aim }): Cell[] => [
      `  ${what}`,
      textOf(ours, unit),
      beside === null ? '' : `${textOf(beside.values, unit)}, ${beside.what}`,
      aim === null ? '' : aimCell(aim, paint),
    ]),
  ])
  const aims = figures.flatMap(({ aim }) => (aim === null ? [] : [aim]))
  const met = aims.filter((aim) => aim.met === true).length
  const below = [
    `${met} of ${aims.length} aims met`,
    ...failures.map(({ run, part, problem }) => `${named[part]}, run ${run}, failed: ${printable(problem)}`),
    '',
    footOf(report),
  ]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function aimCell({ met, text }: NonNullable<Figure['aim']>, paint: Paint): Cell {
  if (met === null) return text
  return { text: `${met ? '✓' : '✗'} ${text}`, paint: met ? paint.good : paint.bad }
}

function footOf({ provenance, substrate, settings, loadavg, seconds }: DayReport): string {
  return [
    settings.repeat === 1 ? 'one run' : `medians of ${settings.repeat} runs, with their range`,
    'an aim is met when every run met it',
    settings.repeat === 1 ? `seed ${settings.seed}` : `seeds ${settings.seed}–${settings.seed + settings.repeat - 1}`,
    `took ${Math.floor(seconds / 60)} min ${seconds % 60} s`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate ?? unknown,
    `load average ${loadavg[0]?.toFixed(1) ?? unknown} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
