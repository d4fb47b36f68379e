/**
 * What a link is expected to cost in the next step, times the whole traffic, when its load is known only as a mean and a
 * variance. The load is taken as logistic, whose tails are heavier than the normal ones:
 *
 *   E (y - c)⁺ = s · ln(1 + exp((mean - c) / s)),   s = deviation · √3/π
 *
 * So there is no threshold: the room that a link keeps is what its own prefixes' bursts are worth. A link may also lose half
 * of its capacity before the next step; what it carries above that half costs in proportion to how likely that is.
 * @module
 */
import { costWeights, hotLevel } from './cost.ts'

export interface RiskConstants {
  /** Deviation that all prefixes of a link have in common, as a share of its load. */
  readonly common: number
  /** Losses of half the capacity, each counted with the steps that it takes to react, per link and day. */
  readonly halvings: number
}

export interface LinkOutlook {
  /** In the unit of the loads. */
  readonly capacity: number
  /** 1 / steps of a day while the link has its usual capacity; 0 while it has lost some: it will hardly lose more. */
  readonly losable: number
}

const logisticScale = Math.sqrt(3) / Math.PI
/** Keeps the scale above zero. */
const leastScale = 1e-9

/** `mean` in the unit of the loads, `variance` in its square. */
export function expectedLinkCost(
  mean: number,
  variance: number,
  { capacity, losable }: LinkOutlook,
  { common, halvings }: RiskConstants,
): number {
  const scale = logisticScale * Math.sqrt(Math.max(0, variance) + (common * mean) ** 2) + leastScale
  return (
    costWeights.drop * expectedExcess(mean - capacity, scale) +
    costWeights.hot * expectedExcess(mean - hotLevel * capacity, scale) +
    costWeights.drop * halvings * losable * Math.max(0, mean - capacity / 2)
  )
}

/** Of a logistic number with this mean and scale, the expectation of what is above 0. */
export function expectedExcess(mean: number, scale: number): number {
  const z = mean / scale
  if (z > 30) return mean
  return z < -30 ? 0 : scale * Math.log1p(Math.exp(z))
}
