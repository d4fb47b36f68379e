import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Condition } from '../src/condition.ts'

test('whoever waits is told at the next notification, or when the time is over, or when it is called off', async () => {
  const condition = new Condition()
  const stop = new AbortController()
  const told: string[] = []
  const tell = (name: string) => () => void told.push(name)
  void condition.next().then(tell('next'))
  void condition.within(1, stop.signal).then(tell('short'))
  void condition.within(60_000, stop.signal).then(tell('long'))
  await sleep(10)
  assert.deepEqual(told, ['short'])
  condition.notify()
  await sleep(1)
  assert.deepEqual(told, ['short', 'next', 'long'])
  void condition.within(60_000, stop.signal).then(tell('stopped'))
  stop.abort()
  await sleep(1)
  void condition.within(60_000, stop.signal).then(tell('late'))
  await sleep(1)
  assert.deepEqual(told.slice(3), ['stopped', 'late'])
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
})
