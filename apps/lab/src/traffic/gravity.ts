/**
 * The built-in traffic matrix: a gravity model (each pair in proportion to the product of what the one sends and the
 * other receives) over a day of offices: quiet at night, a rise in the morning, a second hill in the evening.
 * @module
 */
import { createRandom, normal } from '../random.ts'

/** `slots[slot][from * sites + to]`: traffic over one day in equal steps, in any unit. The diagonal is 0. */
export interface DayMatrix {
  readonly slots: readonly (readonly number[])[]
}

const slotsPerDay = 96

/** `masses`: how large each site is, such as the capacity of its access link; any unit. */
export function gravityMatrix(masses: readonly number[], seed: number): DayMatrix {
  const random = createRandom('gravity', seed)
  const sends = masses.map((mass) => mass * Math.exp(normal(random) * 0.4))
  const receives = masses.map((mass) => mass * Math.exp(normal(random) * 0.4))
  const phases = masses.map(() => (random() - 0.5) / 12) // up to an hour apart
  const pairs = sends.flatMap((sent, from) =>
    receives.map((received, to) => (from === to ? 0 : sent * received * Math.exp(normal(random) * 0.3))),
  )
  const slots = Array.from({ length: slotsPerDay }, (_, slot) =>
    pairs.map((volume, pair) => volume * hillsAt(slot / slotsPerDay + phases[Math.trunc(pair / masses.length)]!)),
  )
  return { slots }
}

/** Activity at `time` (in days), 0.3..1 or so. */
function hillsAt(time: number): number {
  const hill = (at: number, width: number): number => Math.exp((Math.cos(2 * Math.PI * (time - at)) - 1) / width)
  return 0.3 + 0.7 * hill(14 / 24, 0.5) + 0.25 * hill(20.5 / 24, 0.06)
}
