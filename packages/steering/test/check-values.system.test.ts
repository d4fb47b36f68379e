/** The check values of Vagus-MED, which other implementations of it give, too: Abilene, days 1-5 → 6-7, seed 1. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileOf, periodsOfSplit, splits } from '../../../bench/steering/matrices.ts'
import { needsData } from '../../../scripts/needs.ts'
import {
  createInformed,
  createWorlds,
  type Figures,
  oracle,
  run,
  runPlan,
  searchGrid,
  thresholdGrid,
  tune,
} from '../src/benchmark/index.ts'
import {
  createFlapAware,
  createHotPotato,
  createSearchPolicy,
  createStateless,
  createThresholdRule,
  handSetConstants,
} from '../src/index.ts'
import { search } from '../src/search.ts'

const near = (found: number, expected: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} is ${found}, not ${expected}`)

/** Means of a step, rounded as published. */
type Row = readonly [cost: number, moves: number, drop: number, hot: number, delay: number]

function assertRow(found: Figures, [cost, moves, drop, hot, delay]: Row): void {
  near(found.cost, cost, 6e-8, 'J')
  near(found.moves, moves, 6e-8, 'moves')
  near(found.drop, drop, 6e-9, 'drop')
  near(found.hot, hot, 6e-9, 'hot')
  near(found.delay, delay, 6e-9, 'delay')
}

describe('the check values of Vagus-MED', { skip: needsData(fileOf('A')) }, () => {
  const { stepsPerDay } = splits.A
  const periods = needsData(fileOf('A')) === false ? periodsOfSplit('A') : undefined
  const worldsOf = (seed: number) => createWorlds(periods!, { stepsPerDay, seed })

  test('capacities, preferred links, delays, and who does not comply', () => {
    const { test: world } = worldsOf(1)
    assert.equal(world.prefixes, 132)
    assert.deepEqual(
      [...world.nominal].map((each) => each.toFixed(6)),
      ['2104.556395', '1578.417296', '1052.278197', '526.139099'],
    )
    assert.deepEqual([...world.preferred.subarray(0, 12)], [2, 2, 3, 2, 1, 1, 0, 0, 1, 1, 1, 0])
    assert.deepEqual(
      [...world.delay.subarray(0, 4)].map((each) => each.toFixed(6)),
      ['0.502074', '0.252074', '0.002074', '0.247926'],
    )
    assert.deepEqual(
      [...world.complies.keys()].filter((prefix) => world.complies[prefix] === 0),
      [1, 4, 17, 25, 28, 29, 30, 53, 56, 69, 86, 98, 104, 115, 129, 130],
    )
  })

  test('when which link has half of its capacity', () => {
    const { test: world } = worldsOf(1)
    const losses = (link: number): readonly string[] => {
      const lost = (step: number): boolean => world.capacity[step * world.links + link]! < world.nominal[link]!
      const steps = Array.from({ length: world.steps }, (_, step) => step).filter(lost)
      const starts = steps.filter((step) => !steps.includes(step - 1))
      const ends = steps.filter((step) => !steps.includes(step + 1))
      return starts.map((start, at) => `${start}..${ends[at]}`)
    }
    assert.deepEqual([0, 1, 2, 3].map(losses), [['128..213', '303..386'], [], ['176..266', '348..417'], ['510..554']])
  })

  const rows = {
    'hot potato': [createHotPotato, [4.6783814, 0, 0.0370654, 0.09113724, 0.06046898]],
    'threshold rule .85/.6': [
      () => createThresholdRule({ high: 0.85, low: 0.6 }),
      [0.2232625, 0.2104348, 0.00079877, 0.00518734, 0.0887817],
    ],
    'threshold rule .85/.5': [
      () => createThresholdRule({ high: 0.85, low: 0.5 }),
      [0.1744946, 0.1269565, 0.00042539, 0.0031911, 0.09860085],
    ],
    'stateless .95': [() => createStateless(0.95), [0.7401672, 0.9234783, 0.0026161, 0.0381152, 0.07230991]],
    'search .8, .01, x1.2': [
      () => createSearchPolicy({ threshold: 0.8, price: 0.01, factor: 1.2 }),
      [0.1480394, 0.1443478, 0.00030557, 0.00122949, 0.10329238],
    ],
  } as const
  for (const [name, [create, row]] of Object.entries(rows))
    test(name, () => assertRow(run(worldsOf(1).test, create()), row))

  test('oracle', () => {
    const { run: found, sweeps } = oracle(worldsOf(1).test)
    assertRow(found, [0.0941515, 0.5721739, 0, 0.0000281, 0.08814878])
    assert.equal(sweeps, 4)
  })

  test('search where everything is known, on the loads of the last step and of the next', () => {
    const costOf = (ahead: 0 | 1): number =>
      [1, 2, 3, 4, 5].reduce((sum, seed) => {
        const { test: world } = worldsOf(seed)
        const { prefixes, links } = world
        const terms = { threshold: new Float64Array(links).fill(0.8), price: new Float64Array(prefixes).fill(0.01) }
        const searched = runPlan(world, (decision, assignment) => {
          const step = decision + ahead
          const demand = world.load.subarray(step * prefixes, (step + 1) * prefixes)
          const capacity = world.capacity.subarray(step * links, (step + 1) * links)
          return search({ ...world, assignment }, { ...terms, demand, capacity, moveLimit: prefixes })
        })
        return sum + searched.cost / 5
      }, 0)
    near(costOf(0), 0.1505, 5e-5, 'mean J on the last step')
    near(costOf(1), 0.1101, 5e-5, 'mean J on the next step')
  })

  const ceilings = [
    [{ loads: 'present', capacities: 'present' }, 0.1514],
    [{ loads: 'present', capacities: 'next' }, 0.1224],
    [{ loads: 'next', capacities: 'present' }, 0.1367],
    [{ loads: 'next', capacities: 'next' }, 0.1107],
  ] as const
  for (const [knowledge, expected] of ceilings)
    test(`search within the budget that knows ${knowledge.loads} loads, ${knowledge.capacities} capacities`, () => {
      const costs = [1, 2, 3, 4, 5].map((seed) => {
        const { test: world } = worldsOf(seed)
        return run(world, createInformed(world, knowledge)).cost
      })
      near(costs.reduce((sum, cost) => sum + cost) / 5, expected, 5e-5, 'mean J')
    })

  test('the flap-aware search over the first five seeds', () => {
    const costs = [1, 2, 3, 4, 5].map((seed) => run(worldsOf(seed).test, createFlapAware(handSetConstants)).cost)
    near(costs.reduce((sum, cost) => sum + cost) / 5, 0.1581, 5e-5, 'mean J')
  })

  test('the baselines as tuned on the training worlds of two seeds', () => {
    const training = [1, 2].map((seed) => worldsOf(seed).training)
    assert.deepEqual(tune(createThresholdRule, thresholdGrid, training), { high: 0.85, low: 0.5 })
    assert.deepEqual(tune(createSearchPolicy, searchGrid, training), { threshold: 0.75, price: 0.01, factor: 1.5 })
  })
})
