/**
 * How long a packet is under way besides waiting and sending: a mean and, around it, jitter of one of two shapes.
 * @module
 */
import { normal, type Random } from '../random.ts'

export interface Delay {
  /** Mean, in milliseconds one way. */
  readonly mean: number
  /** Standard deviation, in milliseconds. */
  readonly jitter: number
  /** `normal`: as often above as below. `pareto`: mostly a little below, sometimes far above, as satellites have it. */
  readonly shape: 'normal' | 'pareto'
}

/** Of the Pareto distribution; its mean is 1.5 and its deviation √0.75 with a smallest value of 1. */
const tail = 3
const paretoMean = 1.5
const paretoDeviation = Math.sqrt(0.75)

/** Milliseconds for the next packet, never below a fifth of the mean: nothing is faster than the way is long. */
export function createDelay({ mean, jitter, shape }: Delay, random: Random): () => number {
  if (jitter === 0) return () => mean
  const sample =
    shape === 'normal' ? () => normal(random) : () => ((1 - random()) ** (-1 / tail) - paretoMean) / paretoDeviation
  return () => Math.max(mean / 5, mean + jitter * sample())
}
