/** What was done, the signed end of the record, and the record itself. Anybody who may read may check. @module */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { auditQuerySchema } from '@vagus/api/audit'
import type { Audit } from './backend.ts'
import { named } from './named.ts'
import { problemContent, ProblemError, problemOf } from './problem.ts'

const noQuery = { query: z.strictObject({}) }
const refused = {
  400: { description: 'the query is wrong; `errors` says what would be right', content: problemContent },
}
const unavailable = { 503: { description: 'the disk of the controller is damaged', content: problemContent } }
const recordType = 'application/jsonl'

export const auditRoutes = {
  list: createRoute({
    method: 'get',
    path: '/v1/audit',
    summary: 'What changed the network, or the right to change it',
    description: 'With who did it, why, what undoes it, and what came of it. Oldest first.',
    request: { query: auditQuerySchema },
    responses: {
      200: { description: 'the newest that match', content: { 'application/json': { schema: named.auditList } } },
      ...refused,
      ...unavailable,
    },
  }),
  trace: createRoute({
    method: 'get',
    path: '/v1/audit/trace/{id}',
    summary: 'What led to what: all events of one proposal, line or class',
    request: { params: z.object({ id: z.string().describe('such as transit-7 or line-3, or the id of an event') }) },
    responses: {
      200: { description: 'its events', content: { 'application/json': { schema: named.auditTrace } } },
      404: { description: 'nothing is recorded of that', content: problemContent },
      ...unavailable,
    },
  }),
  head: createRoute({
    method: 'get',
    path: '/v1/audit/head',
    summary: 'The end of the record, signed by the controller’s agent',
    description: 'Who keeps it elsewhere can show later that the record still has all in it that it had then.',
    request: noQuery,
    responses: {
      200: { description: 'the end', content: { 'application/json': { schema: named.auditHead } } },
      ...refused,
      ...unavailable,
    },
  }),
  record: createRoute({
    method: 'get',
    path: '/v1/audit/record',
    summary: 'The whole record, to be checked anywhere',
    description: 'Lines of canonical JSON (RFC 8785), each event with its hash; `vagus audit verify FILE` checks them.',
    request: noQuery,
    responses: {
      200: { description: 'the record', content: { [recordType]: { schema: z.string() } } },
      ...refused,
      ...unavailable,
    },
  }),
}

export function addAuditRoutes(app: OpenAPIHono, audit: Audit): void {
  app.openapi(auditRoutes.list, (c) => c.json(audit.list(c.req.valid('query')), 200))
  app.openapi(auditRoutes.trace, (c) => {
    const { id } = c.req.valid('param')
    const trace = audit.trace(id)
    if (trace === undefined)
      throw new ProblemError(
        problemOf(
          404,
          `nothing is recorded of "${id}"; the id of a commit is DEVICE/ID, such as pe-1/commit-7; see /v1/audit, /v1/proposals and /v1/lines`,
        ),
      )
    return c.json(trace, 200)
  })
  app.openapi(auditRoutes.head, (c) => c.json(audit.head(), 200))
  app.openAPIRegistry.registerPath(auditRoutes.record)
  app.get('/v1/audit/record', (c) => {
    const headers = { 'content-type': recordType, 'content-disposition': 'attachment; filename="audit.jsonl"' }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    return c.body(streamOf(audit.record()), 200, headers)
  })
}

/** As fast as its reader takes it. */
function streamOf(parts: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull(sink) {
      const next = parts.next()
      if (next.done === true) sink.close()
      else sink.enqueue(encoder.encode(next.value))
    },
    cancel: () => void parts.return(undefined),
  })
}
