import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '@vagus/api'
import { unknownAgent } from '@vagus/api/problem-types'
import { StoreError } from '@vagus/store'
import type { Backend } from '../../src/http/backend.ts'
import { appOver } from '../support/app-over.ts'

describe('an agent is taken off the list', () => {
  const forgotten: string[] = []
  const agents = {
    forget: (name: string) => (name === 'nobody' ? undefined : (forgotten.push(name), { name })),
  } as unknown as Backend['agents']
  const app = appOver({ agents }, { hosts: 'addresses', operatorKey: 'the-key' })
  const remove = async (name: string, headers = {}) => {
    const init = { method: 'DELETE', headers: { host: 'localhost', ...headers } }
    return app.request(`/v1/agents/${name}`, init, { incoming: { socket: { remoteAddress: '127.0.0.1' } } })
  }

  test('by the operator, who has the key', async () => {
    const authorization = 'Bearer the-key'
    assert.equal((await remove('a', { authorization })).status, 200)
    assert.deepEqual(forgotten, ['a'])
    assert.equal((await remove('nobody', { authorization })).status, 404)
  })

  test('by nobody else, even over loopback', async () => {
    for (const headers of [{}, { authorization: 'Bearer other' }, { authorization: 'Basic the-key' }]) {
      const answer = await remove('kept', headers)
      assert.equal(answer.status, 403)
      assert.match(((await answer.json()) as Problem).detail!, /only with the key in operator\.key/)
    }
    assert.ok(!forgotten.includes('kept'))
  })

  test('and what may be done is said by path', async () => {
    const rows = [
      ['DELETE', '/v1/status', 'GET, HEAD'],
      ['OPTIONS', '/v1/agents/a', 'GET, HEAD, PUT, DELETE'],
      ['DELETE', '/v1/agents/a/sessions', 'GET, HEAD, PUT'],
    ] as const
    for (const [method, path, allowed] of rows) {
      const answer = await app.request(path, { method, headers: { host: 'localhost' } })
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allowed])
      assert.ok(((await answer.json()) as Problem).detail!.endsWith(`there are ${allowed}`))
    }
  })
})

test('agents are asked for by skill, role, fleet and number; what else is asked for is refused with what would be right', async () => {
  const asked: unknown[] = []
  const all = (query: unknown) => {
    asked.push(query)
    return { apiVersion: 'vagus/v1', kind: 'AgentList', items: [], more: 0 }
  }
  const app = appOver({ agents: { all } }, { hosts: 'addresses' })
  const get = (query: string) => app.request(`/v1/agents${query}`, { headers: { host: 'localhost' } })
  for (const query of ['', '?skill=report.write&role=desk&fleet=did:key:x&n=7'])
    assert.equal((await get(query)).status, 200)
  assert.deepEqual(asked, [{}, { skill: 'report.write', role: 'desk', fleet: 'did:key:x', n: 7 }])
  for (const [query, parameter] of [
    ['?n=0', 'n'],
    ['?n=10001', 'n'],
    ['?skill=', 'skill'],
    ['?skil=x', 'skil'],
  ] as const) {
    const answer = await get(query)
    assert.equal(answer.status, 400)
    assert.ok(JSON.stringify(((await answer.json()) as Problem).errors).includes(parameter))
  }
})

test('that there is no agent has a type of its own, which a wrong path has not', async () => {
  const app = appOver({ agents: { find: () => undefined } }, { hosts: 'addresses' })
  const typeAt = async (path: string): Promise<string> => {
    const answer = await app.request(path, { headers: { host: 'localhost' } })
    assert.equal(answer.status, 404)
    return ((await answer.json()) as Problem).type
  }
  assert.equal(await typeAt('/v1/agents/nobody'), unknownAgent)
  assert.equal(await typeAt('/below/v1/agents/nobody'), 'about:blank')
})

test('an agent that the disk does not take is not published now: 503, and why', async () => {
  const publish = (): never => {
    throw new StoreError('disk-full', 'control state: database or disk is full')
  }
  const app = appOver({ agents: { publish } }, { hosts: 'addresses' })
  const headers = { host: 'localhost', 'content-length': '1' }
  const answer = await app.request('/v1/agents/a', { method: 'PUT', headers, body: 'x' })
  assert.equal(answer.status, 503)
  assert.match(((await answer.json()) as Problem).detail!, /disk is full/)
})
