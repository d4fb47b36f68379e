import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AsyncQueue } from '../src/async-queue.ts'
import { QueuesByProtocol } from '../src/link/queues-by-protocol.ts'

const queues = (): QueuesByProtocol<number> => new QueuesByProtocol(() => new AsyncQueue(8, 'drop the oldest'))

test('further protocols of the other side take no place of one that a program takes values of', async () => {
  const all = queues()
  const values = all.of('served').iterate()
  for (let odd = 0; odd < 200; odd++) all.of(`odd ${odd}`).push(odd)
  all.of('served').push(7)
  assert.deepEqual(await values.next(), { done: false, value: 7 })
  all.end()
  assert.deepEqual(await values.next(), { done: true, value: undefined })
})

test('of protocols that nobody takes values of the first ones are forgotten, and whoever gave the values is told', async () => {
  const lost: number[] = []
  const all = new QueuesByProtocol<number>(
    () => new AsyncQueue(8, 'drop the oldest'),
    (value) => lost.push(value),
  )
  for (let odd = 0; odd < 66; odd++) all.of(`odd ${odd}`).push(odd)
  assert.deepEqual(lost, [0, 1])
  const oldest = all.of('odd 0').iterate().next()
  assert.deepEqual(await all.of('odd 65').iterate().next(), { done: false, value: 65 })
  all.end()
  assert.deepEqual(await oldest, { done: true, value: undefined })
})
