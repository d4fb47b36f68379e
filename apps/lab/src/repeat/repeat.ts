/** Runs a scenario several times, each with a seed of its own, and says how far apart its figures are. @module */
import { join } from 'node:path'
import { LabError } from '../errors.ts'
import type { Unit } from '../day/values.ts'
import { type Provenance, provenanceNow } from '../provenance.ts'
import { addResult, makeEmpty, runFolder } from '../record/folder.ts'
import type { RecordOptions } from '../record/layout.ts'
import { type Reading, readingsOf, type Repeatable, type RepeatableName } from './metrics.ts'
import { isKept } from './promises.ts'
import { type Summary, summaryOf } from './summary.ts'

export interface RepeatOptions {
  /** 2..1000. */
  readonly times: number
  /** Of the first run; the next ones have the next numbers. Null: the scenario draws nothing. */
  readonly seed: number | null
  /** A folder for all, with one for each run in it; `limit` is of one run. */
  readonly record?: RecordOptions
  /** A run has ended. */
  readonly onRun?: (run: RunEnd) => void
  readonly signal?: AbortSignal
}

export interface RunEnd {
  /** From 1. */
  readonly run: number
  readonly seed: number | null
  readonly seconds: number
  /** Why it failed; null: it did not. */
  readonly problem: string | null
  /** Whether Vagus kept what it promises in this scenario; null if the run failed. */
  readonly kept: boolean | null
  /** Empty if it failed. */
  readonly readings: readonly Reading[]
}

export interface RepeatReport<Name extends RepeatableName = RepeatableName> {
  readonly scenario: Name
  readonly provenance: Provenance
  readonly times: number
  readonly failed: number
  /** Runs that ended, and in which Vagus did not keep what it promises. */
  readonly broken: number
  readonly figures: readonly { readonly what: string; readonly unit: Unit; readonly values: Summary | null }[]
  /** All runs in their order; one that failed has no report. */
  readonly runs: readonly (Omit<RunEnd, 'readings'> & { readonly report: Repeatable[Name] | null })[]
}

/** What one run gets. */
export interface Turn {
  readonly seed: number | null
  readonly record?: RecordOptions
}

const most = 1000
const largestSeed = 2 ** 32 - 1

/** A run that fails is counted, and the others go on. Throws `LabError` `usage`; the signal's reason. */
export async function repeat<Name extends RepeatableName>(
  scenario: Name,
  { times, seed, record, onRun, signal }: RepeatOptions,
  play: (turn: Turn) => Promise<Repeatable[Name]>,
): Promise<RepeatReport<Name>> {
  if (!(Number.isInteger(times) && times >= 2 && times <= most))
    throw new LabError('usage', `a scenario is repeated 2 to ${most} times, got ${times}`)
  if (seed !== null && seed + times - 1 > largestSeed)
    throw new LabError(
      'usage',
      `the last of ${times} seeds is above ${largestSeed}; give --seed ${largestSeed - times + 1} or less`,
    )
  if (record !== undefined) makeEmpty(record.folder)
  const provenance = provenanceNow()
  const runs: RepeatReport<Name>['runs'][number][] = []
  const read: (readonly Reading[])[] = []
  for (let run = 1; run <= times; run++) {
    const own = seed === null ? null : seed + run - 1
    const began = performance.now()
    const { report, problem } = await play({ seed: own, ...recordOf(record, run) }).then(
      (report) => ({ report, problem: null }),
      (error: Error) => {
        signal?.throwIfAborted()
        if (error instanceof LabError && error.code === 'usage') throw error // no other run would do better
        return { report: null, problem: error.message }
      },
    )
    const seconds = Math.round((performance.now() - began) / 100) / 10
    const readings = report === null ? [] : readingsOf(scenario, report)
    const kept = report === null ? null : isKept(scenario, report)
    runs.push({ run, seed: own, seconds, problem, kept, report })
    read.push(readings)
    const end = { run, seed: own, seconds, problem, kept, readings }
    if (record !== undefined) addResult(record.folder, { scenario, ...end })
    onRun?.(end)
  }
  const failed = runs.filter(({ problem }) => problem !== null).length
  const broken = runs.filter(({ kept }) => kept === false).length
  return { scenario, provenance, times, failed, broken, figures: figuresOf(read), runs }
}

const recordOf = (record: RecordOptions | undefined, run: number): { readonly record?: RecordOptions } =>
  record === undefined ? {} : { record: { ...record, folder: join(record.folder, runFolder(run)) } }

/** One for each reading that any run has, in their order. */
function figuresOf(runs: readonly (readonly Reading[])[]): RepeatReport['figures'] {
  const all = Map.groupBy(runs.flat(), ({ what }) => what)
  return [...all].map(([what, readings]) => {
    return { what, unit: readings[0]!.unit, values: summaryOf(readings.map(({ value }) => value)) }
  })
}
