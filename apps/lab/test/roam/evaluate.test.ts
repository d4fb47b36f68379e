import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate, type IncidentTime } from '../../src/roam/evaluate.ts'
import type { Reading } from '../../src/a2a/reading.ts'
import { beginOf, type Plan, scheduleOf } from '../../src/roam/schedule.ts'

const part = (part: number, at: number): Reading => ({ type: 'part', part, at })
/** Parts 0..99, 20 ms apart from 1000 on. */
const steady = Array.from({ length: 100 }, (_, at) => part(at, 1000 + at * 20))
const planned: IncidentTime = { what: 'planned', began: 1500, done: 1520 }
const sudden: IncidentTime = { what: 'sudden', began: 2000, done: 2020 }

describe('what a stream was worth', () => {
  test('is nothing lost, nothing twice, and gaps as long as the interval when all goes well', () => {
    assert.deepEqual(evaluate(steady, [planned, sudden], 100), {
      lost: 0,
      inSnapshots: 0,
      duplicated: 0,
      broken: 0,
      gaps: {
        planned: { count: 1, p50: 20, p95: null, max: 20 },
        sudden: { count: 1, p50: 20, p95: null, max: 20 },
        killed: null,
      },
      gapOfEach: [20, 20],
      gapWithout: { count: 1, p50: 20, p95: null, max: 20 },
    })
  })

  test('counts what never came, also at the end, and what came twice', () => {
    const readings = [...steady.slice(0, 50), part(49, 2001), ...steady.slice(60)]
    const { lost, duplicated, inSnapshots } = evaluate(readings, [planned], 105)
    assert.deepEqual({ lost, duplicated, inSnapshots }, { lost: 15, duplicated: 1, inSnapshots: 0 })
  })

  test('tells lost parts that a snapshot held from those that are gone, and ends a gap with it', () => {
    const snapshot: Reading = { type: 'snapshot', parts: Array.from({ length: 55 }, (_, at) => at), at: 2150 }
    const readings = [...steady.slice(0, 50), snapshot, ...steady.slice(60)]
    const { lost, inSnapshots, gaps } = evaluate(readings, [planned], 100)
    assert.deepEqual({ lost, inSnapshots }, { lost: 10, inSnapshots: 5 })
    assert.equal(gaps.planned!.max, 170)
  })

  test('finds the gap of each move between it and the next, also the part of one that goes on', () => {
    const readings = steady.filter(({ at }) => at < 1600 || at > 1700).filter(({ at }) => at < 2100 || at > 2400)
    const { gaps } = evaluate(readings, [planned, sudden], 100)
    assert.equal(gaps.planned!.max, 140)
    assert.equal(gaps.sudden!.max, 340)
  })

  test('tells what the gaps are when nothing happens, from two seconds after each incident on', () => {
    const late = Array.from({ length: 300 }, (_, at) => part(at, 1000 + at * 20)).filter(
      ({ at }) => at < 2500 || at > 3300,
    )
    const { gapWithout, gaps } = evaluate(late, [planned, { what: 'sudden', began: 6000, done: 6020 }], 300)
    assert.deepEqual(gapWithout, { count: 2, p50: 20, p95: null, max: 20 })
    assert.equal(gaps.planned!.max, 840)
  })

  test('has no gap of a move that took seconds among those when nothing happens', () => {
    const slow: IncidentTime = { what: 'planned', began: 1500, done: 4500 }
    const readings = Array.from({ length: 400 }, (_, at) => part(at, 1000 + at * 20)).filter(
      ({ at }) => at < 4500 || at > 5300,
    )
    const { gapWithout, gaps } = evaluate(readings, [slow], 400)
    assert.deepEqual(gapWithout, { count: 2, p50: 20, p95: null, max: 20 })
    assert.equal(gaps.planned!.max, 840)
  })

  test('has a p95 from twenty gaps on: of fewer it would be the largest', () => {
    const parts = Array.from({ length: 2100 }, (_, at) => part(at, at * 20)).filter(({ at }) => at < 1500 || at > 2000)
    const gapsOf = (count: number) => {
      const incidents = Array.from({ length: count }, (_, at) => ({ ...sudden, began: 1000 + at * 2000 }))
      return evaluate(parts, incidents, 2100).gaps.sudden
    }
    assert.deepEqual(gapsOf(19), { count: 19, p50: 20, p95: null, max: 540 })
    assert.deepEqual(gapsOf(20), { count: 20, p50: 20, p95: 20, max: 540 })
  })

  test('is a gap until the end when nothing came after an incident', () => {
    const over: Reading = { type: 'over', at: 9000 }
    const stopped = [...steady, over]
    const gapOf = (began: number) => evaluate(stopped, [{ what: 'sudden', began, done: began }], 500).gaps.sudden!.max
    assert.equal(gapOf(5000), 4000)
    assert.equal(gapOf(2970), 6020)
  })

  test('is of a stream that brought nothing: everything lost, each gap to the next incident or the end', () => {
    const { lost, gaps } = evaluate([{ type: 'over', at: 3000 }], [planned, sudden], 10)
    assert.equal(lost, 10)
    assert.deepEqual(gaps.planned, { count: 1, p50: 500, p95: null, max: 500 })
    assert.deepEqual(gaps.sudden, { count: 1, p50: 1000, p95: null, max: 1000 })
  })
})

describe('the schedule', () => {
  const plan = { moves: 20, how: 'mixed', kill: 'none', seed: 7 } as const
  const whatOf = (changes: Partial<Plan>) => scheduleOf({ ...plan, ...changes }).map(({ what }) => what)

  test('is the same for the same seed, and brings something every three to five seconds', () => {
    const incidents = scheduleOf(plan)
    assert.deepEqual(scheduleOf(plan), incidents)
    assert.notDeepEqual(scheduleOf({ ...plan, seed: 8 }), incidents)
    const pauses = incidents.slice(1).map(({ after }, at) => after - incidents[at]!.after)
    assert.ok(pauses.every((pause) => pause >= 3000 && pause <= 5000))
  })

  test('waits for three seconds after a move that took long, so that no gap is counted to the next one', () => {
    assert.equal(beginOf(10_000, 6500), 10_000)
    assert.equal(beginOf(10_000, 19_000), 22_000)
  })

  test('is planned and sudden in turn when mixed, else all of one kind', () => {
    assert.deepEqual(whatOf({ moves: 3 }), ['planned', 'sudden', 'planned'])
    assert.deepEqual(whatOf({ moves: 2, how: 'sudden' }), ['sudden', 'sudden'])
  })

  test('kills a side-car after every fourth move when it shall', () => {
    const what = whatOf({ how: 'planned', moves: 9, kill: 'side-cars' })
    assert.deepEqual(
      what.flatMap((each, at) => (each === 'killed' ? [at] : [])),
      [4, 9],
    )
    assert.equal(what.length, 11)
  })
})
