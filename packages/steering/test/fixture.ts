/** Made-up traffic and observations for tests. @module */
import { createWorlds, type Matrices, type Periods, periodsOf, type World } from '../src/benchmark/index.ts'
import { neverMoved, type Observation } from '../src/index.ts'
import { createRandom } from '../src/random.ts'

export const stepsPerDay = 48

/** Few pairs carry most, with a daily rhythm and noise; the diagonal carries more than all others. */
export function matricesOf(nodes: number, steps: number, seed: number): Matrices {
  const random = createRandom(seed)
  const weight = Array.from({ length: nodes * nodes }, () => 100 * random() ** 4)
  const values = new Float32Array(steps * nodes * nodes)
  for (let step = 0; step < steps; step++) {
    const level = 1 + 0.5 * Math.sin((2 * Math.PI * step) / stepsPerDay)
    weight.forEach((each, entry) => {
      const own = entry % (nodes + 1) === 0 ? 1000 : each
      values[step * nodes * nodes + entry] = level * own * (0.7 + 0.6 * random())
    })
  }
  return { nodes, values }
}

/** Two days and one day of 90 prefixes. */
export const periods: Periods = periodsOf(matricesOf(10, 2 * stepsPerDay, 1), matricesOf(10, stepsPerDay, 2))

export const worldsOf = (seed: number): { readonly training: World; readonly test: World } =>
  createWorlds(periods, { stepsPerDay, seed })

/** Three links of 100 on a line, and prefixes of these loads, all on link 0, which all prefer. */
export function observationOf(loads: readonly number[], given: Partial<Observation> = {}): Observation {
  const prefixes = loads.length
  const assignment = given.assignment ?? new Int32Array(prefixes)
  const load = new Float64Array(3)
  loads.forEach((own, prefix) => {
    load[assignment[prefix]!]! += own
  })
  const capacity = given.capacity ?? new Float64Array(3).fill(100)
  return {
    prefixes,
    links: 3,
    step: 100,
    stepsPerDay,
    delay: Float64Array.from({ length: prefixes * 3 }, (_, at) => (at % 3) / 3),
    preferred: new Int32Array(prefixes),
    assignment,
    complies: new Uint8Array(prefixes).fill(1),
    capacity,
    load: load.map((each, link) => Math.min(each, capacity[link]!)),
    saturated: Uint8Array.from(load, (each, link) => (each >= capacity[link]! ? 1 : 0)),
    visible: new Uint8Array(prefixes).fill(1),
    // Losses fall on all prefixes of a link alike.
    estimate: Float64Array.from(loads, (own, prefix) => {
      const link = assignment[prefix]!
      return load[link]! > capacity[link]! ? (own * capacity[link]!) / load[link]! : own
    }),
    lastMove: new Int32Array(prefixes).fill(neverMoved),
    ...given,
  }
}
