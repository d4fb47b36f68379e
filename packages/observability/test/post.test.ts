import assert from 'node:assert/strict'
import { test } from 'node:test'
import { post } from '../src/post.ts'

test('what can be sent to nobody is a failure, and ends no process', async () => {
  const signal = AbortSignal.timeout(30_000)
  const posted = { headers: {}, compression: 'none', body: '{}' } as const
  const port = await post('http://127.0.0.1:99999/v1/traces', posted, signal)
  assert.deepEqual(port, { type: 'failed', problem: 'ERR_INVALID_URL' })
  const headers = { authorization: 'Bearer a\nb' }
  const field = await post('http://127.0.0.1:1/v1/traces', { ...posted, headers }, signal)
  assert.deepEqual(field, { type: 'failed', problem: 'ERR_INVALID_CHAR' })
})
