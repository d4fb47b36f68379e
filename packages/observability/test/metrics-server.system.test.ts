import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, test } from 'node:test'
import { gauge } from '@vagus/signals'
import { serveMetrics } from '../src/metrics-server.ts'
import { processMetrics } from '../src/process-metrics.ts'

let reasons: readonly string[] = []
const server = await serveMetrics(
  { address: '127.0.0.1', port: 0 },
  {
    metrics: () => [...processMetrics('1.2', { sent: 1, dropped: 2, waiting: 3 }), gauge('x', 'X.', [{ value: 1 }])],
    unreadiness: () => reasons,
  },
)
after(() => server.close())
const ask = (path: string, method = 'GET'): Promise<Response> => fetch(`${server.url}${path}`, { method })

test('metrics are text for Prometheus', async () => {
  const answer = await ask('/metrics?x=1')
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  for (const line of ['vagus_build_info{version="1.2"} 1', 'vagus_spans_dropped_total 2', 'x 1'])
    assert.ok(text.includes(`${line}\n`), line)
})
test('probes are told whether it lives, and why it is not ready', async () => {
  assert.deepEqual([(await ask('/healthz')).status, (await ask('/readyz')).status], [200, 200])
  reasons = ['the router does not answer']
  const answer = await ask('/readyz')
  assert.equal(answer.status, 503)
  assert.deepEqual(((await answer.json()) as { reasons: unknown }).reasons, reasons)
  assert.equal((await ask('/healthz')).status, 200)
})
test('nothing else is there, and nothing is changed', async () => {
  assert.deepEqual([(await ask('/')).status, (await ask('/metrics', 'POST')).status], [404, 405])
})
test('a page that reaches this host by a name of its own is told nothing', async () => {
  const statusFor = async (host: string): Promise<number | undefined> => {
    const asked = request(`${server.url}/metrics`, { headers: { host } }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    return answer.statusCode
  }
  for (const host of ['127.0.0.1:9464', 'localhost', '[::1]:9464']) assert.equal(await statusFor(host), 200, host)
  for (const host of ['rebound.example:9464', '127.0.0.1.example', '192.0.2.1'])
    assert.equal(await statusFor(host), 421, host)
})
