/**
 * All policies in the same worlds of one split. The baselines are tuned as anyone would: on the training days, in the
 * worlds of the first two seeds.
 * @module
 */
import {
  createInformed,
  createWorlds,
  type Figures,
  meanFigures,
  oracle,
  type Run,
  run,
  searchGrid,
  thresholdGrid,
  tune,
  type World,
} from '../../packages/steering/src/benchmark/index.ts'
import {
  createBestPolicy,
  createSearchPolicy,
  createStateless,
  createThresholdRule,
  type Policy,
  type SearchConstants,
  type Thresholds,
} from '../../packages/steering/src/index.ts'
import { periodsOfSplit, type Split, splits } from './matrices.ts'

export interface Contestant {
  /** One for each seed. */
  readonly runs: readonly Run[]
  readonly mean: Figures
  /** Of one decision: the mean of a run, and of these the median, as other programs may run beside us. */
  readonly milliseconds: number
}

export interface Contest {
  readonly split: Split
  readonly seeds: readonly number[]
  readonly stepsPerDay: number
  readonly prefixes: number
  readonly tuned: { readonly rule: Thresholds; readonly search: SearchConstants }
  readonly ours: Contestant
  readonly rule: Contestant
  readonly stateless: Contestant
  readonly search: Contestant
  readonly oracle: Figures
  /** The local search that knows true loads and who complies, and what the next step brings. */
  readonly knowing: { readonly present: Figures; readonly loads: Figures; readonly capacities: Figures }
}

export const statelessThreshold = 0.95

export function contestOf(split: Split, seeds: readonly number[], progress: (line: string) => void): Contest {
  const { stepsPerDay } = splits[split]
  const periods = periodsOfSplit(split)
  const worlds = seeds.map((seed) => createWorlds(periods, { stepsPerDay, seed }))
  const training = worlds.slice(0, 2).map((each) => each.training)
  const tests = worlds.map((each) => each.test)
  progress(`${split}: tuning the baselines`)
  const rule = tune(createThresholdRule, thresholdGrid, training)
  const searching = tune(createSearchPolicy, searchGrid, training)
  progress(`${split}: ${seeds.length} worlds of ${tests[0]!.steps} steps, ${periods.test.prefixes} prefixes`)
  const contest = {
    ours: contestantOf(tests, createBestPolicy),
    rule: contestantOf(tests, () => createThresholdRule(rule)),
    stateless: contestantOf(tests, () => createStateless(statelessThreshold)),
    search: contestantOf(tests, () => createSearchPolicy(searching)),
  }
  progress(`${split}: who knows more`)
  const knowing = (loads: 'present' | 'next', capacities: 'present' | 'next'): Figures =>
    meanFigures(tests.map((world) => run(world, createInformed(world, { loads, capacities }))))
  return {
    ...contest,
    split,
    seeds,
    stepsPerDay,
    prefixes: periods.test.prefixes,
    tuned: { rule, search: searching },
    knowing: {
      present: knowing('present', 'present'),
      loads: knowing('next', 'present'),
      capacities: knowing('present', 'next'),
    },
    oracle: meanFigures(tests.map((world) => oracle(world).run)),
  }
}

function contestantOf(worlds: readonly World[], create: () => Policy): Contestant {
  const times: number[] = []
  const runs = worlds.map((world) => {
    const policy = create()
    let spent = 0
    const result = run(world, {
      decide(seen) {
        const started = performance.now()
        const wish = policy.decide(seen)
        spent += performance.now() - started
        return wish
      },
    })
    times.push(spent / result.costs.length)
    return result
  })
  return { runs, mean: meanFigures(runs), milliseconds: times.sort((a, b) => a - b)[times.length >> 1]! }
}
