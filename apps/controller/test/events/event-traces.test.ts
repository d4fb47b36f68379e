import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Tracer } from '@vagus/observability'
import { within } from '@vagus/observability/current-span'
import type { ExportedSpan } from '@vagus/signals'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { EventTraces } from '../../src/events/event-traces.ts'

const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const spans: ExportedSpan[] = []
const scope = { name: 'test', version: '1' }
const tracer = new Tracer({ sampler: () => true, scope, agents: 'names', take: (span) => void spans.push(span) })
const spanOf = ({ trace }: EventDraft): ExportedSpan | undefined =>
  spans.find(({ spanId }) => spanId === trace?.slice(36, 52))

const ordered: EventDraft = { event: 'line.ordered', subject: 'a to b', fields: { line: 'line-1' } }
const active: EventDraft = { event: 'line.active', subject: 'a to b', fields: { line: 'line-1' } }

describe('an event', () => {
  test('belongs to the request within which it is told; what follows of its matter is below it', () => {
    const traces = new EventTraces(tracer, [])
    const request = tracer.begin({ name: 'request', kind: 'server', parent: own })
    const first = within(request, () => traces.traced(ordered, 1000))
    const later = traces.traced(active, 2000)
    assert.equal(spanOf(first)?.parent?.spanId, request.context.spanId)
    assert.deepEqual(
      [spanOf(later)?.traceId, spanOf(later)?.parent?.spanId, spanOf(later)?.from],
      [own.slice(3, 35), spanOf(first)?.spanId, 2000],
    )
    assert.equal(spanOf(later)?.attributes['vagus.matter'], 'line line-1')
  })
  test('goes on with the trace of its matter after a restart', () => {
    const event = {
      ...ordered,
      id: 1,
      at: new Date(0).toISOString(),
      severity: 'info',
      fields: { line: 'line-1' },
      trace: own,
    } as const
    const later = new EventTraces(tracer, [event]).traced(active, 1)
    assert.equal(spanOf(later)?.parent?.spanId, own.slice(36, 52))
  })
  test('of no request and no traced matter belongs to none', () => {
    const traces = new EventTraces(tracer, [])
    assert.equal(traces.traced(active, 1), active)
  })
  test('is told without agents where nobody is to be told, and never with addresses', () => {
    for (const [agents, event, attributes] of [
      [
        'names',
        { ...active, subject: 'a at 192.0.2.7' },
        { 'vagus.subject': 'a at an address', 'vagus.matter': 'line line-1' },
      ],
      ['nobody', active, { 'vagus.matter': 'line line-1' }],
      ['nobody', { event: 'agent.released', subject: 'a', fields: { agent: 'a' } }, {}],
    ] as const) {
      const told: ExportedSpan[] = []
      const made = new Tracer({ sampler: () => true, scope, agents, take: (span) => void told.push(span) })
      new EventTraces(made, []).traced({ ...event, trace: own }, 1)
      assert.deepEqual(told[0]?.attributes, attributes)
    }
  })
})
