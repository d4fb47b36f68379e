/** Boxes that join over HTTP; whether they may is the matter of other tests. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '@vagus/api'
import type { JoinResource } from '@vagus/api/joins'
import type { Joins } from '../../src/http/backend.ts'
import { appOver } from '../support/app-over.ts'

const at = '2026-11-28T03:00:00.000Z'
const box = (serial: string, state: JoinResource['state'] = 'waiting'): JoinResource => ({
  apiVersion: 'vagus/v1',
  kind: 'Join',
  now: at,
  serial,
  state,
  since: at,
  device: null,
  maker: 'our own',
  from: 'fd00::1',
  lastAt: at,
  agent: null,
  certificateUntil: null,
  problem: null,
})

function api(isConfigured: 'with-join' | 'without' = 'with-join') {
  const calls: unknown[] = []
  const joins: Joins = {
    list: () => ({ apiVersion: 'vagus/v1', kind: 'JoinList', now: at, items: [box('A1')] }),
    find: (serial) => (serial === 'A1' ? box('A1') : undefined),
    decide(serial, decision) {
      calls.push([serial, decision])
      return box(serial, 'accepted')
    },
  }
  const backend = { joins: isConfigured === 'with-join' ? joins : undefined }
  const app = appOver(backend, { operatorKey: 'the-key' })
  const send = async (method: string, path: string, body?: object, key = 'the-key') => {
    const text = JSON.stringify(body ?? {})
    const response = await app.request(path, {
      method,
      headers: { host: 'localhost', authorization: `Bearer ${key}`, 'content-length': String(text.length) },
      ...(body === undefined ? {} : { body: text }),
    })
    const answer = (await response.json()) as JoinResource & Problem
    return { status: response.status, answer, detail: answer.detail ?? '' }
  }
  return { calls, send }
}

describe('boxes that join, over HTTP', () => {
  test('anybody sees them; only the operator decides', async () => {
    const { calls, send } = api()
    assert.equal((await send('GET', '/v1/joins', undefined, 'another')).status, 200)
    assert.equal((await send('GET', '/v1/joins/A1', undefined, 'another')).answer.serial, 'A1')
    const { status, detail } = await send('PUT', '/v1/joins/A1/decision', { decision: 'accept' }, 'another')
    assert.equal(status, 403)
    assert.match(detail, /"vagus join accept SERIAL"/)
    assert.deepEqual(calls, [])
    const accepted = await send('PUT', '/v1/joins/C%2F3/decision', { decision: 'accept', device: 'pe-7' })
    assert.equal(accepted.answer.state, 'accepted')
    assert.deepEqual(calls, [['C/3', { decision: 'accept', device: 'pe-7' }]])
  })

  test('a wrong question says what would be right', async () => {
    const { send } = api()
    assert.match((await send('GET', '/v1/joins/Z9')).detail, /there is no box "Z9"; see \/v1\/joins/)
    const wrong = await send('PUT', '/v1/joins/A1/decision', { decision: 'perhaps' })
    assert.deepEqual([wrong.status, wrong.detail], [400, 'decision: must be accept, refuse or revoke, got "perhaps"'])
    assert.equal((await send('DELETE', '/v1/joins/A1')).status, 405)
    assert.equal((await send('POST', '/v1/joins/A1/decision', { decision: 'accept' })).status, 405)
  })

  test('without "join" in vagus.yaml it says what brings it', async () => {
    const { send } = api('without')
    for (const path of ['/v1/joins', '/v1/joins/A1'])
      assert.match((await send('GET', path)).detail, /vagus config explain join/)
  })
})
