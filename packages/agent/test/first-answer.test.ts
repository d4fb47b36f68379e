/** Several ways, of which one is enough. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cancellation } from '../src/dial/cancellation.ts'
import { firstAnswer } from '../src/dial/first-answer.ts'

const headStart = 10

/** Three ways whose attempts end when they are told to. */
function threeWays(options = { headStart }) {
  const over = new Cancellation()
  const begun: string[] = []
  const late: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const answer = firstAnswer({
    ways: ['a', 'b', 'c'],
    attempt: (way: string) => {
      begun.push(way)
      const end = Promise.withResolvers<string>()
      ends.set(way, end)
      return end.promise
    },
    headStart: () => options.headStart,
    over,
    tooLate: (won) => late.push(won),
  })
  answer.catch(() => undefined)
  const settle = async (way: string, how: 'won' | 'failed'): Promise<void> => {
    if (how === 'won') ends.get(way)!.resolve(way)
    else ends.get(way)!.reject(new Error(`${way} failed`))
    await new Promise(setImmediate)
  }
  return { answer, begun, late, settle, stop: () => over.cancel(new Error('it is over')) }
}

describe('several ways to the same place (RFC 8305)', () => {
  test('the next is tried beside the one before after its head start, and the first that answers wins', async () => {
    const { answer, begun, late, settle } = threeWays()
    assert.deepEqual(begun, ['a'])
    while (begun.length < 3) await sleep(1)
    await settle('b', 'won')
    assert.equal(await answer, 'b')
    await settle('a', 'won')
    await settle('c', 'failed')
    assert.deepEqual([begun, late], [['a', 'b', 'c'], ['a']])
  })
  test('the next is tried at once when one fails, and the last error is thrown when all do', async () => {
    const { answer, begun, settle } = threeWays({ headStart: 60_000 })
    await settle('a', 'failed')
    assert.deepEqual(begun, ['a', 'b'])
    await settle('b', 'failed')
    await settle('c', 'failed')
    await assert.rejects(answer, /c failed/)
  })
  test('no further way is tried once one won, or it is over; who answers then is too late', async () => {
    const [won, over] = [threeWays(), threeWays()]
    over.stop() // before anything is waited for: on a busy host that takes longer than a head start
    await won.settle('a', 'won')
    await sleep(5 * headStart)
    assert.deepEqual([won.begun, over.begun], [['a'], ['a']])
    await over.settle('a', 'failed')
    await assert.rejects(over.answer, /a failed/)
    assert.deepEqual(over.begun, ['a'])
  })
})
