/** What a snapshot lasts for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appOver } from '../support/app-over.ts'

const operator = { method: 'POST', headers: { host: 'localhost', authorization: 'Bearer the-key' } }

function routeOver(signal: AbortSignal, taken: Promise<void> = Promise.resolve()) {
  const seen = { released: 0 }
  const snapshots = {
    take: async () => {
      await taken
      return { snapshot: { kind: 'Snapshot' }, release: () => void seen.released++ }
    },
  }
  return { seen, app: appOver({ snapshots }, { operatorKey: 'the-key', signal }) }
}

test('a snapshot is held until its reader leaves', async () => {
  const { seen, app } = routeOver(new AbortController().signal)
  const { body } = await app.request('/v1/snapshot', operator)
  const reader = body!.getReader()
  assert.equal(new TextDecoder().decode((await reader.read()).value), '{"kind":"Snapshot"}\n')
  assert.equal(seen.released, 0)
  await reader.cancel()
  assert.equal(seen.released, 1)
})

test('a snapshot ends with a controller that stops, also while it is being made', async () => {
  for (const when of ['held', 'being made'] as const) {
    const controller = new AbortController()
    const taken = Promise.withResolvers<void>()
    const { seen, app } = routeOver(controller.signal, taken.promise)
    const asked = Promise.resolve(app.request('/v1/snapshot', operator))
    if (when === 'being made') controller.abort()
    taken.resolve()
    const answer = await asked
    if (when === 'held') controller.abort()
    assert.equal(await answer.text(), '{"kind":"Snapshot"}\n')
    assert.equal(seen.released, 1)
  }
})

test('a snapshot is for who has the key alone', async () => {
  const { app } = routeOver(new AbortController().signal)
  assert.equal((await app.request('/v1/snapshot', { method: 'POST', headers: { host: 'localhost' } })).status, 403)
})
