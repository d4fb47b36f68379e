import assert from 'node:assert/strict'
import { mkdtempSync, appendFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { figuresOf } from '../../src/divert/figures.ts'
import { inputOf, outputOf } from '../../src/divert/scheduler/input.ts'
import { type Entry, Ledger } from '../../src/divert/scheduler/ledger.ts'
import { placeOf, Pool } from '../../src/divert/scheduler/pool.ts'
import { arrivalsOf, type Task } from '../../src/divert/task.ts'

const task = (id: string, due: number): Task => ({ id, octets: 100, work: 10, due })
const chosen = (id: string, due: number, at: number, to?: string): Entry => ({ type: 'chosen', task: task(id, due), to, at }) // prettier-ignore
const worked = (id: string): Entry => ({ type: 'worked', id, output: '', at: 0 })

describe('what came of a run', () => {
  test('counts what is in time, late, lost and done twice', () => {
    const east: Entry[] = [
      chosen('a', 1000, 5),
      chosen('b', 1000, 10, 'west'),
      chosen('c', 2000, 20, 'west'),
      chosen('d', 2000, 30, 'north'),
      { type: 'asked', messages: 3, took: 40, at: 10 },
      { type: 'asked', messages: 2, took: 20, at: 20 },
      { type: 'line', id: 'line-1', to: 'dc-north', state: 'ordered', at: 30 },
      worked('a'),
      { type: 'over', id: 'a', at: 1000 },
      { type: 'over', id: 'b', at: 1001 },
      { type: 'over', id: 'c', at: 1900 },
    ]
    const ledgers = new Map([['east', east], ['west', [worked('b'), worked('c')]], ['north', [worked('c')]]]) // prettier-ignore
    const figures = figuresOf(ledgers, 'east', 800, 15)
    assert.deepEqual(figures, {
      tasks: 4,
      inTime: 2,
      p50: 800,
      p95: 801,
      lost: 1,
      twice: 1,
      doneAt: { east: 1, west: 2, north: 1 },
      divertedInCalm: 1,
      octetsTo: { west: 200, north: 100 },
      asked: { rounds: 2, messages: 5, p50: 20, p95: 40 },
      lines: { ordered: 1, released: 0 },
    })
  })
})

describe('a ledger', () => {
  test('has after kill -9 every whole line, and goes on behind the last', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-ledger-'))
    try {
      const file = join(folder, 'east.jsonl')
      const before = new Ledger(file)
      before.add(chosen('ä', 1, 1, 'west'))
      before.add({ type: 'line', id: 'line-1', to: 'dc-north', state: 'ordered', at: 2 })
      appendFileSync(file, '{"type":"over","id":"ä"') // it was killed here
      const after = new Ledger(file)
      assert.deepEqual(after.entries, before.entries)
      assert.deepEqual([after.has('over', 'ä'), after.lines().length], [false, 1])
      after.add({ type: 'over', id: 'ä', at: 3 })
      after.add({ type: 'line', id: 'line-1', to: 'dc-north', state: 'released', at: 4 })
      const again = new Ledger(file)
      assert.deepEqual([again.has('over', 'ä'), again.lines().length, again.entries.length], [true, 0, 4])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the workers', () => {
  test('say when one more task gets a slot', () => {
    assert.deepEqual(placeOf([0, 0]), { free: 2, wait: 0 })
    assert.deepEqual(placeOf([500, 0]), { free: 1, wait: 0 })
    assert.deepEqual(placeOf([500, 800]), { free: 0, wait: 500 })
    assert.deepEqual(placeOf([500, 800], [1000]), { free: 0, wait: 800 })
    assert.deepEqual(placeOf([500, 800], [1000, 1000]), { free: 0, wait: 1500 })
    assert.deepEqual(placeOf([0], [300]), { free: 0, wait: 300 })
  })

  test('do one task in a slot at a time, in the order in which they came', async () => {
    const pool = new Pool(1, () => 0)
    const done: string[] = []
    const runs = ['a', 'b', 'c'].map((id) => pool.run({ ...task(id, 0), work: 2 }).then(() => done.push(id)))
    assert.deepEqual([pool.ends(), pool.ends([7])], [[6], [13]])
    await Promise.all(runs)
    assert.deepEqual(done, ['a', 'b', 'c'])
    assert.deepEqual([pool.ends(), pool.ends([7])], [[0], [7]])
  })
})

describe('tasks', () => {
  test('are the same of the same seed, and dense while it is busy', () => {
    const stretches = { calm: 20_000, busy: 20_000 }
    const tasks = arrivalsOf(7, stretches)
    assert.deepEqual(tasks, arrivalsOf(7, stretches))
    assert.notDeepEqual(tasks, arrivalsOf(8, stretches))
    assert.equal(new Set(tasks.map(({ id }) => id)).size, tasks.length)
    const busy = tasks.filter(({ at }) => at >= 20_000).length
    assert.ok(busy > 3 * (tasks.length - busy))
    for (const { octets, work, at, due } of tasks)
      assert.ok(octets >= 200_000 && octets <= 600_000 && work >= 2000 && work <= 4000 && due > at)
  })

  test('have an output that tells whether the input was whole', () => {
    assert.equal(inputOf('t1', 1000).length, 1000)
    assert.equal(outputOf(inputOf('t1', 1000)), outputOf(inputOf('t1', 1000)))
    assert.notEqual(outputOf(inputOf('t1', 1000)), outputOf(inputOf('t2', 1000)))
    assert.notEqual(outputOf(inputOf('t1', 1000)), outputOf(inputOf('t1', 1000).subarray(1)))
  })
})
