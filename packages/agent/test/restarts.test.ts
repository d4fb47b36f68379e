import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Cancellation } from '../src/cancellation.ts'
import { Restarts } from '../src/restarts.ts'

const untilStopped = (network: Cancellation): Promise<never> => new Promise((_, reject) => network.add(reject))

describe('what is under way when the network changes', () => {
  test('begins anew, and only that', async () => {
    const restarts = new Restarts(new AbortController().signal)
    restarts.again()
    const begun: string[] = []
    const work = (name: string, times: number) => async (network: Cancellation) => {
      begun.push(name)
      if (begun.filter((each) => each === name).length <= times) await untilStopped(network)
      return name
    }
    const [first, second] = [restarts.run(work('first', 2)), restarts.run(work('second', 1))]
    restarts.again()
    assert.equal(await second, 'second')
    restarts.again()
    assert.equal(await first, 'first')
    restarts.again()
    assert.deepEqual(begun, ['first', 'second', 'first', 'second', 'first'])
  })
  test('ends with what it fails by itself with, and with the reason of who does not want it any more', async () => {
    const stop = new AbortController()
    const restarts = new Restarts(stop.signal)
    await assert.rejects(
      restarts.run(() => Promise.reject(new Error('refused'))),
      /refused/,
    )
    const waiting = restarts.run(untilStopped)
    stop.abort(new Error('closed'))
    await assert.rejects(waiting, /closed/)
    await assert.rejects(restarts.run(untilStopped), /closed/)
    restarts.again()
    await assert.rejects(restarts.run(untilStopped), /closed/)
  })
})
