import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '../../../../scripts/eventually.ts'
import { unlessGone } from '../../src/local/unless-gone.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('what was waited for is kept no longer than its reader keeps it', async () => {
  const { signal } = new AbortController()
  const held = (): number => {
    collect()
    return process.memoryUsage().arrayBuffers
  }
  const before = held()
  for (let message = 0; message < 100; message++) await unlessGone(Promise.resolve(Buffer.alloc(1e6, 1)), signal)
  await eventually('its memory is free', () => held() - before < 10e6) // V8 gives it back beside the program
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('who is gone waits no longer, and neither does who comes too late', async () => {
  const leg = new AbortController()
  const waiting = unlessGone(new Promise(() => undefined), leg.signal)
  leg.abort()
  assert.equal(await waiting, 'gone')
  assert.equal(await unlessGone(Promise.resolve('a message'), leg.signal), 'gone')
})

test('an exchange that failed says why', async () => {
  const { signal } = new AbortController()
  await assert.rejects(unlessGone(Promise.reject(new Error('cancelled over there')), signal), /cancelled over there/)
})
