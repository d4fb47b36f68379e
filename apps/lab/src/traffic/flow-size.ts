/** How many octets of payload a flow carries. @module */
import type { FlowSize } from './applications.ts'
import { normal, type Random } from './random.ts'

/** A whole number of octets, 1..`size.most`. */
export function drawFlowSize(size: FlowSize, random: Random): number {
  const octets =
    size.type === 'lognormal'
      ? size.median * Math.exp(size.sigma * normal(random))
      : size.least * (1 - random()) ** (-1 / size.shape)
  return Math.max(1, Math.min(size.most, Math.round(octets)))
}
