/**
 * A `fetch` for stock clients that call through a side-car. If the connection to the side-car breaks in the middle of
 * an event stream because the side-car restarted, it asks for the events after the last complete one, as browsers do
 * (HTML §9.2), and the client sees one stream. If the client abandons a stream and subscribes to its task, it asks in
 * the same way for the events that the client has not taken: the client gets the events it missed, not the task as it
 * is now.
 *
 *   new JsonRpcTransportFactory({ fetchImpl: resumingFetch() })
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import { endsEvent, EventSplitter, fieldsOf } from '@vagus/wire/event-stream'
import { OpenTasks, subscribedTaskOf, type TaskStream } from './open-tasks.ts'

export interface ResumingOptions {
  /** Milliseconds to keep trying while nothing arrives. Default 60,000. */
  readonly giveUpAfter?: number
}

const pauseBetween = 100
/** One event; longer ones are passed on in pieces, and not asked for again. As much as a side-car gives an id to. */
const maxEventOctets = 12 * 1024 * 1024

export function resumingFetch(
  { giveUpAfter = 60_000 }: ResumingOptions = {},
  inner: typeof fetch = fetch,
): typeof fetch {
  const tasks = new OpenTasks()
  return async (input, init) => {
    const taskId = subscribedTaskOf(input, init?.body)
    const lastEventId = taskId === undefined ? undefined : tasks.lastEventId(taskId)
    const response = await (lastEventId === undefined ? inner(input, init) : subscribe(inner, input, init, lastEventId))
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!isStream || response.body === null) return response
    const again = async (lastEventId: string): Promise<Response | undefined> => {
      const next = await inner(input, behind(init, lastEventId))
      if (next.ok) return next
      const text = await next.text()
      return isFinal(next, text) ? Promise.reject(new Error(text)) : undefined
    }
    const stream = tasks.stream(taskId)
    const body = ReadableStream.from(events(response, again, stream, giveUpAfter, init?.signal ?? undefined))
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
  }
}

/** Whether asking again is useless: the stream is not kept, or the side-car says why it has ended. */
const isFinal = ({ status }: Response, text: string): boolean =>
  status < 500 || (status !== 503 && text.includes('"urn:vagus:problem:')) // 503 is temporary (RFC 9110 §15.6.4)

function behind(init: RequestInit | undefined, lastEventId: string): RequestInit {
  const headers = new Headers(init?.headers)
  headers.set('last-event-id', lastEventId)
  return { ...init, headers }
}

/** Resumes after the last event, or starts from the current task if that event is no longer kept. */
async function subscribe(
  inner: typeof fetch,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  lastEventId: string,
): Promise<Response> {
  const response = await inner(input, behind(init, lastEventId))
  if (response.ok || !isFinal(response, await response.clone().text())) return response
  await response.body?.cancel()
  return inner(input, init)
}

async function* events(
  first: Response,
  again: (lastEventId: string) => Promise<Response | undefined>,
  stream: TaskStream,
  giveUpAfter: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let response: Response | undefined = first
  let last: string | undefined
  let isWithin = false // an event that is passed on in pieces
  let since = Date.now()
  for (;;) {
    try {
      if (response !== undefined) {
        for await (const octets of eventsIn(response)) {
          const isWhole = !isWithin && endsEvent(octets)
          const { id, data } = isWhole ? fieldsOf(octets) : {}
          last = isWhole ? (id ?? last) : undefined
          isWithin = !endsEvent(octets)
          since = Date.now()
          yield octets
          stream.taken(data, last) // the program asked for the next event, so it has this one
        }
        stream.ended()
        return
      }
    } catch (error) {
      if (signal?.aborted === true || last === undefined || Date.now() - since > giveUpAfter) throw error
    }
    if (Date.now() - since > giveUpAfter) throw new Error(`the side-car did not come back within ${giveUpAfter} ms`)
    await pause(pauseBetween, undefined, signal === undefined ? {} : { signal })
    const id: string = last! // sound: a break before the first id was thrown above
    response = await again(id).catch((error: unknown) => {
      if (signal?.aborted === true || !(error instanceof TypeError)) throw error
      return undefined // the side-car does not listen yet
    })
  }
}

/** Omits an event that was cut off: it will be sent again. */
async function* eventsIn(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const splitter = new EventSplitter(maxEventOctets)
  for await (const octets of response.body!) yield* splitter.push(octets)
  const rest = splitter.rest()
  if (endsEvent(rest)) yield rest
}
