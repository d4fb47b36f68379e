/** Runs a scenario of which one report comes, and passes on what it tells meanwhile. @module */
import { LabError } from '../errors.ts'
import { type InsideRun, runInside } from './run-inside.ts'
import type { Substrate } from './substrate.ts'

/** What the program inside prints, one JSON a line. */
export type Inside<Report> =
  | { readonly type: 'news'; readonly text: string }
  | { readonly type: 'step'; readonly step: string; readonly seconds: number }
  | { readonly type: 'report'; readonly report: Report }

interface ReportRun extends Omit<InsideRun, 'onSaid'> {
  readonly onNews: ((news: string) => void) | undefined
  /** What is said of a program that ended without a report and without an error. */
  readonly lastWord?: () => string
}

/** Throws `LabError`; the signal's reason. */
export async function runForReport<Report>(
  substrate: Substrate,
  { onNews, lastWord = () => 'without a word', ...run }: ReportRun,
): Promise<Report> {
  let report: Report | undefined
  const onSaid = (line: unknown): void => {
    const said = line as Inside<Report> // sound: what our own program prints
    if (said.type === 'news') onNews?.(said.text)
    else if (said.type === 'step') onNews?.(`${said.step} (${said.seconds.toFixed(1)} s)`)
    else report = said.report
  }
  const errors = await runInside(substrate, { ...run, onSaid })
  if (report !== undefined) return report
  throw new LabError('failed', `the scenario ended without a result: ${errors || lastWord()}`)
}
