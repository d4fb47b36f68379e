/** How many octets of payload a flow carries. @module */
import type { FlowSize } from './applications.ts'
import { createRandom, normal, type Random } from '../random.ts'

/** A whole number of octets, 1..`size.most`. */
export function drawFlowSize(size: FlowSize, random: Random): number {
  const octets =
    size.type === 'lognormal'
      ? size.median * Math.exp(size.sigma * normal(random))
      : size.least * (1 - random()) ** (-1 / size.shape)
  return Math.max(1, Math.min(size.most, Math.round(octets)))
}

const samples = 500

/** About the mean of what `drawFlowSize` draws; the same for the same `size`. */
export function meanFlowSize(size: FlowSize): number {
  const random = createRandom('mean')
  let sum = 0
  for (let sample = 0; sample < samples; sample++) sum += drawFlowSize(size, random)
  return sum / samples
}
