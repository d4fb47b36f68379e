import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Carrier, type Drives, evaluate, type Given, settle } from '../../src/vehicles/evaluate.ts'

const order = (number: number, at: number, vehicle = 'v1'): Given => ({ vehicle, number, at })
const nothing: Drives = { incidents: [], orders: [], stops: [] }
const silent: Carrier = { orders: [], stops: [], seen: [] }
const began = 10_000
const ended = 12_000
const incidents: Drives['incidents'] = [{ vehicle: 'v1', kind: 'sudden', began, ended }]

describe('orders', () => {
  test('that never arrive are lost, those that come again come twice, and one behind its successor is out of order', () => {
    const orders = [order(0, 0), order(1, 100), order(2, 200), order(3, 300)]
    const arrivals = [order(0, 10), order(2, 210), order(1, 220), order(2, 230)]
    const { orders: found } = evaluate({ ...nothing, orders }, { ...silent, orders: arrivals })
    assert.deepEqual(found, { given: 4, arrived: 3, lost: 1, twice: 1, outOfOrder: 1 })
  })
  test('of several vehicles have nothing to do with each other', () => {
    const orders = [order(1, 0), order(0, 0, 'v2')]
    const { orders: found } = evaluate({ ...nothing, orders }, { ...silent, orders: [order(1, 5), order(0, 9, 'v2')] })
    assert.deepEqual(found, { given: 2, arrived: 2, lost: 0, twice: 0, outOfOrder: 0 })
  })
  for (const [title, given, arrived, situation] of [
    ['that had arrived before an incident met none', began - 100, began - 1, 'none'],
    ['that were on their way when it began met it', began - 100, began, 'sudden'],
    ['that were given in it met it', began + 1, ended, 'sudden'],
    ['that were given soon after it met it', ended + settle, ended + settle + 5, 'sudden'],
    ['that were given later did not', ended + settle + 1, ended + settle + 5, 'none'],
  ] as const)
    test(title, () => {
      const drives = { ...nothing, incidents, orders: [order(0, given)] }
      const { bySituation } = evaluate(drives, { ...silent, orders: [order(0, arrived)] })
      assert.deepEqual(bySituation[situation].times, {
        count: 1,
        p50: arrived - given,
        p95: null,
        max: arrived - given,
      })
    })
  test('that are lost belong to the incident that began within a second', () => {
    const drives = { ...nothing, incidents, orders: [order(0, began - 900), order(1, began - 1100)] }
    const { bySituation } = evaluate(drives, silent)
    assert.deepEqual([bySituation.sudden.lost, bySituation.none.lost], [1, 1])
  })
  test('met no incident of another vehicle', () => {
    const drives = { ...nothing, incidents, orders: [order(0, began, 'v2')] }
    assert.equal(evaluate(drives, silent).bySituation.none.lost, 1)
  })
})

describe('stops', () => {
  const stops = Array.from({ length: 5 }, (_, at) => ({ vehicle: 'v1', number: at, at: 0, deadline: 300 }))
  const arrive = (at: number, how: 'executed' | 'late', told?: number) => ({ vehicle: 'v1', at, how, told })

  test('are in time, refused and told, executed too late, or lost', () => {
    const arrived = [
      { number: 0, ...arrive(300, 'executed') },
      { number: 1, ...arrive(301, 'late', 400) },
      { number: 2, ...arrive(301, 'late') }, // nobody was told: it is neither
      { number: 3, ...arrive(301, 'executed') },
    ]
    assert.deepEqual(evaluate({ ...nothing, stops }, { ...silent, stops: arrived }).stops, {
      given: 5,
      met: 1,
      refused: 1,
      executedLate: 1,
      lost: 1,
    })
  })
})

describe('what a dispatcher saw', () => {
  const seenOf = (seen: readonly (readonly [number, 'reachable' | 'moving' | 'lost'])[]) =>
    evaluate({ ...nothing, incidents }, { ...silent, seen: seen.map(([at, sight]) => ({ vehicle: 'v1', at, sight })) })
      .seen.sudden
  test('counts for an incident when it was so at any time in it', () => {
    const seen = [
      [0, 'reachable'],
      [began + 5, 'lost'],
      [ended, 'reachable'],
    ] as const
    assert.deepEqual(seenOf(seen), { incidents: 1, moving: 0, lost: 1 })
  })
  test('also when it had been so since before', () => {
    assert.deepEqual(
      seenOf([
        [0, 'moving'],
        [ended + 1, 'reachable'],
      ]),
      { incidents: 1, moving: 1, lost: 0 },
    )
  })
  test('but not when that was over before, or came after', () => {
    const seen = [
      [0, 'lost'],
      [began - 1, 'reachable'],
      [ended + settle + 1, 'moving'],
    ] as const
    assert.deepEqual(seenOf(seen), { incidents: 1, moving: 0, lost: 0 })
  })
})
