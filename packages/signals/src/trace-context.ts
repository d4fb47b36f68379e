/** `traceparent` of W3C Trace Context, level 2: which trace a request belongs to, and which span of it made the request. @module */

export interface TraceContext {
  /** 32 hexadecimal digits in lower case, not all zero. */
  readonly traceId: string
  /** 16 of them: the parent of what is begun here. */
  readonly spanId: string
  /** Whether whoever began the trace records it. */
  readonly sampled: boolean
  /** The field as it came: it is passed on with the flags that we do not know. */
  readonly text: string
}

/** version "-" trace-id "-" parent-id "-" flags (§3.2.2.1); a later version may have more behind it. */
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
/** Longest field that is read. That of version 00 has 55 characters. */
const maxCharacters = 256

/** Undefined where it is none: then the trace begins anew (§4.3). */
export function readTraceparent(text: string): TraceContext | undefined {
  if (text.length > maxCharacters) return undefined
  const [, version, traceId, spanId, flags, more] = form.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, text }
}

/** As the parent of what others do next. */
export const traceparentOf = ({ traceId, spanId, sampled }: Omit<TraceContext, 'text'>): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
