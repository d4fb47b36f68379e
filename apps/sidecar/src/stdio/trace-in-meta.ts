/** The trace of a request, where its server has no fields to read it from (MCP 2026-07-28, `_meta`). @module */
import type { IncomingHttpHeaders } from 'node:http'

/** Of W3C Trace Context and Baggage; `_meta` keeps these names for them. */
const names = ['traceparent', 'tracestate', 'baggage'] as const

/** What the program itself says of its trace stays as it is, also where that is only a part. @param body a request of JSON-RPC */
export function withTrace<Body extends { readonly params?: object | undefined }>(
  body: Body,
  headers: IncomingHttpHeaders,
): Body {
  const params = (body.params ?? {}) as { readonly _meta?: unknown }
  const { _meta: given } = params
  const meta = typeof given === 'object' && given !== null ? given : {}
  if (headers['traceparent'] === undefined || names.some((name) => name in meta)) return body
  const told = names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []))
  return { ...body, params: { ...params, _meta: { ...meta, ...Object.fromEntries(told) } } }
}
