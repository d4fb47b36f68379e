/** What a span says. Plain JSON: one that is open is kept, and goes on after the end of its process. @module */

export type AttributeValue = string | number | boolean
export type Attributes = Readonly<Record<string, AttributeValue>>
/** `client` asks, `server` answers, `internal` is work of one program. */
export type SpanKind = 'internal' | 'server' | 'client'

export interface SpanEvent {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly attributes: Attributes
}

export interface SpanData {
  readonly traceId: string
  readonly spanId: string
  /** Undefined: it begins the trace. */
  readonly parent: { readonly spanId: string; readonly place: 'here' | 'elsewhere' } | undefined
  /** `tracestate` of the request that it belongs to (W3C Trace Context, §3.3), as it came. */
  readonly tracestate: string | undefined
  readonly name: string
  readonly kind: SpanKind
  /** Milliseconds since 1970. */
  readonly from: number
  readonly attributes: Attributes
  /** The first ones, oldest first. */
  readonly events: readonly SpanEvent[]
  /** How many more there were. */
  readonly moreEvents: number
}
