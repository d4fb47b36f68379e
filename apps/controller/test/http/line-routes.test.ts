/** Private lines over HTTP; how they are laid is the matter of other tests. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '@vagus/api'
import { type LineQuote, type LineResource, lineResourceSchema } from '@vagus/api/lines'
import type { Lines } from '../../src/http/backend.ts'
import { ProblemError, problemOf } from '../../src/http/problem.ts'
import { appOver } from '../support/app-over.ts'

const at = '2026-11-28T03:00:00.000Z'
const path = { hops: [{ link: 'r1-r2', from: 'r1', to: 'r2' }], delayMs: null, free: 90e6, problem: null }
const asked = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6 }
const quoted = { ...asked, onTheWire: 21.3e6, start: at, end: '2026-11-28T04:00:00.000Z' }
const line = (id: string): LineResource => ({
  apiVersion: 'vagus/v1',
  kind: 'Line',
  now: at,
  id,
  ...quoted,
  by: { kind: 'operator', id: null, name: null },
  state: 'active',
  since: at,
  because: 'all routers hold it',
  path,
  number: 7,
  setUpMs: 480,
  moves: 0,
  protection: null,
  steered: true,
  last: null,
  considered: [path],
  minutes: [],
  proof: null,
})
const quote: LineQuote = {
  apiVersion: 'vagus/v1',
  kind: 'LineQuote',
  ...quoted,
  possible: true,
  because: 'it has room',
  alternative: null,
  path: 0,
  protection: null,
  considered: [path],
}
const order = { ...asked, for: '1h' }

/** An API of its own for each test, and what it was asked for. */
function api(isConfigured: 'with-lines' | 'without' = 'with-lines') {
  const calls: unknown[] = []
  const keys = new Map<string, LineResource>()
  const known = (id: string): LineResource | undefined => (id === 'line-1' ? line(id) : undefined)
  const lines: Lines = {
    quote(request) {
      calls.push(['quote', request])
      return quote
    },
    order(request, key) {
      calls.push(['order', request, key])
      if (request.bitsPerSecond > 90e6) throw new ProblemError(problemOf(409, 'no path has room for it'))
      const before = keys.get(key ?? '')
      if (before !== undefined) return { type: 'known', line: before }
      const ordered = line('line-1')
      if (key !== undefined) keys.set(key, ordered)
      return { type: 'ordered', line: ordered }
    },
    list(query) {
      calls.push(['list', query])
      return { apiVersion: 'vagus/v1', kind: 'LineList', now: at, items: [] }
    },
    find: known,
    async change(id, change) {
      calls.push(['change', id, change])
      return known(id)
    },
    async approve(id) {
      calls.push(['approve', id])
      return known(id)
    },
    async release(id) {
      calls.push(['release', id])
      return known(id)
    },
  }
  const backend = { lines: isConfigured === 'with-lines' ? lines : undefined }
  const app = appOver(backend, { operatorKey: 'the-key' })
  async function send(method: string, at: string, body?: unknown, more: Readonly<Record<string, string>> = {}) {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await app.request(at, {
      method,
      headers: {
        host: 'localhost',
        authorization: 'Bearer the-key',
        ...(text === undefined ? {} : { 'content-length': String(text.length) }),
        ...more,
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const answer = (await response.json()) as LineResource & Problem
    return { status: response.status, detail: answer.detail, answer, location: response.headers.get('location') }
  }
  return { app, calls, send }
}

describe('private lines over HTTP', () => {
  test('anybody asks for a quote; only the operator orders, changes and releases', async () => {
    const { calls, send } = api()
    const stranger = { authorization: 'Bearer another' }
    assert.equal((await send('POST', '/v1/line-quotes', order, stranger)).status, 200)
    for (const [method, path] of [
      ['POST', '/v1/lines'],
      ['PATCH', '/v1/lines/line-1'],
      ['DELETE', '/v1/lines/line-1'],
    ] as const) {
      const { status, detail } = await send(method, path, method === 'DELETE' ? undefined : 'no JSON', stranger)
      assert.deepEqual([status, detail?.includes('"vagus line order"')], [403, true], method)
    }
    assert.deepEqual(
      calls.map((call) => (call as unknown[])[0]),
      ['quote'],
    )
  })

  test('an order is created with an address of its own; the same key is answered with the same line', async () => {
    const { send } = api()
    const first = await send('POST', '/v1/lines', order, { 'idempotency-key': 'abc' })
    assert.deepEqual([first.status, first.location], [201, '/v1/lines/line-1'])
    lineResourceSchema.parse(first.answer)
    assert.equal((await send('POST', '/v1/lines', order, { 'idempotency-key': 'abc' })).status, 200)
    const { status, detail } = await send('POST', '/v1/lines', order, { 'idempotency-key': 'a b' })
    assert.deepEqual([status, detail], [400, 'Idempotency-Key must be 1..128 printable characters without spaces'])
  })

  test('what there is no room for is a conflict, with the reason', async () => {
    const { status, detail } = await api().send('POST', '/v1/lines', { ...order, bitsPerSecond: 100e6 })
    assert.deepEqual([status, detail], [409, 'no path has room for it'])
  })

  test('a body that makes no sense is refused with what would be right', async () => {
    const { send } = api()
    const detailOf = async (body: unknown, path = '/v1/lines', method = 'POST') =>
      (await send(method, path, body)).detail
    assert.match((await detailOf('7'))!, /^the body is a JSON object such as \{"from": "dc-east"/)
    assert.match(
      (await detailOf({ ...order, rate: 1 }))!,
      /^rate: is not known here; there are from, to, bitsPerSecond/,
    )
    assert.match((await detailOf({ ...order, for: 'soon' }))!, /^for: /)
    assert.match((await detailOf({ ...order, bitsPerSecond: -1 }))!, /^bitsPerSecond: /)
    assert.match((await detailOf({}, '/v1/lines/line-1', 'PATCH'))!, /must change something/)
    assert.match((await detailOf(' '.repeat(5000)))!, /^send a body of at most 4096 octets/)
  })

  test('one that is not there is a 404; methods that are none are named', async () => {
    const { send } = api()
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { avoid: 'r1-r2' }],
      ['DELETE', undefined],
    ] as const)
      assert.equal((await send(method, '/v1/lines/line-9', body)).detail, 'there is no line "line-9"; see /v1/lines')
    assert.match((await send('PUT', '/v1/lines')).detail!, /there are GET, HEAD, POST$/)
    assert.match((await send('GET', '/v1/line-quotes')).detail!, /there are POST$/)
    assert.match((await send('GET', '/v1/lines?state=gone')).detail!, /^state: /)
  })

  test('without "lines" in the configuration all of it is a 503 that says how to get them', async () => {
    const { send } = api('without')
    for (const [method, path] of [
      ['GET', '/v1/lines'],
      ['POST', '/v1/line-quotes'],
      ['POST', '/v1/lines'],
    ] as const) {
      const { status, detail } = await send(method, path, method === 'GET' ? undefined : order)
      assert.equal(status, 503)
      assert.match(detail!, /^vagus.yaml has no "lines"; /)
    }
  })

  test('each path is described in the OpenAPI document, with its body and its answers', async () => {
    const { app } = api()
    const document = (await (await app.request('/openapi.json', { headers: { host: 'localhost' } })).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>
    }
    const described = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/v1/line'))
      .map(([path, methods]) => [path, ...Object.keys(methods).sort()])
    assert.deepEqual(described, [
      ['/v1/line-quotes', 'post'],
      ['/v1/lines', 'get', 'post'],
      ['/v1/lines/{id}', 'delete', 'get', 'patch'],
      ['/v1/lines/{id}/approval', 'post'],
    ])
    const { responses } = document.paths['/v1/lines']!['post']!
    assert.deepEqual(Object.keys(responses), ['200', '201', '400', '403', '409', '503'])
  })
})
