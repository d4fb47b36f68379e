/**
 * Spans as an ExportTraceServiceRequest of OTLP 1.x in JSON: the mapping of proto3, but ids in hexadecimal, and enums as
 * numbers (opentelemetry-proto, docs/specification.md, "JSON Protobuf Encoding").
 * @module
 */
import type { Attributes, AttributeValue, SpanData, SpanKind } from './span.ts'

/** Who tells: `service.name` and what else is the same for all its spans. */
export type Resource = Attributes

/** Which part of a program made the spans. */
export interface Scope {
  readonly name: string
  readonly version: string
}

/** A span that is over. */
export interface ExportedSpan extends SpanData {
  readonly scope: Scope
  /** Milliseconds since 1970. */
  readonly to: number
  /** `unset`: it is over, and nothing was wrong. */
  readonly status: { readonly code: 'unset' | 'error'; readonly message?: string | undefined }
}

/** Events of one span, as OpenTelemetry limits them (OTEL_SPAN_EVENT_COUNT_LIMIT); of more only the number is told. */
export const maxSpanEvents = 128

const kinds = { internal: 1, server: 2, client: 3 } as const satisfies Record<SpanKind, number>
const statuses = { unset: 0, error: 2 } as const
/** Of `flags`: the flags of the trace, whether the next bit is known, and whether the parent is of another program. */
const flag = { sampled: 0x01, knowsPlace: 0x100, elsewhere: 0x200 } as const

/** The body of a POST to `/v1/traces`. */
export function otlpTraces(resource: Resource, spans: readonly ExportedSpan[]): object {
  const byScope = Map.groupBy(spans, ({ scope }) => `${scope.name} ${scope.version}`)
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [...byScope.values()].map((own) => ({ scope: { ...own[0]!.scope }, spans: own.map(otlpSpan) })),
      },
    ],
  }
}

function otlpSpan({ traceId, spanId, parent, tracestate, status, events, moreEvents, ...span }: ExportedSpan): object {
  const place = flag.knowsPlace | (parent?.place === 'elsewhere' ? flag.elsewhere : 0)
  return {
    traceId,
    spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    ...(tracestate === undefined ? {} : { traceState: tracestate }),
    flags: flag.sampled | place,
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.from),
    endTimeUnixNano: nanoseconds(span.to),
    attributes: keyValues(span.attributes),
    events: events.map(({ name, at, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(at),
      attributes: keyValues(attributes),
    })),
    droppedEventsCount: moreEvents,
    status: {
      code: statuses[status.code],
      ...(status.message === undefined ? {} : { message: status.message.toWellFormed() }),
    },
  }
}

/** 64 bits as a text of decimal digits. @param milliseconds with fractions down to a microsecond */
function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds)
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1000)) * 1000n)
}

const keyValues = (attributes: Attributes): readonly object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value.toWellFormed() }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
