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

test('a round that fails is reported once, until one succeeds; the end does not wait for one under way', async () => {
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
  await rounds(1, end.signal, work, (problem) => told.push(problem))
  assert.deepEqual([told, round], [['no router', 'no router'], 6])
})
