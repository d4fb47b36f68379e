/** The operator approves over HTTP; the negotiation is the matter of other tests. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '@vagus/api'
import { type ApprovalResource, approvalResourceSchema } from '@vagus/api/steering'
import type { Steering } from '../../src/http/backend.ts'
import { ProblemError, problemOf } from '../../src/http/problem.ts'
import { appOver } from '../support/app-over.ts'

const approval = (proposal: string): ApprovalResource => ({
  apiVersion: 'vagus/v1',
  kind: 'Approval',
  proposal,
  by: 'operator',
  state: 'in-force',
  at: '2026-11-26T03:00:00Z',
  until: '2026-11-26T04:00:00Z',
  leases: [],
  endedAt: null,
  because: null,
})
/** An API of its own for each test, and what it was asked for. */
function api() {
  const asked: unknown[] = []
  const steering = {
    async approve(id, wish) {
      asked.push([id, wish])
      if (id === 'transit-9') throw new ProblemError(problemOf(404, 'there is no proposal "transit-9"'))
      return approval(id)
    },
    async endApproval(id) {
      asked.push([id])
      return approval(id)
    },
  } satisfies Partial<Steering>
  const app = appOver({ steering }, { operatorKey: 'the-key' })
  async function send(
    method: string,
    body?: string,
    { id = 'transit-1', key = 'the-key', type = 'application/json' } = {},
  ) {
    const response = await app.request(`/v1/proposals/${id}/approval`, {
      method,
      headers: {
        host: 'localhost',
        'content-type': type,
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const answer = (await response.json()) as ApprovalResource & Problem
    return { status: response.status, detail: answer.detail, answer }
  }
  return { app, asked, send }
}

describe('an approval over HTTP', () => {
  test('takes what the operator asks for, and the defaults', async () => {
    const { asked, send } = api()
    const { status, answer } = await send('POST', '{}')
    assert.equal(status, 200)
    assert.equal(approvalResourceSchema.parse(answer).proposal, 'transit-1')
    await send('POST', '{"seconds": 120, "dryRun": true}', { type: 'text/plain' })
    await send('DELETE')
    assert.deepEqual(asked, [
      ['transit-1', { seconds: 3600, run: 'live' }],
      ['transit-1', { seconds: 120, run: 'dry' }],
      ['transit-1'],
    ])
  })
  test('is refused without the key, whatever else is wrong', async () => {
    const { asked, send } = api()
    for (const key of ['', 'another-key'])
      for (const method of ['POST', 'DELETE']) {
        const { status, detail } = await send(method, method === 'POST' ? 'nonsense' : undefined, { key })
        assert.equal(status, 403)
        assert.match(
          detail!,
          /operator.key in the home of the controller: .*"vagus proposal approve ID" or "vagus proposal undo ID"$/,
        )
      }
    assert.deepEqual(asked, [])
  })
  test('says what is wrong with a body, and asks nobody', async () => {
    const { asked, send } = api()
    const detail = async (body: string) => {
      const answer = await send('POST', body)
      assert.equal(answer.status, 400, body)
      return answer.detail!
    }
    assert.match(await detail('{"seconds": 5}'), /^seconds: must be at least 60/)
    assert.match(await detail('{"seconds": 90.5}'), /^seconds: must be whole seconds, 60 to 86400/)
    assert.match(await detail('{"dryrun": true}'), /^dryrun: is not known here; there are seconds, dryRun$/)
    for (const body of ['', 'nonsense', '[]', 'null', 'dryRun=true'])
      assert.match(
        await detail(body),
        /^the body is a JSON object such as \{"seconds": 3600\}; \{\} takes the defaults$/,
      )
    assert.match(await detail(' '.repeat(5000)), /at most 4096 octets/)
    assert.deepEqual(asked, [])
  })
  test('passes on why it was not made, and knows no other method', async () => {
    const { send } = api()
    assert.deepEqual(
      [(await send('POST', '{}', { id: 'transit-9' })).status, (await send('PUT', '{}')).status],
      [404, 405],
    )
    assert.match((await send('GET')).detail!, /there are POST, DELETE$/)
  })
  test('is described by /openapi.json', async () => {
    const { app } = api()
    const response = await app.request('/openapi.json', { headers: { host: 'localhost' } })
    const { paths } = (await response.json()) as { readonly paths: Readonly<Record<string, object>> }
    assert.deepEqual(Object.keys(paths['/v1/proposals/{id}/approval'] ?? {}).sort(), ['delete', 'post'])
  })
})
