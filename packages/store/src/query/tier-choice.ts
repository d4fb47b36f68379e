/** From which tier a question is answered: the coarsest that has its resolution and reaches back far enough. @module */
import { keptSeconds, type Retention } from '../sealed/retention-plan.ts'
import { fileKinds } from '../sealed/tiers.ts'
import type { TierName } from './queries.ts'
import type { Window } from './window.ts'

interface Tier {
  readonly name: TierName
  /** Milliseconds; 1 for single records, which have any resolution. */
  readonly bucket: number
}

const tiers: readonly Tier[] = [
  { name: 'raw', bucket: 1 },
  ...fileKinds.filter(({ rows }) => rows === 'traffic').map(({ tier, bucket }) => ({ name: tier, bucket })),
]

export interface TierChoice {
  readonly tier: TierName
  readonly step: number
}

/** Points of a series: what a screen can show, and a bound on the answer. */
export const maxSteps = 10_000
const shortestStep = 1000

/**
 * For a series: the coarsest tier whose bucket divides the step. Where that is no longer kept back to `from`, the next
 * coarser one that is, with its own step. @throws {RangeError} on a step that is too short for the window
 */
export function tierForSteps({ from, to }: Window, step: number, retention: Retention, now: number): TierChoice {
  if (!Number.isInteger(step) || step < shortestStep) {
    throw new RangeError(`"step" must be whole milliseconds, at least ${shortestStep}, got ${String(step)}`)
  }
  const steps = (to - from) / step
  if (steps > maxSteps)
    throw new RangeError(`"step" must be longer: the window has ${Math.ceil(steps)} of them, at most ${maxSteps} fit`)
  const fitting = tiers.filter(({ bucket }) => step % bucket === 0)
  const kept = (tier: Tier): boolean => from >= now - keptSeconds(retention, tier.name) * 1000
  const best = fitting.filter(kept).at(-1)
  if (best !== undefined) return { tier: best.name, step }
  const coarser = tiers.filter(({ bucket }) => bucket > step)
  const chosen = coarser.find(kept) ?? fitting.at(-1)!
  return { tier: chosen.name, step: Math.max(step, chosen.bucket) }
}

/** Longest window that is read from single records where a rollup would do. */
const longestRaw = 3_600_000

/**
 * For sums over one window: a rollup where the window is made of its buckets, or is so long that widening it to whole
 * buckets does not matter; else single records while they are kept.
 */
export function tierForSum(window: Window, retention: Retention, now: number): TierChoice {
  const { from, to } = window
  const kept = tiers.filter(({ name }) => from >= now - keptSeconds(retention, name) * 1000)
  const exact = kept.filter(({ bucket }) => from % bucket === 0 && to % bucket === 0).at(-1)
  if (exact !== undefined && (exact.name !== 'raw' || to - from <= longestRaw)) return choiceOf(exact)
  const rollup = (kept.length > 0 ? kept : tiers).filter(({ name }) => name !== 'raw')
  return choiceOf((kept.length > 0 ? rollup[0] : rollup.at(-1)) ?? tiers[0]!)
}

const choiceOf = ({ name, bucket }: Tier): TierChoice => ({ tier: name, step: bucket })
