/** Who may do what: every route, with every role, by every way of showing who asks. */
import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Actor } from '@vagus/api'
import { rights, roles } from '@vagus/api/roles'
import { makeKey } from '../../../../packages/bearer/test/issuer-at.ts'
import { addToken, maxTokens, removeToken, tokenFileOf } from '../../src/operators/token-file.ts'
import { base, key, scene, start } from './scene.ts'

const signer = await makeKey('one')
const ada = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true }

/** A change of each right, and who did it. */
function changing() {
  const did: Actor[] = []
  const note =
    (at: number) =>
    (...all: readonly unknown[]) => {
      did.push(all[at] as Actor)
      return {}
    }
  const lines = { order: note(2), change: note(2), release: note(1), approve: note(1) }
  const backend = {
    steering: {
      approve: async (...all: unknown[]) => note(2)(...all),
      endApproval: async (...all: unknown[]) => note(1)(...all),
    },
    lines: {
      ...lines,
      order: (...all: unknown[]) => ({ type: 'ordered', line: { id: 'line-1', ...lines.order(...all) } }),
    },
    joins: { decide: note(2) },
    agents: { forget: note(1) },
    rosters: { forget: note(1) },
    snapshots: { take: async () => undefined },
  }
  const requests = {
    order: ['DELETE', '/v1/lines/line-1', undefined],
    forget: ['DELETE', '/v1/agents/writer', undefined],
    undo: ['DELETE', '/v1/proposals/transit-1/approval', undefined],
    approve: ['POST', '/v1/proposals/transit-1/approval', '{}'],
    join: ['PUT', '/v1/joins/S1/decision', '{"decision": "refuse"}'],
    roster: ['DELETE', '/v1/rosters/acme', undefined],
    backup: ['POST', '/v1/snapshot', undefined],
  } as const satisfies Record<Exclude<keyof typeof rights, 'read'>, unknown>
  return {
    did,
    backend,
    requests: Object.entries(requests) as [keyof typeof requests, (typeof requests)['order' | 'approve']][],
  }
}

describe('a change', () => {
  for (const role of roles)
    test(`is made by ${role} with a token as far as the table says, and has its name`, async () => {
      const { did, backend, requests } = changing()
      const { send, token } = scene(signer, backend)
      const authorization = `Bearer ${token(role, 'ci')}`
      for (const [right, [method, path, body]] of requests) {
        const length = { 'content-type': 'application/json', 'content-length': String(body?.length ?? 0) }
        const { status } = await send(path, { authorization, ...length }, method, body)
        const may = (rights[right].roles as readonly string[]).includes(role)
        assert.equal(status !== 403, may, `${right}: ${status}`)
      }
      assert.ok(did.every(({ name }) => name === 'token ci'))
      assert.equal(did.length > 0, role !== 'viewer')
    })
  test('by operator.key is recorded as such, and without operators as ever', async () => {
    const { did, backend } = changing()
    const { send } = scene(signer, backend)
    await send('/v1/agents/writer', { authorization: `Bearer ${key}` }, 'DELETE')
    assert.deepEqual(did, [{ kind: 'operator', id: null, name: 'operator.key' }])
  })
  test('with a cookie comes from our own page only (CSRF)', async () => {
    const { did, backend } = changing()
    const { send, signIn } = scene(signer, backend)
    const { own, me } = await signIn(ada)
    const other = await signIn({ ...ada, sub: 'ada2' })
    const attempt = async (headers: Record<string, string>) =>
      (await send('/v1/agents/writer', { ...own, ...headers }, 'DELETE')).status
    assert.equal(await attempt({}), 403)
    assert.equal(await attempt({ 'vagus-csrf': 'guessed' }), 403)
    assert.equal(await attempt({ 'vagus-csrf': other.me.csrf }), 403)
    assert.equal(await attempt({ 'vagus-csrf': me.csrf, origin: 'https://evil.example' }), 403)
    assert.equal(await attempt({ 'vagus-csrf': me.csrf, origin: 'null' }), 403)
    assert.equal(await attempt({ 'vagus-csrf': me.csrf, 'sec-fetch-site': 'same-site' }), 403)
    assert.deepEqual(did, [])
    assert.equal(await attempt({ 'vagus-csrf': me.csrf, origin: base, 'sec-fetch-site': 'same-origin' }), 200)
    assert.deepEqual(
      did.map(({ name }) => name),
      ['Ada Lovelace <ada@example.com>'],
    )
    assert.equal((await send('/mcp', own, 'POST', '{}')).status, 403)
    assert.equal((await send('/v1/sign-out', own, 'POST')).status, 403)
  })
})

describe('a request of nobody', () => {
  test('is refused at every route but those with proofs of their own', async () => {
    const { app, send } = scene(signer)
    const open = new Set<string>()
    for (const { method, path } of app.routes) {
      if (!/^\/(v1|mcp|metrics)/.test(path) || !['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) continue
      const { status } = await send(path.replaceAll(/:\w+/g, 'x'), {}, method).catch(() => ({ status: 500 }))
      if (status !== 401) open.add(`${method} ${path}`)
    }
    assert.deepEqual([...open].sort(), [
      'GET /v1/agents/:name',
      'GET /v1/rosters/:owner',
      'GET /v1/sign-in',
      'GET /v1/sign-in/answer',
      'POST /v1/device-sign-ins',
      'POST /v1/device-sign-ins/:id',
      'PUT /v1/agents/:name',
      'PUT /v1/agents/:name/sessions',
      'PUT /v1/intents',
      'PUT /v1/rosters/:owner',
    ])
  })
  test('looks up agents by name, skill or role, as side-cars do, and does not list them all', async () => {
    const backend = { agents: { all: () => ({}), find: () => ({}) } }
    const { send } = scene(signer, backend)
    for (const path of ['/v1/agents/writer', '/v1/agents?skill=write', '/v1/agents?n=3&role=writer'])
      assert.equal((await send(path)).status, 200, path)
    for (const path of ['/v1/agents', '/v1/agents?n=100', '/v1/agents?skill='])
      assert.equal((await send(path)).status, 401, path)
  })
  test('does not get in by another spelling of a path or a header', async () => {
    const { send } = scene(signer)
    for (const path of [
      '/v1/status/',
      '/v1/./status',
      '/v1//status',
      '/V1/status',
      '/v1/%73tatus',
      '/v1/status?x=/v1/sign-in',
    ])
      assert.notEqual((await send(path)).status, 200, path)
    for (const authorization of [
      '',
      'Bearer',
      `Basic ${key}`,
      `Bearer ${key}x`,
      `Bearer ${key}, Bearer x`,
      'Bearer vgt_x',
    ])
      assert.equal((await send('/v1/me', { authorization })).status, 401, authorization)
  })
  test('a wrong token is not made up for by a cookie', async () => {
    const { send, signIn } = scene(signer)
    const { own } = await signIn(ada)
    assert.equal((await send('/v1/me', { ...own, authorization: 'Bearer vgt_x' })).status, 401)
  })
})

describe('a token', () => {
  test('counts until its time is over, or it is taken back', async () => {
    const { send, token, time, home } = scene(signer)
    const [one, two] = [token('viewer', 'one'), token('viewer', 'two')]
    const status = async (shown: string) => (await send('/v1/me', { authorization: `Bearer ${shown}` })).status
    assert.deepEqual([await status(one), await status(two)], [200, 200])
    assert.equal(removeToken(home, 'one'), true)
    assert.deepEqual([await status(one), await status(two)], [401, 200])
    time.now = start + 86_400_000
    assert.equal(await status(two), 401)
  })
  test('is none where others may read the file, or it is damaged', async () => {
    const { send, token, home } = scene(signer)
    const headers = { authorization: `Bearer ${token('admin')}` }
    assert.equal((await send('/v1/me', headers)).status, 200)
    chmodSync(tokenFileOf(home), 0o644)
    assert.equal((await send('/v1/me', headers)).status, 401)
    chmodSync(tokenFileOf(home), 0o600)
    assert.equal((await send('/v1/me', headers)).status, 200)
    writeFileSync(tokenFileOf(home), '{"version": 1, "tokens": [{}]}')
    assert.equal((await send('/v1/me', headers)).status, 401)
  })
  test('has a name of its own, and there are so many', () => {
    const { home, token } = scene(signer)
    token('viewer', 'one')
    const more = { role: 'viewer', milliseconds: 1e9, now: start } as const
    assert.equal(addToken(home, { ...more, name: 'one' }), 'taken')
    for (let at = 1; at < maxTokens; at++) token('viewer', `t${at}`)
    assert.equal(addToken(home, { ...more, name: 'more' }), 'full')
  })
})
