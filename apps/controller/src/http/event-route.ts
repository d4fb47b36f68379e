/** GET /v1/events: a page of events, or the stream. @module */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@vagus/api'
import type { Backend } from './backend.ts'
import { eventStream } from './event-stream.ts'
import type { Gate } from './gate.ts'
import { ProblemError, problemOf } from './problem.ts'
import { routes } from './routes.ts'
import { parseTopics } from './topics.ts'

/** A browser opens one for all its tabs' worth; a hundred readers are many for one operator's network. */
const maxStreams = 100
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const

export function addEventRoute(
  app: OpenAPIHono,
  backend: Backend,
  { signal, gate }: { readonly signal: AbortSignal; readonly gate: Gate },
): void {
  let streams = 0
  app.openapi(routes.events, (c) => {
    const { after, limit, topics } = c.req.valid('query')
    const { isWanted, status } = parseTopics(topics)
    if (c.req.header('accept')?.includes('text/event-stream') !== true) {
      const items = [...backend.events.read(after, limit, isWanted)]
      return c.json({ apiVersion, kind: 'EventList' as const, items }, 200)
    }
    // What answers HEAD drops the body without cancelling it: a stream would never end.
    if (c.req.method === 'HEAD') return c.body(null, 200, streamHeaders)
    if (streams >= maxStreams) throw new ProblemError(problemOf(503, `${maxStreams} readers are connected already`))
    streams++
    const stream = eventStream({
      log: backend.events,
      after: lastEventId(c.req.header('last-event-id')) ?? after,
      isWanted,
      status: status === 'wanted' ? () => backend.status() : undefined,
      holds: gate.holds(c),
      signal,
      onEnd: () => streams--,
    })
    return c.body(stream, 200, streamHeaders)
  })
}

/** An id that is no number is not ours: as if there were none. */
function lastEventId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
