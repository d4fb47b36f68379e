import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Cancellation } from '../src/cancellation.ts'
import { NetworkRetries } from '../src/network-retries.ts'

const untilStopped = (network: Cancellation): Promise<never> => new Promise((_, reject) => network.add(reject))

describe('what is under way when the network changes', () => {
  test('begins anew, and only that', async () => {
    const retries = new NetworkRetries(new AbortController().signal)
    retries.again()
    const begun: string[] = []
    const work = (name: string, times: number) => async (network: Cancellation) => {
      begun.push(name)
      if (begun.filter((each) => each === name).length <= times) await untilStopped(network)
      return name
    }
    const [first, second] = [retries.run(work('first', 2)), retries.run(work('second', 1))]
    retries.again()
    assert.equal(await second, 'second')
    retries.again()
    assert.equal(await first, 'first')
    retries.again()
    assert.deepEqual(begun, ['first', 'second', 'first', 'second', 'first'])
  })
  test('ends with what it fails by itself with, and with the reason of who does not want it any more', async () => {
    const stop = new AbortController()
    const retries = new NetworkRetries(stop.signal)
    await assert.rejects(
      retries.run(() => Promise.reject(new Error('refused'))),
      /refused/,
    )
    const waiting = retries.run(untilStopped)
    stop.abort(new Error('closed'))
    await assert.rejects(waiting, /closed/)
    await assert.rejects(retries.run(untilStopped), /closed/)
    retries.again()
    await assert.rejects(retries.run(untilStopped), /closed/)
  })
})
