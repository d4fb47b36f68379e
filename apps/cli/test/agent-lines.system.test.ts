/**
 * An AI agent orders its own line: a program with the stock MCP SDK, its side-car, a session, the controller with its
 * side-car, and the agents of four routers. Each a process of its own, but for the routers.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type Event, sentenceOf, type EventList } from '@vagus/api'
import type { AuditTrace } from '@vagus/api/audit'
import type { LineResource } from '@vagus/api/lines'
import { eventually } from '../../../scripts/eventually.ts'
import { otlpReceiver, type ReceivedSpan } from '../../../packages/observability/test/otlp-receiver.ts'
import { LineFleet } from './line-fleet.ts'

const policies = `
@id("all") permit (principal, action, resource);
@id("planners change the network")
forbid (principal, action == Action::"mcp", resource) when { context has tool &&
  ["network_line_order", "network_line_change", "network_line_release"].contains(context.tool) }
  unless { principal in Role::"planner" };
`
const wish = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' }
const receiver = await otlpReceiver()
let fleet: LineFleet
const lineOf = (id: string): Promise<LineResource> => fleet.lineOf(id)

/** The program of an agent: it knows its side-car, and nothing of Vagus. */
async function program(name: string): Promise<Client> {
  const client = new Client({ name, version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${fleet.agentsOf(name)}network/mcp`)))
  return client
}

async function call(name: string, tool: string, args: Readonly<Record<string, unknown>>) {
  const client = await program(name)
  try {
    const {
      isError = false,
      content,
      structuredContent,
    } = await client.callTool({ name: tool, arguments: { ...args } })
    const [first] = content as readonly { readonly text?: string }[]
    return { isError, text: first?.text ?? '', answer: structuredContent as Readonly<Record<string, unknown>> }
  } finally {
    await client.close()
  }
}

before(async () => {
  fleet = await LineFleet.open({
    members: { writer: ['planner'], boss: ['planner'], reader: ['reader'] },
    policies,
    bounds: { rate: 20e6, for: '1h', each: 2 },
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '50' },
  })
  await fleet.join('writer', '10.1.0.7')
  await fleet.join('boss', '10.1.0.8')
  await fleet.join('reader', '10.2.0.7')
})
after(async () => {
  await fleet.close()
  receiver.close()
})

describe('an agent with the stock MCP SDK, through its side-car', { concurrency: false, timeout: 300_000 }, () => {
  test('finds tools that change the network beside those that read, and is told what they do', async () => {
    const client = await program('writer')
    const { tools } = await client.listTools()
    await client.close()
    const hints = tools.flatMap(({ name, annotations }) =>
      annotations?.readOnlyHint === true ? [] : [[name, annotations?.destructiveHint]],
    )
    assert.deepEqual(hints, [
      ['network_line_order', false],
      ['network_line_change', false],
      ['network_line_release', true],
    ])
    assert.ok(tools.some(({ name }) => name === 'network_status'))
  })

  test('has a quote, orders it, and waits until its line is there', async (t) => {
    const began = performance.now()
    const quoted = await call('writer', 'network_line_quote', wish)
    assert.equal(quoted.answer['possible'], true, quoted.text)
    const ordered = await call('writer', 'network_line_order', { quote: quoted.answer['quote'], key: 'task-1' })
    assert.equal(ordered.isError, false, ordered.text)
    assert.match(String(ordered.answer['undo']), /^network_line_release with id line-1; else it ends at /)
    const there = await call('writer', 'network_line', { id: 'line-1', waitFor: 'active', seconds: 20 })
    assert.equal(there.answer['state'], 'active', there.text)
    t.diagnostic(`from the quote to an active line ${Math.round(performance.now() - began)} ms`)
    const { by, number } = await lineOf('line-1')
    assert.deepEqual(by, { kind: 'agent', id: fleet.members[1]!.id, name: 'writer' })
    assert.deepEqual(fleet.routers[0]!.inForce, [`hold ${number}`, `steer ${number}`])
    const { items } = await fleet.json<EventList>('/v1/events?topics=line')
    assert.match(sentenceOf(items[0]!), /^Line line-1 from dc-east to dc-west is ordered: .* \(by writer\)$/)
  })

  test('has one trace from its call to what each router is asked, and the record says which', async () => {
    const { items } = await fleet.json<EventList>('/v1/events?topics=line')
    const named = (name: string): Event | undefined => items.find(({ event }) => event === name)
    const [, traceId = ''] = named('line.ordered')?.trace?.split('-') ?? []
    assert.match(named('line.active')?.trace ?? '', new RegExp(`^00-${traceId}-`))
    const isOfIt = (trace: string): boolean => trace.includes(traceId)
    assert.ok(fleet.routers[0]!.traces.some(isOfIt) && fleet.routers[3]!.traces.some(isOfIt))
    const spans = (): readonly ReceivedSpan[] => receiver.spans.filter((span) => span.traceId === traceId)
    await eventually('all has arrived', () => spans().some(({ name }) => name === 'line.active'))
    const chainOf = (name: string): string => {
      const chain: string[] = []
      let span = spans().find((one) => one.name === name)
      while (span !== undefined) {
        const { service, parentSpanId } = span
        chain.unshift(`${service} ${span.name}`)
        span = spans().find((one) => one.spanId === parentSpanId)
      }
      return chain.join(' > ')
    }
    const call = 'writer tools/call network_line_order > vagus-controller tools/call network_line_order'
    assert.equal(
      chainOf('line.ordered'),
      `${call} > vagus-controller controller.member > vagus-controller line.ordered`,
    )
    assert.equal(
      chainOf('negotiate Line.Part'),
      `${call} > vagus-controller controller.member > vagus-controller negotiate Line.Part`,
    )
    const roots = spans().filter(({ parentSpanId }) => spans().every(({ spanId }) => spanId !== parentSpanId))
    assert.deepEqual(
      roots.map(({ service }) => service),
      ['writer'],
      'one connected trace',
    )
    const { items: told } = await fleet.json<AuditTrace>('/v1/audit/trace/line-1')
    assert.ok(told.every(({ trace }) => trace === traceId))
    assert.deepEqual(receiver.problems, [])
  })

  test('is told of a refusal in its trace, with the reason', async () => {
    await assert.rejects(call('reader', 'network_line_order', { ...wish, key: 'traced' }))
    await eventually('the refusal is told', () =>
      receiver.spans.some(
        ({ service, kind, attributes, message = '' }) =>
          service === 'vagus-controller' &&
          kind === 2 &&
          attributes['error.type'] === 'refused' &&
          attributes['vagus.caller.name'] === 'reader' &&
          message.includes('planners change the network'),
      ),
    )
  })

  test('without the role is refused by the fleet, which names the policy', async () => {
    await assert.rejects(call('reader', 'network_line_order', { ...wish, key: 'k' }), /planners change the network/)
    assert.equal((await call('reader', 'network_lines', {})).isError, false)
  })

  test('beyond a bound is refused with what would be possible', async () => {
    const { isError, text } = await call('boss', 'network_line_order', { ...wish, bitsPerSecond: 25e6, key: 'k' })
    assert.deepEqual([isError, text], [true, '25 Mbit/s is above lines.agents.rate; up to 20 Mbit/s is possible'])
    const elsewhere = await call('reader', 'network_line_quote', { ...wish, from: 'dc-east', to: 'dc-east' })
    assert.equal(elsewhere.answer['quote'], null)
  })

  test('touches no line of another agent', async () => {
    for (const [tool, args] of [
      ['network_line_release', {}],
      ['network_line_change', { bitsPerSecond: 5e6 }],
    ] as const) {
      const { isError, text } = await call('boss', tool, { id: 'line-1', ...args })
      assert.equal(isError, true)
      assert.match(
        text,
        /^line-1 was ordered by writer; an agent (releases|changes) only lines that it ordered itself$/,
      )
    }
    assert.equal((await lineOf('line-1')).state, 'active')
  })

  test('changes its line while it carries', async () => {
    const { isError, text, answer } = await call('writer', 'network_line_change', { id: 'line-1', bitsPerSecond: 12e6 })
    assert.equal(isError, false, text)
    assert.deepEqual([answer['bitsPerSecond'], answer['state'], answer['moves']], [12e6, 'active', 1])
  })

  test('is nobody where it only says who it is: at the open port a written Vagus-Agent gives nothing', async () => {
    const forged = {
      'vagus-agent': fleet.members[1]!.id,
      'vagus-member-name': 'writer',
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ ...wish, from: 'dc-east', key: 'forged' })
    assert.equal((await fetch(`${fleet.base!}/v1/lines`, { method: 'POST', headers: forged, body })).status, 403)
    assert.equal((await fetch(`${fleet.base!}/v1/lines/line-1`, { method: 'DELETE', headers: forged })).status, 403)
    const client = new Client({ name: 'forger', version: '1' })
    const init = { requestInit: { headers: forged } }
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', fleet.base), init))
    const { tools } = await client.listTools()
    assert.ok(tools.every(({ annotations }) => annotations?.readOnlyHint === true))
    await assert.rejects(client.callTool({ name: 'network_line_release', arguments: { id: 'line-1' } }))
    await client.close()
    assert.equal((await lineOf('line-1')).state, 'active')
    assert.doesNotMatch(fleet.controller.text(), /\/mcp/) // its address is a secret, and stands in no log
  })

  test('has one line for one key, also when the controller is killed before the line is there', async () => {
    await call('writer', 'network_line_release', { id: 'line-1' })
    for (const router of fleet.routers) router.isMute = true // so that it is still being set up
    const order = { ...wish, key: 'task-2' }
    const { answer } = await call('writer', 'network_line_order', order)
    assert.deepEqual([answer['id'], answer['state']], ['line-2', 'setting-up'])
    await fleet.killController()
    for (const router of fleet.routers) router.isMute = false
    await fleet.startController()
    await eventually('all agents of routers are connected again', () => fleet.areConnected())
    const again = await eventually('the side-cars have met again', async () => {
      const answered = await call('writer', 'network_line_order', order)
      return answered.isError ? undefined : answered.answer
    })
    assert.equal(again['id'], 'line-2')
    const there = await call('writer', 'network_line', { id: 'line-2', waitFor: 'active', seconds: 30 })
    assert.equal(there.answer['state'], 'active', there.text)
  })

  test('leaves its line to the operator, who may always release it', async () => {
    const { state, because } = await fleet.json<LineResource>('/v1/lines/line-2', {
      method: 'DELETE',
      headers: fleet.asOperator,
    })
    assert.deepEqual([state, because], ['released', 'the operator released it'])
  })

  test('loses its line when it is put in quarantine', async (t) => {
    const { answer } = await call('writer', 'network_line_order', { ...wish, key: 'task-3' })
    const id = String(answer['id'])
    await call('writer', 'network_line', { id, waitFor: 'active' })
    const quarantine = { since: Date.now(), reason: 'key on a stolen laptop' }
    const began = performance.now()
    await fleet.publish(fleet.members.map((member) => (member.name === 'writer' ? { ...member, quarantine } : member)))
    const over = await eventually('its line is released', async () => {
      const line = await lineOf(id)
      return line.state === 'released' ? line : undefined
    })
    t.diagnostic(`released ${Math.round(performance.now() - began)} ms after the roster was published`)
    assert.match(over.because, /^writer is in quarantine since .*: key on a stolen laptop$/)
    await eventually('no router has anything of it', () => fleet.routers.every(({ inForce }) => inForce.length === 0))
    await assert.rejects(call('writer', 'network_line_order', { ...wish, key: 'task-4' }))
  })
})
