/** Input of the resources: the configuration, the newest report, counters, and the threads to query. @module */
import type { RequestedWindow } from '../http/backend.ts'
import type { Domain } from '@vagus/analytics'
import type { Config } from '@vagus/api'
import type { ExporterState } from '@vagus/flow'
import { type FlowStore, StoreError, type StoreStats } from '@vagus/store'
import type { CollectorThread } from '../collector/collector-thread.ts'
import type { CollectorReport } from '../collector/messages.ts'
import type { CoverageHistory } from './coverage-history.ts'
import type { Directory } from './directory.ts'
import type { Measurements } from './measurements.ts'
import type { RecordRate } from './record-rate.ts'

export interface View {
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** When this state was created, milliseconds since 1970: before it everything is unknown, not zero. */
  readonly since: number
  readonly now: () => number
  /** Folder of the state. */
  readonly home: string
  readonly config: Config
  readonly directory: Directory
  /** Places in its lists + 1 are the numbers in flow records. */
  readonly domain: Domain
  readonly measurements: Measurements
  readonly coverageHistory: CoverageHistory
  /** Of the last second; undefined before the first. */
  readonly report: CollectorReport | undefined
  readonly records: RecordRate
  /** Flow records a second by device's address. */
  readonly recordsOf: ReadonlyMap<string, RecordRate>
  readonly collector: Pick<CollectorThread, 'ask' | 'endpoints'>
  readonly store: Pick<
    FlowStore,
    'top' | 'series' | 'matrix' | 'exportParquet' | 'draftFolder' | 'interfaceSeries' | 'stats'
  >
  /** Address of an exporter's number, also of one that has not exported since the start. */
  readonly addressOf: (exporter: number) => string | undefined
  readonly exportersAt: (address: string) => readonly number[]
}

/** How long records take to come after their packets, as the live window has it: what is younger is still filling up. */
export const recordLag = 10_000

/** End of the last step of `step` milliseconds that is whole. */
export const wholeStepsEnd = (now: number, step: number): number => Math.floor((now - recordLag) / step) * step

/** Of the step that still runs, so much must be known that what is missing of it does not bend the curve. */
const leastRunning = 0.5
/** Shorter steps wait until they are whole: the records on their way would be much of them. */
const minRunningStep = 6 * recordLag

/** End of the last step of `step` milliseconds that enough is known of; it may not be over yet. */
export function stepsEnd(now: number, step: number): number {
  const whole = wholeStepsEnd(now, step)
  const isEnough = step >= minRunningStep && now - recordLag - whole >= step * leastRunning
  return isEnough ? whole + step : whole
}

/**
 * Milliseconds of the step from `begin` that something is known of: the first one began before we did, the last one may
 * not have ended yet. 0 or less for nothing.
 */
export const knownOf = ({ now, since }: Pick<View, 'now' | 'since'>, begin: number, step: number): number =>
  Math.min(begin + step, now() - recordLag) - Math.max(begin, since)

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The last `window` milliseconds, as far as anything is known of them. */
export function knownWindow({ now, since }: Pick<View, 'now' | 'since'>, window: number): Span {
  const to = Math.min(now(), Math.max(now() - recordLag, since + 1000))
  return { from: Math.min(Math.max(to - window, since), to - 1000), to }
}

/**
 * The window that a request names: one that ends now, as far as anything is known of it. One that is named by its ends does
 * not end in the future, but begins as it says: records with times before our own are kept, too.
 */
function spanOf(view: Pick<View, 'now' | 'since'>, { milliseconds, to }: RequestedWindow): Span {
  if (to === undefined) return knownWindow(view, milliseconds)
  const from = to - milliseconds
  return { from, to: Math.max(Math.min(to, view.now()), from + 1) }
}

/** The part of a window by which its volumes become rates: by the time before the state began they would be too low. */
export function ratedPart({ since }: Pick<View, 'since'>, { from, to }: Span): Span {
  return since < to ? { from: Math.max(from, since), to } : { from, to }
}

/** Seconds for which a record has been waiting until it can be asked for: before the disk, or in the log. */
export function storeLag(
  { now, report }: Pick<View, 'now' | 'report'>,
  stored: Pick<StoreStats, 'lagSeconds'>,
): number {
  const since = report?.log.waitingSince
  return since === undefined ? stored.lagSeconds : Math.max(stored.lagSeconds, (now() - since) / 1000)
}

/**
 * As `spanOf`, for a question to the store: it ends where the store is complete, which may be behind, as it is of all that
 * waits in memory for a full disk.
 * @throws {StoreError} when the store has nothing of the window yet
 */
export async function storedSpanOf(
  view: Pick<View, 'now' | 'since' | 'report'> & { readonly store: Pick<FlowStore, 'stats'> },
  window: RequestedWindow,
): Promise<Span> {
  const now = view.now()
  const stats = await view.store.stats()
  const log = view.report?.log
  const completeTo = Math.min(stats.completeTo, log?.waitingSince ?? Infinity)
  if (completeTo >= now) return spanOf(view, window)
  const asked = spanOf({ since: view.since, now: () => completeTo }, window)
  const span = { from: asked.from, to: Math.min(asked.to, completeTo) }
  if (span.from < span.to && span.to > view.since) return span
  const behind = Math.ceil((now - completeTo) / 1000)
  const remedy = log?.waitingSince === undefined ? 'try again later' : `its disk refuses records: ${log.problem}`
  throw new StoreError('busy', `the store is ${behind} s behind and has nothing of this window yet; ${remedy}`)
}

/** Streams that come from the address. */
export function streamsAt(view: View, address: string): readonly ExporterState[] {
  return view.report?.exporters.filter((stream) => stream.address === address) ?? []
}
