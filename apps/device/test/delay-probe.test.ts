import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DelayProbe } from '../src/delay-probe.ts'

test('keeps the delay over probes that were lost, until five are in a row', async () => {
  let answer: number | undefined = 2
  const probe = new DelayProbe('192.0.2.1', async () => answer)
  const delays: (number | undefined)[] = []
  const measure = async (times: number): Promise<void> => {
    for (let at = 0; at < times; at++) await probe.measure()
    delays.push(probe.delay?.typical)
  }
  await measure(3)
  answer = undefined
  await measure(4)
  answer = 4
  await measure(1)
  answer = undefined
  await measure(5)
  answer = 8
  await measure(1)
  assert.deepEqual(delays, [1000, 1000, 1000, undefined, 4000])
})
