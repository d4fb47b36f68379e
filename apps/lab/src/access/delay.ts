/**
 * The delay of a packet beyond queueing and transmission: a mean and, around it, jitter of one of two shapes. Jitter
 * belongs to the time and not to the packet: it goes from one sample to the next while time passes, so that packets which
 * keep their order have the mean and the deviation of the profile however many they are.
 * @module
 */
import { normal, type Random } from '../random.ts'

/** `lognormal`: about as often above as below. `pareto`: mostly a little below, sometimes far above, as satellites have it. */
export const delayShapes = ['lognormal', 'pareto'] as const

export interface Delay {
  /** Mean, in milliseconds one way. */
  readonly mean: number
  /** Standard deviation, in milliseconds; at most `maxJitter` of the mean. */
  readonly jitter: number
  readonly shape: (typeof delayShapes)[number]
}

/** Largest jitter as share of the mean. With more, the smallest of the delays by `pareto` would come near to zero. */
export const maxJitter = 0.95

/**
 * Of the Pareto distribution with a smallest value of 1, cut off at `largest`: one in a thousand would be above, and could
 * hold back everything for seconds. Its mean and deviation follow.
 */
const tail = 3
const largest = 10
const below = 1 - largest ** -tail
const momentOf = (order: 1 | 2): number => ((tail / (tail - order)) * (1 - largest ** (order - tail))) / below
const paretoMean = momentOf(1)
const paretoDeviation = Math.sqrt(momentOf(2) - paretoMean ** 2)

/**
 * Milliseconds between two samples, as multiple of the jitter and at least. A delay that falls faster than time passes
 * holds packets back that would overtake; so far apart it hardly ever does.
 */
const spacing = 5
const leastSpacing = 20

/** Milliseconds for a packet that sets out at `now`, which must not go back. */
export function createDelay({ mean, jitter, shape }: Delay, random: Random): (now: number) => number {
  if (jitter === 0) return () => mean
  if (shape === 'pareto') {
    const deviates = between(() => ((1 - below * random()) ** (-1 / tail) - paretoMean) / paretoDeviation, jitter)
    return (now) => mean + jitter * deviates(now)
  }
  const variance = Math.log(1 + (jitter / mean) ** 2) // of the logarithm
  const deviates = between(() => normal(random), jitter)
  return (now) => mean * Math.exp(Math.sqrt(variance) * deviates(now) - variance / 2)
}

/** What lies between samples of mean 0 and deviation 1, weighted so that it has the same mean and deviation at any time. */
function between(sample: () => number, jitter: number): (now: number) => number {
  const step = Math.max(leastSpacing, spacing * jitter)
  let interval = -Infinity
  let before = 0
  let after = 0
  return (now) => {
    const current = Math.floor(now / step)
    if (current !== interval) {
      before = current === interval + 1 ? after : sample()
      after = sample()
      interval = current
    }
    const share = now / step - current
    return ((1 - share) * before + share * after) / Math.hypot(1 - share, share)
  }
}
