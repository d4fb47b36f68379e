/** Chooses the tier for a query: the coarsest that has its resolution and reaches back far enough. @module */
import { fileKinds } from '../sealed/tiers.ts'
import type { TierName } from './queries.ts'
import { alignedTo, type Window } from './window.ts'

interface Tier {
  readonly name: TierName
  /** Milliseconds; 1 for single records, which have any resolution. */
  readonly bucket: number
}

const tiers: readonly Tier[] = [
  { name: 'raw', bucket: 1 },
  ...fileKinds.filter(({ rows }) => rows === 'traffic').map(({ tier, bucket }) => ({ name: tier, bucket })),
]

/**
 * Time since which a tier is complete, in milliseconds since 1970: 0 when nothing was removed, Infinity when it is
 * empty.
 */
export type Reach = Readonly<Record<TierName, number>>

export interface TierChoice {
  readonly tier: TierName
  readonly step: number
}

/** Maximum points of a series: as many as a screen can show, and a bound on the answer. */
const maxSteps = 10_000
const shortestStep = 1000

/**
 * For a series: the coarsest tier whose bucket divides the step; if none of these reaches back to `from`, the next
 * coarser tier that does, with its own step. @throws {RangeError} on a step that is too short for the window
 */
export function tierForSteps({ from, to }: Window, step: number, reach: Reach): TierChoice {
  if (!Number.isInteger(step) || step < shortestStep) {
    throw new RangeError(`"step" must be whole milliseconds, at least ${shortestStep}, got ${String(step)}`)
  }
  const steps = Math.ceil((to - from) / step)
  if (steps > maxSteps) {
    throw new RangeError(`"step" must be longer: the window has ${steps} steps, at most ${maxSteps} are allowed`)
  }
  const reaches = ({ name }: Tier): boolean => from >= reach[name]
  const fitting = tiers.filter(({ bucket }) => step % bucket === 0)
  const best = fitting.filter(reaches).at(-1)
  if (best !== undefined) return { tier: best.name, step }
  const coarser = tiers.filter(({ bucket }) => bucket > step)
  const chosen = coarser.find(reaches) ?? farthest(tiers, reach)
  return { tier: chosen.name, step: Math.ceil(step / chosen.bucket) * chosen.bucket }
}

/** Longest window, in milliseconds, that is read from single records when a rollup would do. */
const longestRaw = 3_600_000

/**
 * For sums over one window: a rollup when the window consists of whole buckets, or is so long that widening it to whole
 * buckets does not matter; otherwise single records if they reach back far enough.
 */
export function tierForSum({ from, to }: Window, reach: Reach): TierChoice {
  const reaching = tiers.filter(({ name }) => from >= reach[name])
  const rollups = reaching.filter(({ name }) => name !== 'raw')
  const exact = rollups.filter(({ bucket }) => from % bucket === 0 && to % bucket === 0).at(-1)
  if (exact !== undefined) return choiceOf(exact)
  const raw = reaching.find(({ name }) => name === 'raw')
  if (raw !== undefined && (to - from <= longestRaw || rollups.length === 0)) return choiceOf(raw)
  return choiceOf(rollups[0] ?? farthest(tiers, reach))
}

/** What a sum over one window is read from. */
export interface SumParts extends Window {
  /** Whole buckets of the tier. */
  readonly rollup: Window | undefined
  readonly records: Window | undefined
}

/**
 * The bucket in which a window ends is read from single records as long as they are kept: otherwise the window is widened
 * to the end of that bucket, which may be in the future.
 */
export function partsOfSum(query: Window, { tier, step }: TierChoice, reach: Reach): SumParts {
  const { from, to } = alignedTo(query, step)
  if (tier === 'raw') return { from, to, rollup: undefined, records: { from, to } }
  const whole = to - step
  if (to === query.to || whole <= from || whole < reach.raw)
    return { from, to, rollup: { from, to }, records: undefined }
  return { from, to: query.to, rollup: { from, to: whole }, records: { from: whole, to: query.to } }
}

/** When no tier reaches back to the start of a window: the one that reaches farthest; the finest of several. */
const farthest = (some: readonly Tier[], reach: Reach): Tier =>
  some.reduce((best, tier) => (reach[tier.name] < reach[best.name] ? tier : best))

const choiceOf = ({ name, bucket }: Tier): TierChoice => ({ tier: name, step: bucket })
