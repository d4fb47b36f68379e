import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineTurns } from '../../src/lines/line-turns.ts'

test('of many who wait for a line, one at a time has it, in their order', async () => {
  const turns = new LineTurns()
  const done: string[] = []
  let there = 0
  const work = (name: string) => async (): Promise<string> => {
    assert.equal(++there, 1, name)
    for (let tick = 0; tick < 3; tick++) await Promise.resolve()
    there--
    done.push(name)
    if (name === 'b') throw new Error('b')
    return name
  }
  const all = ['a', 'b', 'c', 'd'].map((name) => turns.alone('line-1', work(name)))
  const answers = await Promise.allSettled(all)
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual(done, ['a', 'b', 'c', 'd'])
  assert.equal(turns.isBusy('line-1'), false)
})
