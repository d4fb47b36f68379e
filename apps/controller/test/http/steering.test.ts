import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '@vagus/api'
import type { Steering } from '../../src/http/backend.ts'
import { appOver } from '../support/app-over.ts'

const asked: Parameters<Steering['proposals']>[0][] = []
const list = { apiVersion: 'vagus/v1', now: '2026-11-26T03:00:00Z', items: [] } as const
const steering: Steering = {
  borders: () => undefined,
  proposals(query) {
    asked.push(query)
    return { ...list, kind: 'ProposalList', items: [] }
  },
  proposal: () => undefined,
  approve: () => assert.fail('nobody is to approve here'),
  endApproval: () => assert.fail('nobody is to undo here'),
}
const app = appOver({ steering })
const ask = (path: string) => app.request(path, { headers: { host: 'localhost' } })
const problem = async (path: string): Promise<readonly [number, string | undefined]> => {
  const response = await ask(path)
  return [response.status, ((await response.json()) as Problem).detail]
}

test('borders that are not watched are a 503 that names the setting, a proposal that is not there a 404', async () => {
  assert.deepEqual(await problem('/v1/borders'), [
    503,
    'borders are not watched: steering.enabled in vagus.yaml is false',
  ])
  assert.deepEqual(await problem('/v1/proposals/transit-1'), [
    404,
    'there is no proposal "transit-1"; see /v1/proposals',
  ])
})

test('proposals are asked for by state, time and number, and by nothing else', async () => {
  assert.equal((await ask('/v1/proposals')).status, 200)
  assert.equal((await ask('/v1/proposals?state=open&last=7d&n=3')).status, 200)
  assert.deepEqual(asked, [
    { state: undefined, last: 86_400_000, n: 100 },
    { state: 'open', last: 7 * 86_400_000, n: 3 },
  ])
  const [status, detail] = await problem('/v1/proposals?state=closed')
  assert.equal(status, 400)
  assert.match(detail!, /^state: .*one of .*open.*taken.*measured/)
  assert.match((await problem('/v1/proposals?last=1w'))[1]!, /^last: must be a number and s, m, h or d/)
  assert.match((await problem('/v1/proposals?since=1'))[1]!, /^since: is not known here; there are state, last, n$/)
  assert.match((await problem('/v1/borders?last=1h'))[1]!, /^last: is not known here; there are none$/)
})

test('what is not there to be changed is refused', async () => {
  const response = await app.request('/v1/proposals/transit-1', { method: 'DELETE', headers: { host: 'localhost' } })
  assert.equal(response.status, 405)
})
