import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { doneOrAborted, rounds } from '../src/rounds.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const heap = (): number => {
  collect()
  return process.memoryUsage().heapUsed
}

test('100,000 rounds leave nothing behind', async () => {
  const { signal } = new AbortController()
  const work = async (): Promise<void> => await Promise.resolve()
  for (let round = 0; round < 1000; round++) await doneOrAborted(work(), signal)
  const before = heap()
  for (let round = 0; round < 100_000; round++) await doneOrAborted(work(), signal)
  const grown = heap() - before
  assert.ok(grown < 5e6, `${grown} octets more`)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a problem is reported once, and once when it is over; the end does not wait for a round under way', async () => {
  const end = new AbortController()
  const told: string[] = []
  let round = 0
  const work = (): Promise<void> => {
    round++
    if (round === 6) {
      setTimeout(() => end.abort(), 5)
      return new Promise(() => undefined)
    }
    return round === 3 ? Promise.resolve() : Promise.reject(new Error('no router'))
  }
  await rounds(1, end.signal, work, (problem, state) => told.push(`${state}: ${problem}`))
  assert.deepEqual([told, round], [['fails: no router', 'over: no router', 'fails: no router'], 6])
})

test('rounds end with one that is enough', async () => {
  const { signal } = new AbortController()
  const told: string[] = []
  let round = 0
  const work = async (): Promise<'enough'> => {
    round++
    if (round < 3) throw new Error(`no router ${round}`)
    return 'enough'
  }
  await rounds(1, signal, work, (problem, state) => told.push(`${state}: ${problem}`))
  assert.deepEqual([told, round], [['fails: no router 1', 'fails: no router 2', 'over: no router 2'], 3])
})
