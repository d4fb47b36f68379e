import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Gong } from '../src/gong.ts'

test('whoever waits is told at the next ring, or when the time is over, or when it is called off', async () => {
  const gong = new Gong()
  const stop = new AbortController()
  const told: string[] = []
  const tell = (name: string) => () => void told.push(name)
  void gong.next().then(tell('next'))
  void gong.within(1, stop.signal).then(tell('short'))
  void gong.within(60_000, stop.signal).then(tell('long'))
  await sleep(10)
  assert.deepEqual(told, ['short'])
  gong.ring()
  await sleep(1)
  assert.deepEqual(told, ['short', 'next', 'long'])
  void gong.within(60_000, stop.signal).then(tell('stopped'))
  stop.abort()
  await sleep(1)
  void gong.within(60_000, stop.signal).then(tell('late'))
  await sleep(1)
  assert.deepEqual(told.slice(3), ['stopped', 'late'])
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
})
