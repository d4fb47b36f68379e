import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { TaskState } from '@a2a-js/sdk'
import { traceparentOf } from '@vagus/signals'
import { eventually } from '../../../scripts/eventually.ts'
import { otlpReceiver, type ReceivedSpan } from '../../../packages/observability/test/otlp-receiver.ts'
import { mcpListener } from './fixtures/mcp-server.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-traces-'))
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const receiver = await otlpReceiver()
const programs: Started[] = []
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
  const program = started(process.execPath, args, { VAGUS_HOME: home, VAGUS_CONTROLLER: '', ...environment })
  programs.push(program)
  return program
}
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '50' }
const run = (...args: readonly string[]): Started => start([vagus, 'run', ...args], traced)
async function kill(side: Started): Promise<void> {
  side.child.kill('SIGKILL')
  await side.exit
}

/** What the server gets, beside what it is asked. */
const asked: IncomingHttpHeaders[] = []
const listener: RequestListener = (request, response) => {
  asked.push(request.headers)
  mcpListener(request, response)
}
const local = await listening(listener)
const { server: free, url: counterUrl } = await listening((_, response) => response.end())
endServer(free)
const serveCounter = async (): Promise<Started> => {
  const side = run('--name', 'counter', '--a2a', counterUrl)
  await side.says(/calls others at/)
  return side
}
let counter: Started
let boss: Started
let agents = ''
let metrics = ''
const runBoss = async (port = '0'): Promise<void> => {
  boss = run('--name', 'boss', '--port', port, '--metrics', '127.0.0.1:0')
  ;[, metrics = ''] = await boss.says(/metrics at (\S+)/)
  ;[, agents = ''] = await boss.says(/calls others at (\S+)NAME/)
}
before(async () => {
  await start([fixture('a2a-agent.ts'), new URL(counterUrl).port]).says(/listening/)
  const calc = run('--name', 'calc', '--mcp', `${local.url}/mcp`)
  ;[counter] = await Promise.all([serveCounter(), runBoss(), calc.says(/calls others at/)])
})
after(async () => {
  for (const { child } of programs) child.kill('SIGKILL')
  receiver.close()
  endServer(local.server)
  rmSync(home, { recursive: true, force: true })
})

/** The spans of one call, once both sides have told. */
async function callOf(isIt: (span: ReceivedSpan) => boolean): Promise<{ client: ReceivedSpan; server: ReceivedSpan }> {
  let found: readonly (ReceivedSpan | undefined)[] = []
  await eventually('both sides have told', () => {
    const client = receiver.spans.findLast((span) => span.kind === 3 && isIt(span))
    const server = receiver.spans.find(({ kind, parentSpanId }) => kind === 2 && parentSpanId === client?.spanId)
    found = [client, server]
    return client !== undefined && server !== undefined
  })
  return { client: found[0]!, server: found[1]! }
}

async function callTool(headers: Readonly<Record<string, string>>, meta?: Record<string, unknown>): Promise<void> {
  const mcp = new Client({ name: 'test', version: '1' })
  await mcp.connect(new StreamableHTTPClientTransport(new URL(`${agents}calc/mcp`), { requestInit: { headers } }))
  await mcp.callTool({ name: 'add', arguments: { a: 2, b: 3 }, ...(meta === undefined ? {} : { _meta: meta }) })
  await mcp.close()
}
const own = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }
const isTool = ({ name }: ReceivedSpan): boolean => name === 'tools/call add'

describe('a call of a stock MCP program through two side-cars, each a process of its own', () => {
  test('without a trace begins one, which the server gets as its parent', async () => {
    asked.length = 0
    await callTool({})
    const { client, server } = await callOf(isTool)
    assert.deepEqual([client.service, server.service, server.traceId], ['boss', 'calc', client.traceId])
    assert.equal(client.parentSpanId, undefined)
    const made = traceparentOf({ traceId: server.traceId, spanId: server.spanId, sampled: true })
    assert.ok(asked.some(({ traceparent }) => traceparent === made))
    assert.deepEqual(client.attributes['mcp.method.name'], 'tools/call')
    assert.deepEqual(client.attributes['gen_ai.tool.name'], 'add')
    assert.deepEqual([client.attributes['vagus.called.name'], server.attributes['vagus.caller.name']], ['calc', 'boss'])
    assert.ok(!JSON.stringify(receiver.spans).includes('did:key:'), 'no ids unless the operator wants them')
  })
  test('with a trace of its own keeps that byte for byte, and both spans are of it', async () => {
    asked.length = 0
    const fields = { traceparent: traceparentOf(own), tracestate: 'vendor=1,  x=y', baggage: 'user=%20a' }
    await callTool(fields)
    const { client, server } = await callOf((span) => isTool(span) && span.traceId === own.traceId)
    assert.deepEqual([client.parentSpanId, server.traceId], [own.spanId, own.traceId])
    // The client of the SDK sends other requests with these fields, too.
    const ofServer = traceparentOf({ ...own, spanId: server.spanId })
    const { traceparent, tracestate, baggage } = asked.find((one) => one['vagus-traceparent'] === ofServer) ?? {}
    assert.deepEqual({ traceparent, tracestate, baggage }, fields)
  })
  test('with a trace in its content keeps that, and gets no field', async () => {
    asked.length = 0
    const inside = { ...own, traceId: '1af7651916cd43dd8448eb211c80319c' }
    await callTool({}, { traceparent: traceparentOf(inside) })
    const { client } = await callOf((span) => isTool(span) && span.traceId === inside.traceId)
    assert.equal(client.parentSpanId, own.spanId)
    const call = asked.find((fields) => fields['vagus-traceparent']?.includes(inside.traceId))
    assert.deepEqual([call !== undefined, call?.['traceparent']], [true, undefined])
  })
  test('that is not sampled is not told', async () => {
    const before = receiver.spans.length
    const unsampled = { ...own, traceId: '2af7651916cd43dd8448eb211c80319c', sampled: false }
    await callTool({ traceparent: traceparentOf(unsampled) })
    await callTool({})
    await eventually('the next one is told', () => receiver.spans.length > before)
    assert.ok(receiver.spans.every(({ traceId }) => traceId !== unsampled.traceId))
  })
  test('of nobody is told as failed, with the reason', async () => {
    const answer = await fetch(`${agents}nobody/mcp`, { method: 'POST', body: '{}' })
    assert.equal(answer.status, 404)
    let span: ReceivedSpan | undefined
    await eventually('it is told', () => {
      span = receiver.spans.find(({ attributes }) => attributes['vagus.called.name'] === 'nobody')
      return span !== undefined
    })
    assert.deepEqual([span!.status, span!.attributes['error.type']], [2, 'unknown-agent'])
  })
})

describe('a stream over A2A', () => {
  const counted = (to: number): string => Array.from({ length: to }, (_, at) => `${at} `).join('')
  const isStream = (traceId: string) => (span: ReceivedSpan) =>
    span.name === 'SendStreamingMessage' && span.traceId === traceId
  const client = (text: string, traceId: string): Started =>
    start([fixture('a2a-client.ts'), text], {
      VAGUS_AGENTS_URL: agents,
      TRACEPARENT: traceparentOf({ ...own, traceId }),
      RESUME: 'yes',
    })

  test('keeps its spans when the serving side-car is killed, which says that it was resumed', async () => {
    const id = '3af7651916cd43dd8448eb211c80319c'
    const program = client('count 200 10', id)
    await program.says(/event 20 /)
    await kill(counter)
    counter = await serveCounter()
    assert.equal(await program.exit, 0, program.text())
    assert.match(
      program.text(),
      new RegExp(JSON.stringify({ told: counted(200), state: TaskState.TASK_STATE_COMPLETED }).slice(1, -1)),
    )
    const spans = await callOf(isStream(id))
    assert.deepEqual([spans.client.parentSpanId, spans.client.status, spans.server.status], [own.spanId, 0, 0])
    assert.ok(spans.server.events.some(({ name }) => name === 'vagus.resumed'))
    const seen = spans.client.events.map(({ name }) => name)
    assert.ok(
      seen.some((name) => name.startsWith('vagus.path') || name.startsWith('vagus.session')),
      seen.join(),
    )
    assert.equal(receiver.spans.filter(isStream(id)).length, 2)
  })
  test('keeps its span when the calling side-car is killed, and its program comes back', async () => {
    const id = '4af7651916cd43dd8448eb211c80319c'
    const { port } = new URL(agents)
    const program = client('count 200 10', id)
    await program.says(/event 20 /)
    await kill(boss)
    await runBoss(port)
    assert.equal(await program.exit, 0, program.text())
    const spans = await callOf(isStream(id))
    const seen = spans.client.events.map(({ name }) => name)
    assert.ok(seen.includes('vagus.resumed'), seen.join())
    assert.deepEqual([spans.client.parentSpanId, spans.client.status], [own.spanId, 0])
    assert.equal(receiver.spans.filter(isStream(id)).length, 2)
  })
})

test('metrics of the side-car count what it did', async () => {
  await callTool({})
  let text = ''
  await eventually('spans are sent', async () => {
    text = await (await fetch(metrics)).text()
    return /^vagus_spans_sent_total [1-9]/m.test(text)
  })
  assert.match(text, /^vagus_calls_total\{side="caller",protocol="mcp",outcome="2xx"\} [1-9]/m)
  assert.match(text, /^vagus_sessions\{path="(udp|tcp)"\} [1-9]/m)
  assert.match(text, /^vagus_call_seconds_count\{side="caller"\} [1-9]/m)
  assert.deepEqual(receiver.problems, [])
})
