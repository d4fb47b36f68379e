/** Observations for tests of forecasts and of the policy that uses them. @module */
import { neverMoved, type Observation } from '../src/observation.ts'

/** Prefixes of these loads, all on the first of three links of 100, which all prefer; all are measured. */
export function observed(loads: readonly number[], given: Partial<Observation> = {}): Observation {
  const prefixes = loads.length
  const assignment = given.assignment ?? new Int32Array(prefixes)
  const capacity = given.capacity ?? new Float64Array(3).fill(100)
  const sent = new Float64Array(3)
  loads.forEach((own, prefix) => {
    sent[assignment[prefix]!]! += own
  })
  return {
    prefixes,
    links: 3,
    step: 100,
    stepsPerDay: 288,
    delay: Float64Array.from({ length: prefixes * 3 }, (_, at) => (at % 3) / 3),
    preferred: new Int32Array(prefixes),
    assignment,
    complies: new Uint8Array(prefixes).fill(1),
    capacity,
    load: sent.map((each, link) => Math.min(each, capacity[link]!)),
    saturated: Uint8Array.from(sent, (each, link) => (each >= capacity[link]! ? 1 : 0)),
    visible: new Uint8Array(prefixes).fill(1),
    // Losses fall on all prefixes of a link alike.
    estimate: Float64Array.from(loads, (own, prefix) => {
      const link = assignment[prefix]!
      return sent[link]! > capacity[link]! ? (own * capacity[link]!) / sent[link]! : own
    }),
    lastMove: new Int32Array(prefixes).fill(neverMoved),
    ...given,
  }
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function drawsOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
