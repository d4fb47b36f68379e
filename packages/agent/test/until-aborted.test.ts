import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { untilAborted } from '../src/until-aborted.ts'

describe('waiting for a promise until an abort', () => {
  const reason = new Error('nobody waits any more')

  test('ends at once where the abort came before', async () => {
    await assert.rejects(untilAborted(new Promise(() => undefined), AbortSignal.abort(reason)), reason)
    await assert.rejects(untilAborted(Promise.resolve(1), AbortSignal.abort(reason)), reason)
    await assert.rejects(untilAborted(Promise.reject(new Error('unheard')), AbortSignal.abort(reason)), reason)
  })
  test('ends with the abort, or as the promise does, and listens no longer', async () => {
    const stop = new AbortController()
    const listening = (): number => getEventListeners(stop.signal, 'abort').length
    assert.equal(await untilAborted(Promise.resolve(1), stop.signal), 1)
    await assert.rejects(untilAborted(Promise.reject(new Error('failed')), stop.signal), /failed/)
    assert.equal(listening(), 0)
    const waiting = untilAborted(new Promise(() => undefined), stop.signal)
    stop.abort(reason)
    await assert.rejects(waiting, reason)
    assert.equal(listening(), 0)
  })
})
