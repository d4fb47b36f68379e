/** Input of the resources: the configuration, the newest report, counters, and the threads to query. @module */
import type { RequestedWindow } from '../http/backend.ts'
import { type Domain, leastRecordLag } from '@vagus/analytics'
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
    'top' | 'series' | 'matrix' | 'attribution' | 'exportParquet' | 'draftFolder' | 'interfaceSeries' | 'stats'
  >
  /** Address of an exporter's number, also of one that has not exported since the start. */
  readonly addressOf: (exporter: number) => string | undefined
  readonly exportersAt: (address: string) => readonly number[]
}

/** The time, and what it tells of records that are on their way. */
export type Clock = Pick<View, 'now' | 'since'> & {
  readonly report?: Pick<CollectorReport, 'recordLag'> | undefined
}

/**
 * Milliseconds that records take to come after their packets, as the live window has it: what is younger is still filling
 * up.
 */
export const recordLagOf = ({ report }: Pick<Clock, 'report'>): number => report?.recordLag.ms ?? leastRecordLag

/** End of the last step of `step` milliseconds that is whole, of records that take `lag` milliseconds to come. */
export const wholeStepsEnd = (now: number, step: number, lag: number): number => Math.floor((now - lag) / step) * step

/** Of the step that still runs, so much must be known that what is missing of it does not bend the curve. */
const leastRunning = 0.5
/** Steps of fewer lags wait until they are whole: the records on their way would be much of them. */
const minRunningLags = 6

/** End of the last step of `step` milliseconds that enough is known of; it may not be over yet. */
export function stepsEnd(now: number, step: number, lag: number): number {
  const whole = wholeStepsEnd(now, step, lag)
  const isEnough = step >= minRunningLags * lag && now - lag - whole >= step * leastRunning
  return isEnough ? whole + step : whole
}

/**
 * Milliseconds of the step from `begin` that something is known of: the first one began before we did, the last one may
 * not have ended yet. 0 or less for nothing.
 */
export const knownOf = (clock: Clock, begin: number, step: number): number =>
  Math.min(begin + step, clock.now() - recordLagOf(clock)) - Math.max(begin, clock.since)

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The last `window` milliseconds, as far as anything is known of them. */
export function knownWindow(clock: Clock, window: number): Span {
  const { now, since } = clock
  const to = Math.min(now(), Math.max(now() - recordLagOf(clock), since + 1000))
  return { from: Math.min(Math.max(to - window, since), to - 1000), to }
}

/**
 * The window that a request names: one that ends now, as far as anything is known of it. One that is named by its ends does
 * not end in the future, but begins as it says: records with times before our own are kept, too.
 */
function spanOf(view: Clock, { milliseconds, to }: RequestedWindow): Span {
  if (to === undefined) return knownWindow(view, milliseconds)
  const from = to - milliseconds
  return { from, to: Math.max(Math.min(to, view.now()), from + 1) }
}

/**
 * The part of an answer's window by which its volumes become rates: by the time before the state began they would be too
 * low, and by the future, which a whole bucket may reach into beyond the window that was `asked` for.
 */
export function ratedPart(clock: Clock, { from, to }: Span, asked: Span): Span {
  const { since, now } = clock
  const end = Math.min(to, Math.max(asked.to, now() - recordLagOf(clock)))
  return { from: since < end ? Math.max(from, since) : from, to: end > from ? end : to }
}

/** Seconds for which a record has been waiting until it can be asked for: before the disk, or in the log. */
export function storeLag(
  { now, report }: Pick<View, 'now' | 'report'>,
  stored: Pick<StoreStats, 'lagSeconds'>,
): number {
  const since = report?.log.waitingSince
  return since === undefined ? stored.lagSeconds : Math.max(stored.lagSeconds, (now() - since) / 1000)
}

type StoreClock = Pick<View, 'now' | 'since' | 'report'> & { readonly store: Pick<FlowStore, 'stats'> }

/** Until when the store has every record: it may be behind, as it is of all that waits in memory for a full disk. */
export async function completeToOf({ store, report }: StoreClock): Promise<number> {
  const { completeTo } = await store.stats()
  return Math.min(completeTo, report?.log.waitingSince ?? Infinity)
}

/**
 * As `spanOf`, for a question to the store: it ends where the store is complete.
 * @throws {StoreError} when the store has nothing of the window yet
 */
export async function storedSpanOf(view: StoreClock, window: RequestedWindow): Promise<Span> {
  const now = view.now()
  const completeTo = await completeToOf(view)
  if (completeTo >= now) return spanOf(view, window)
  const asked = spanOf({ since: view.since, report: view.report, now: () => completeTo }, window)
  const span = { from: asked.from, to: Math.min(asked.to, completeTo) }
  if (span.from < span.to && span.to > view.since) return span
  const behind = Math.ceil((now - completeTo) / 1000)
  const log = view.report?.log
  const remedy = log?.waitingSince === undefined ? 'try again later' : `its disk refuses records: ${log.problem}`
  throw new StoreError('busy', `the store is ${behind} s behind and has nothing of this window yet; ${remedy}`)
}

/** The live window of a new state begins a moment after it. */
const liveBegins = 5000

/**
 * The live answer over the last `milliseconds`, if its window has all that is known of them: it begins anew with each
 * start and each new domain. Otherwise the store's; without one, that of a shorter window is better than none.
 */
export async function liveOrStored<Answer extends { readonly window: Span }>(
  { since }: Pick<View, 'since'>,
  milliseconds: number,
  live: Answer,
  stored: () => Promise<Answer>,
): Promise<Answer> {
  const { from, to } = live.window
  if (to - from >= milliseconds || from <= since + liveBegins) return live
  try {
    return await stored()
  } catch (error) {
    if (error instanceof StoreError) return live
    throw error
  }
}

/** Streams that come from the address. */
export function streamsAt(view: Pick<View, 'report'>, address: string): readonly ExporterState[] {
  return view.report?.exporters.filter((stream) => stream.address === address) ?? []
}
