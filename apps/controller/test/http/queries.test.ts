import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Problem } from '@vagus/api'
import type { View } from '../../src/domain/view.ts'
import { parseDimensions, parseFilter } from '../../src/http/filter.ts'
import { isOwnHost, ownHostsAt } from '../../src/http/host-check.ts'
import { ProblemError } from '../../src/http/problem.ts'
import { prometheusText } from '@vagus/signals'
import { parseTopics } from '../../src/http/topics.ts'
import { windowBetween, windowOf } from '../../src/http/window.ts'
import { topOf } from '../../src/resources/top.ts'
import { appOver } from '../support/app-over.ts'

/** The problem must be about `parameter`, and its text say what would be right. */
const refusal = (parameter: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ProblemError)
  assert.equal(error.problem.status, 400)
  assert.equal(error.problem.errors?.[0]?.parameter, parameter)
  assert.match(error.problem.errors[0].problem, text)
  return true
}

describe('dimensions and filters', () => {
  test('are read from lists', () => {
    assert.deepEqual(parseDimensions('src, dst'), ['src', 'dst'])
    assert.deepEqual(parseFilter('dstSite=dc-east,version!=4,src=2001:db8::/32'), [
      { dimension: 'dstSite', is: 'equal', value: 'dc-east' },
      { dimension: 'version', is: 'not-equal', value: '4' },
      { dimension: 'src', is: 'equal', value: '2001:db8::/32' },
    ])
    assert.deepEqual(parseFilter('host=10.0.0.1,port!=443-445'), [
      { dimension: 'host', is: 'equal', value: '10.0.0.1' },
      { dimension: 'port', is: 'not-equal', value: '443-445' },
    ])
    assert.deepEqual(parseFilter(''), [])
  })

  test('that are wrong are refused with what would be right', () => {
    assert.throws(
      () => parseDimensions('src,colour'),
      refusal('by', /^"colour" is not a dimension; there are src, dst/),
    )
    assert.throws(() => parseDimensions('host'), refusal('by', /^"host" is not a dimension; there are src, dst/))
    assert.throws(() => parseDimensions('src,src'), refusal('by', /each dimension once/))
    assert.throws(() => parseFilter('dstSite'), refusal('filter', /such as dstSite=dc-east/))
    assert.throws(() => parseFilter('colour=red'), refusal('filter', /is not a dimension/))
    assert.throws(
      () => parseFilter(Array.from({ length: 17 }, () => 'version=4').join()),
      refusal('filter', /at most 16/),
    )
  })
})

describe('windows', () => {
  test('are five minutes, what `last` says, or from `from` to `to`', () => {
    assert.deepEqual(windowBetween({}, 0), { milliseconds: 300_000, to: undefined })
    assert.deepEqual(windowBetween({}, 0, 60_000), { milliseconds: 60_000, to: undefined })
    assert.deepEqual(windowBetween({ last: '1h' }, 0), { milliseconds: 3_600_000, to: undefined })
    const [from, to] = ['1970-01-01T00:00:10Z', '1970-01-01T02:00:30+02:00']
    assert.deepEqual(windowBetween({ from, to }, 40_000), { milliseconds: 20_000, to: 30_000 })
    assert.deepEqual(windowBetween({ from, to }, 15_000), { milliseconds: 5000, to: 15_000 })
    assert.throws(() => windowBetween({ from, to }, 5000), refusal('from', /must be before to, or now/))
    assert.deepEqual(windowBetween({ from }, 15_000), { milliseconds: 5000, to: 15_000 })
  })

  test('that are wrong are refused with what would be right', () => {
    assert.throws(() => windowOf('0s'), refusal('last', /must be 1s..2000d/))
    assert.throws(() => windowOf('9999d'), refusal('last', /must be 1s..2000d/))
    const from = '1970-01-01T00:00:10Z'
    assert.throws(() => windowBetween({ from, to: from }, 0), refusal('from', /must be before to, or now/))
    assert.throws(() => windowBetween({ from: '1969-12-31T23:59:59Z' }, 0), refusal('from', /must be 1970 or later/))
    assert.throws(() => windowBetween({ last: '1m', from }, 0), refusal('last', /cannot be combined with from and to/))
    assert.throws(() => windowBetween({ to: from }, 0), refusal('to', /needs from/))
  })
})

test('a question beyond the limits of the store is a bad request in the words of the store', async () => {
  const top = async (): Promise<never> => {
    throw new RangeError('"n" must be 1..10')
  }
  const stats = async (): Promise<object> => ({ completeTo: 2000 })
  const window = { milliseconds: 1000, to: 2000 }
  const asked = topOf({ now: () => 2000, store: { top, stats } } as unknown as View, {
    by: ['src'],
    n: 11,
    window,
    filter: [],
  })
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof ProblemError)
    assert.deepEqual([error.problem.status, error.problem.detail], [400, '"n" must be 1..10'])
    return true
  })
})

test('five dimensions may be any, and in any window', async () => {
  const by = ['src', 'dst', 'srcPort', 'dstPort', 'protocol'] as const
  assert.deepEqual(parseDimensions(by.join()), by)
  assert.throws(() => parseDimensions([...by, 'tos'].join()), refusal('by', /at most 5/))
  let asked: object | undefined
  const top = async (query: object): Promise<never> => {
    asked = query
    throw new RangeError('enough')
  }
  const view = { now: () => 9e6, since: 0, store: { top, stats: async () => ({ completeTo: 9e6 }) } }
  const host = [{ dimension: 'dstPort', is: 'equal', value: '443' }] as const
  const window = { milliseconds: 3_600_000, to: 8e6 }
  await assert.rejects(topOf(view as unknown as View, { by, n: 1, window, filter: host }), ProblemError)
  assert.deepEqual(asked, {
    from: 8e6 - 3_600_000,
    to: 8e6,
    by,
    n: 1,
    filter: [{ ...host[0], value: 443 }],
    observations: 'counted',
  })
})

test('topics choose events by the first word of their name; the status must be asked for', () => {
  const { isWanted, status } = parseTopics('link,status')
  assert.deepEqual([isWanted('link.down'), isWanted('exporter.seen'), status], [true, false, 'wanted'])
  assert.deepEqual([parseTopics(undefined).isWanted('link.down'), parseTopics(undefined).status], [true, 'not-wanted'])
  assert.throws(() => parseTopics('weather'), refusal('topics', /"weather" is no topic; there are controller,/))
})

describe('a Host header', () => {
  const loopback = ['127.0.0.1:7600', '127.9.9.9', '[::1]:7600', '[0:0::1]', 'localhost:1', 'vagus.localhost']
  const addresses = ['192.0.2.1', '192.0.2.1:7600', '[2001:db8::1]:7600']
  const unspecified = ['0.0.0.0:7600', '[::]:7600', '[0::0]']
  const mapped = ['[::ffff:127.0.0.1]:7600', '[::ffff:7f00:1]', '[0:0:0:0:0:FFFF:127.0.0.1]', '[::ffff:0.0.0.0]']
  const names = [
    '',
    'evil.example',
    'evil.example:7600',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::1',
    '127.1',
  ]

  test('must be an address or localhost, because a name may be a stranger’s that resolves to us', () => {
    for (const own of [...loopback, ...addresses]) assert.ok(isOwnHost(own, 'addresses'), own)
    for (const other of [...unspecified, ...mapped, ...names]) assert.ok(!isOwnHost(other, 'addresses'), other)
  })

  test('must be loopback where only that is listened at', () => {
    for (const own of loopback) assert.ok(isOwnHost(own, 'loopback'), own)
    for (const other of [...addresses, ...unspecified, ...mapped, ...names])
      assert.ok(!isOwnHost(other, 'loopback'), other)
    const at = (address: string): string => ownHostsAt({ kind: 'tcp', address, port: 7600 })
    assert.deepEqual(['127.0.0.1', '::1', '0.0.0.0', '::', '192.0.2.1'].map(at), [
      'loopback',
      'loopback',
      'addresses',
      'addresses',
      'addresses',
    ])
    assert.equal(ownHostsAt({ kind: 'unix', path: '/run/vagus.sock' }), 'addresses')
  })
})

test('a request that names another host is misdirected, on every transport (RFC 9110 §15.5.20)', async () => {
  const app = appOver({}, { hostNames: ['Vagus.example'] })
  const answer = async (host: string): Promise<Response> => app.request('/healthz', { headers: { host } })
  for (const host of ['localhost', 'vagus.example', 'VAGUS.example:8443'])
    assert.equal((await answer(host)).status, 200)
  for (const host of ['evil.example', 'a.vagus.example', 'vagus.example.evil', 'vagus.example:x']) {
    const misdirected = await answer(host)
    assert.equal(misdirected.status, 421)
    assert.match(((await misdirected.json()) as Problem).detail!, /, or one of "hosts" in vagus\.yaml, got /)
  }
})

test('Prometheus text escapes labels and leaves out metrics without samples', () => {
  const text = prometheusText([
    {
      name: 'a_total',
      type: 'counter',
      help: 'A\nB',
      samples: [{ labels: { link: 'x"\\\n' }, value: 1.5 }, { value: NaN }],
    },
    { name: 'b', type: 'gauge', help: 'none', samples: [] },
  ])
  assert.equal(text, '# HELP a_total A\\nB\n# TYPE a_total counter\na_total{link="x\\"\\\\\\n"} 1.5\na_total NaN\n')
})

describe('the application', () => {
  const app = appOver({})
  const get = async <Answer>(path: string): Promise<Answer> =>
    (await (await app.request(path, { headers: { host: 'LOCALHOST:7600' } })).json()) as Answer

  test('describes each of its GETs', async () => {
    const { paths } = await get<{ readonly paths: Readonly<Record<string, object>> }>('/openapi.json')
    const routed = app.routes.filter(({ method, path }) => method === 'GET' && path !== '/openapi.json')
    for (const { path } of routed) assert.ok('get' in (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ?? {}), path)
    assert.ok(routed.length > 20)
  })

  test('says of each wrong parameter what would be right, in the same words', async () => {
    const rows = [
      ['/v1/status?x=1', 'x: is not known here; there are none'],
      ['/v1/agents?x=1', 'x: is not known here; there are none'],
      ['/v1/links?x=1', 'x: is not known here; there are last'],
      ['/v1/flows/top?n=', 'n: must be at least 1, got ""'],
      ['/v1/flows/top?n=many', 'n: must be a number, got "many"'],
      [
        '/v1/traffic/series?by=src',
        'by: Invalid option: expected one of "application"|"srcSite"|"dstSite"|"ingress"|"egress"|"version", got "src"',
      ],
      ['/v1/matrix?x=1', 'x: is not known here; there are between, version, cells, last, from, to'],
      [
        '/v1/matrix?from=2026-11-27T03:00:00+01:00',
        'from: must have the + of its offset written as %2B, got "2026-11-27T03:00:00 01:00"',
      ],
      ['/v1/flows/top?from=2026-11-27', 'from: must be RFC 3339, such as 2026-11-27T03:00:00Z, got "2026-11-27"'],
      ['/v1/agent', 'device: is missing'],
      ['/v1/bgp/routes', 'device: is missing'],
    ] as const
    for (const [path, detail] of rows) assert.equal((await get<Problem>(path)).detail, detail, path)
  })
})
