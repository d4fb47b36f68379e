/**
 * A2A 1.0 over HTTP (JSON-RPC, §9) for the side-car before it, which says in `Vagus-Agent` who calls: an application for a
 * socket that only that side-car knows.
 * @module
 */
import { AgentCard } from '@a2a-js/sdk'
import { type A2ARequestHandler, JsonRpcTransportHandler, ServerCallContext, validateVersion } from '@a2a-js/sdk/server'
import { isAgentId } from '@vagus/identity'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { answerProblem, problemOf } from '../http/problem.ts'
import type { Standing } from '../lines/agents/line-orderers.ts'
import { a2aPath } from './agent-card.ts'
import { FairPlaces } from '../mcp/fair-places.ts'
import { callerKey, signalKey } from './network-agent.ts'
import type { Caller } from './task-desk.ts'

/** Octets of a request. */
const maxRequestOctets = 262_144
/** Streams at once, shared by the agents; one more is refused, and its task goes on. */
const maxStreams = 256
/** Requests that are being answered, likewise: some wait for the end of a task. */
const maxAsking = 256
/** Proxies and servers drop a connection that says nothing for long. Milliseconds. */
const heartbeat = 15_000

export interface A2aAppOptions {
  readonly handler: A2ARequestHandler
  readonly card: AgentCard
  /** What the owner of the fleet says of an agent. */
  readonly standingOf: (agent: string) => Standing
  /** Ends streams: the controller stops. */
  readonly signal: AbortSignal
}

export function a2aApp({ handler, card, standingOf, signal }: A2aAppOptions): Hono {
  const rpc = new JsonRpcTransportHandler(handler)
  const app = new Hono()
  const [streams, asking] = [new FairPlaces(maxStreams), new FairPlaces(maxAsking)]
  app.get('/.well-known/agent-card.json', (c) => c.json(AgentCard.toJSON(card) as object))
  app.all(a2aPath, async (c, next) => (c.req.method === 'POST' ? next() : c.body(null, 405, { allow: 'POST' })))
  const tooLarge = (c: Context): Response =>
    answerProblem(c, { ...problemOf(400, `a request has at most ${maxRequestOctets} octets`), status: 413 })
  app.post(a2aPath, bodyLimit({ maxSize: maxRequestOctets, onError: tooLarge }), async (c) => {
    const agent = c.req.header('vagus-agent') ?? ''
    if (!isAgentId(agent)) return answerProblem(c, problemOf(403, 'nobody says which agent asks'))
    const standing = standingOf(agent)
    if (standing.type === 'barred') return answerProblem(c, problemOf(403, standing.because))
    const answered = asking.take(agent)
    if (answered === undefined) return answerProblem(c, problemOf(503, asking.full))
    try {
      return await reply(c, { agent, name: standing.name })
    } finally {
      answered()
    }
  })
  async function reply(c: Context, caller: Caller): Promise<Response> {
    const body = await c.req.text()
    const left = new AbortController()
    const ends = AbortSignal.any([signal, left.signal, c.req.raw.signal])
    const requestedVersion = c.req.header('a2a-version') ?? '0.3' // as the specification has it (§3.6.2)
    try {
      validateVersion(requestedVersion, card, 'JSONRPC')
    } catch (error) {
      return c.json({ jsonrpc: '2.0', id: idIn(body), error: JsonRpcTransportHandler.mapToJSONRPCError(error) })
    }
    const context = new ServerCallContext({
      requestedVersion,
      user: { isAuthenticated: true, userName: caller.agent },
      state: new Map<string, unknown>([
        [callerKey, caller],
        [signalKey, ends],
      ]),
    })
    const answer = await rpc.handle(body, context)
    if (!(Symbol.asyncIterator in answer)) return c.json(answer)
    const leave = streams.take(caller.agent)
    if (leave === undefined)
      return answerProblem(c, problemOf(503, 'your share of the streams that may be open is used up; ask by GetTask'))
    // What is refused is no stream.
    let first: IteratorResult<object, void>
    try {
      first = await answer.next()
    } catch (error) {
      leave()
      return c.json({ jsonrpc: '2.0', id: idIn(body), error: JsonRpcTransportHandler.mapToJSONRPCError(error) })
    }
    const onEnd = (): void => {
      leave()
      left.abort()
    }
    return c.body(eventsOf(first, answer, { id: idIn(body), signal, onEnd }), 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    })
  }
  return app
}

const encoder = new TextEncoder()

function eventsOf(
  first: IteratorResult<object, void>,
  answers: AsyncGenerator<object, void, undefined>,
  { id, signal, onEnd }: { readonly id: unknown; readonly signal: AbortSignal; readonly onEnd: () => void },
): ReadableStream<Uint8Array> {
  let timer: NodeJS.Timeout
  let coming: IteratorResult<object, void> | undefined = first
  let isOpen = true
  const end = (): void => {
    if (!isOpen) return
    isOpen = false
    clearInterval(timer)
    onEnd()
  }
  const say = (sink: ReadableStreamDefaultController<Uint8Array>, text: string): void => {
    if (isOpen) sink.enqueue(encoder.encode(`${text}\n\n`)) // whoever left while we waited hears nothing
  }
  return new ReadableStream<Uint8Array>({
    start(sink) {
      timer = setInterval(() => say(sink, ':'), heartbeat).unref()
    },
    async pull(sink) {
      try {
        const next = coming ?? (await answers.next())
        coming = undefined
        if (next.done !== true) return say(sink, `data: ${JSON.stringify(next.value)}`)
      } catch (error) {
        const problem = { jsonrpc: '2.0', id, error: JsonRpcTransportHandler.mapToJSONRPCError(error) }
        say(sink, `data: ${JSON.stringify(problem)}`)
      }
      if (!isOpen) return
      end()
      // A clean end would say that nothing more becomes of the task.
      if (signal.aborted) sink.error(new Error('the controller stops'))
      else sink.close()
    },
    cancel: () => end(),
  })
}

/** Of a JSON-RPC call. */
function idIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { readonly id?: unknown } | null)?.id ?? null
  } catch {
    return null
  }
}
