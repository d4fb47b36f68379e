import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import fc from 'fast-check'
import { type Attributes, type ExportedSpan, otlpTraces } from '../src/index.ts'

const resource = { 'service.name': 'calc', 'service.version': '1' }
const scope = { name: '@vagus/sidecar', version: '1' }

type Serialized = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number]
type Time = Serialized['startTime']

const time = (milliseconds: number): Time => {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}
const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const

/** One for all: by that they are grouped. */
const theirResource = { attributes: resource, merge: () => never(), getRawAttributes: () => [] }

/** Our span as the SDK of OpenTelemetry would hold it. */
function asTheirs(span: ExportedSpan): Serialized {
  const { traceId, spanId, parent } = span
  const context = (id: string, isRemote: boolean) => ({
    traceId,
    spanId: id,
    traceFlags: TraceFlags.SAMPLED,
    isRemote,
    ...(span.tracestate === undefined
      ? {}
      : {
          traceState: {
            serialize: () => span.tracestate!,
            get: () => undefined,
            set: () => never(),
            unset: () => never(),
          },
        }),
  })
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => context(spanId, false),
    ...(parent === undefined ? {} : { parentSpanContext: context(parent.spanId, parent.place === 'elsewhere') }),
    startTime: time(span.from),
    endTime: time(span.to),
    duration: [0, 0],
    ended: true,
    status: {
      code: span.status.code === 'error' ? SpanStatusCode.ERROR : SpanStatusCode.UNSET,
      ...(span.status.message === undefined ? {} : { message: span.status.message }),
    },
    attributes: span.attributes,
    links: [],
    events: span.events.map(({ name, at, attributes }) => ({ name, time: time(at), attributes })),
    resource: theirResource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: span.moreEvents,
    droppedLinksCount: 0,
  } as unknown as Serialized // what is not serialized is left out
}

function never(): never {
  throw new Error('the serializer changes nothing')
}

/** Both forms of proto3 JSON in one: a number of 64 bits as text or number, and what has its default left out. */
function normal(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => normal(one))
  if (typeof value !== 'object' || value === null) return name === 'intValue' ? Number(value) : value
  const entries = Object.entries(value).filter(([key, one]) => {
    const isDefault = one === 0 && !key.endsWith('Value') // which of its values one has is told also where that is 0
    return one !== undefined && !isDefault && !(Array.isArray(one) && one.length === 0)
  })
  return Object.fromEntries(entries.map(([key, one]) => [key, normal(one, key)]))
}

const theirsOf = (spans: readonly ExportedSpan[]): unknown =>
  JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans.map(asTheirs))))
const oursOf = (spans: readonly ExportedSpan[]): unknown => JSON.parse(JSON.stringify(otlpTraces(resource, spans)))

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).filter((text) => !/^0+$/.test(text))
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.stringMatching(/^[a-z.]{1,12}$/).filter((key) => key !== '__proto__'),
  fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.double({ min: -1e12, max: 1e12, noNaN: true })),
)
const at = fc.integer({ min: 0, max: 4_000_000_000_000 })
const span: fc.Arbitrary<ExportedSpan> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parent: fc.option(fc.record({ spanId: hex(16), place: fc.constantFrom('here', 'elsewhere') }), { nil: undefined }),
  tracestate: fc.option(fc.constantFrom('vendor=1', 'a=b,c=d'), { nil: undefined }),
  name: fc.string({ minLength: 1 }),
  kind: fc.constantFrom('internal', 'server', 'client'),
  from: at,
  to: at,
  attributes,
  events: fc.array(fc.record({ name: fc.string({ minLength: 1 }), at, attributes }), { maxLength: 4 }),
  moreEvents: fc.nat(5),
  scope: fc.constant(scope),
  status: fc.oneof(
    fc.constant({ code: 'unset' as const }),
    fc.record({ code: fc.constant('error' as const), message: fc.string() }),
  ),
})

describe('a request of OTLP in JSON', () => {
  test('is what the library of OpenTelemetry writes for the same spans', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 5 }), (spans) => {
        assert.deepEqual(normal(oursOf(spans)), normal(theirsOf(spans)))
      }),
    )
  })
  test('has times in nanoseconds without rounding, and whole numbers as texts', () => {
    const [one] = fc.sample(span, { numRuns: 1, seed: 1 })
    const given = { ...one!, from: 1_764_288_000_123.25, to: 1_764_288_000_124, attributes: { n: 2 ** 50, x: 0.5 } }
    const text = JSON.stringify(otlpTraces(resource, [given]))
    assert.match(text, /"startTimeUnixNano":"1764288000123250000"/)
    assert.match(
      text,
      /\{"key":"n","value":\{"intValue":"1125899906842624"\}\},\{"key":"x","value":\{"doubleValue":0.5\}\}/,
    )
  })
  test('groups spans by the part of the program that made them', () => {
    const [one, two] = fc.sample(span, { numRuns: 2, seed: 1 })
    const other = { ...two!, scope: { name: 'other', version: '2' } }
    const { resourceSpans } = otlpTraces(resource, [one!, other, one!]) as {
      resourceSpans: { scopeSpans: { scope: object; spans: object[] }[] }[]
    }
    assert.deepEqual(
      resourceSpans[0]!.scopeSpans.map(({ scope: by, spans }) => [by, spans.length]),
      [
        [scope, 2],
        [{ name: 'other', version: '2' }, 1],
      ],
    )
  })
})
