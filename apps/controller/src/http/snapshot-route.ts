/**
 * POST /v1/snapshot: the state of this moment, held in files on this host for as long as the answer is read. Whoever makes
 * a backup copies them in a process of its own, so that its hashing and packing cost this one nothing; one that is killed
 * leaves nothing behind, because its connection ends.
 * @module
 */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { snapshotQuerySchema, snapshotSchema } from '@vagus/api/snapshot'
import type { HeldSnapshot } from '../backup/snapshot-desk.ts'
import type { Backend } from './backend.ts'
import type { Gate } from './gate.ts'
import { problemContent, ProblemError, problemOf, queryProblem } from './problem.ts'

const recordType = 'application/jsonl'
const problem = (description: string) => ({ description, content: problemContent })

export const snapshotRoutes = {
  take: createRoute({
    method: 'post',
    path: '/v1/snapshot',
    summary: 'The state of this moment, held in files for a backup',
    description:
      'The first line is the snapshot. Empty lines follow; the files are removed when the reader leaves. Only with the ' +
      'operator’s key, as a bearer token. `vagus backup` asks this.',
    request: { query: snapshotQuerySchema },
    responses: {
      200: { description: 'the snapshot', content: { [recordType]: { schema: snapshotSchema } } },
      403: problem('without the operator’s key'),
      409: problem('another backup is being made'),
      503: problem('the disk refuses, or the store does not answer'),
    },
  }),
}

interface SnapshotOptions {
  readonly gate: Gate
  /** The controller stops. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds; proxies and servers drop a connection that is silent for half a minute or more. */
const heartbeat = 15_000

export function addSnapshotRoute(
  app: OpenAPIHono,
  snapshots: Backend['snapshots'],
  { gate, signal, now }: SnapshotOptions,
): void {
  app.openAPIRegistry.registerPath(snapshotRoutes.take)
  app.post('/v1/snapshot', async (c) => {
    gate.allow(c, 'backup', '"vagus backup FILE"')
    const query = snapshotQuerySchema.safeParse(c.req.query())
    if (!query.success)
      throw new ProblemError(queryProblem(query.error.issues, Object.keys(snapshotQuerySchema.shape), c.req.query()))
    const held = await snapshots.take(query.data.flows, now())
    if (held === undefined) throw new ProblemError(problemOf(409, 'another backup is being made; wait for its end'))
    return c.body(untilItsReaderLeaves(held, signal), 200, { 'content-type': recordType })
  })
}

function untilItsReaderLeaves({ snapshot, release }: HeldSnapshot, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let clock: NodeJS.Timeout | undefined
  let leave = (): void => undefined
  const end = (): void => {
    clearInterval(clock)
    signal.removeEventListener('abort', leave)
    release()
  }
  return new ReadableStream({
    start(sink) {
      sink.enqueue(encoder.encode(`${JSON.stringify(snapshot)}\n`))
      clock = setInterval(() => {
        if ((sink.desiredSize ?? 0) > 0) sink.enqueue(encoder.encode('\n'))
      }, heartbeat)
      leave = () => {
        end()
        sink.close()
      }
      signal.addEventListener('abort', leave, { once: true })
      if (signal.aborted) leave() // while the snapshot was being made
    },
    cancel: end,
  })
}
