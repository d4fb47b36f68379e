/** Signing in for a program without a browser (RFC 8628). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DeviceSignIn } from '@vagus/api/operators'
import { makeKey } from '../../../../packages/bearer/test/issuer-at.ts'
import { maxWaiting, maxWaitingEach } from '../../src/operators/device-sign-in.ts'
import { scene, start } from './scene.ts'

const signer = await makeKey('one')
const ada = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true }
const path = '/v1/device-sign-ins'

async function begun() {
  const it = scene(signer)
  const answer = async (at: string): Promise<DeviceSignIn & { readonly status: number }> => {
    const response = await it.send(at, {}, 'POST')
    return { ...((await response.json()) as DeviceSignIn), status: response.status }
  }
  const { id, userCode } = await answer(path)
  const ask = async (seconds: number) => {
    it.time.now = start + seconds * 1000
    return answer(`${path}/${id}`)
  }
  return { ...it, id, userCode, ask }
}

describe('a program', () => {
  test('gets a session when the person has signed in, once', async () => {
    const { userCode, ask, devices, send } = await begun()
    assert.equal(userCode, 'CODE-1')
    assert.equal((await ask(5)).state, 'waiting')
    devices.set('device-0', ada)
    const done = await ask(10)
    assert.deepEqual(
      [done.state, done.name, done.roles],
      ['signed-in', 'Ada Lovelace <ada@example.com>', ['viewer', 'operator']],
    )
    assert.equal((await send('/v1/me', { authorization: `Bearer ${done.token}` })).status, 200)
    assert.equal((await ask(15)).status, 404)
  })
  test('that asks too often does not have the issuer asked', async () => {
    const { ask, there } = await begun()
    for (let seconds = 0; seconds < 20; seconds += 0.5) await ask(seconds)
    assert.equal(there.asksOf('/token'), 3)
  })
  test('of somebody without a role gets none', async () => {
    const { ask, devices } = await begun()
    devices.set('device-0', { sub: 'eve', email: 'ada@example.com' })
    assert.equal((await ask(5)).status, 403)
    assert.equal((await ask(10)).status, 404)
  })
  test('that is late, or guesses, gets none', async () => {
    const { ask, devices, send } = await begun()
    devices.set('device-0', ada)
    assert.equal((await send(`${path}/device-0`, {}, 'POST')).status, 404)
    assert.equal((await ask(600)).status, 404)
  })
  test('waits beside three others also where all begin at once', async () => {
    const { operators } = scene(signer)
    const begun = await Promise.all(Array.from({ length: 12 }, () => operators.device!.begin('one', start)))
    assert.equal(begun.filter((one) => one !== 'full').length, maxWaitingEach)
  })
  test('waits beside three others of its place, and sixty in all', async () => {
    const { operators } = scene(signer)
    const from = (source: string) => operators.device!.begin(source, start)
    for (let at = 0; at < maxWaitingEach; at++) assert.notEqual(await from('one'), 'full')
    assert.equal(await from('one'), 'full')
    for (let at = maxWaitingEach; at < maxWaiting; at++) assert.notEqual(await from(`other ${at}`), 'full')
    assert.equal(await from('last'), 'full')
    assert.notEqual(await operators.device!.begin('last', start + 600_000), 'full')
  })
})
