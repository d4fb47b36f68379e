/**
 * Server-sent events (WHATWG HTML §9.2), resumed: after a disconnect the stream is reopened with `Last-Event-ID`, so
 * the controller continues after the last event and nothing is shown twice.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import { endsEvent, EventSplitter, fieldsOf } from '@vagus/wire/event-stream'
import type { Client } from './client.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

export interface StreamedEvent {
  /** Empty where the message has no `event` field. */
  readonly type: string
  readonly id: string
  readonly data: string
}

/** Changes of the connection, for the user who watches. */
export type Connection =
  | { readonly type: 'lost'; readonly because: string; readonly retryInSeconds: number }
  | { readonly type: 'resumed' }

const firstRetrySeconds = 1
const longestRetrySeconds = 15
/** The controller sends a comment at least every 15 s; three missed ones mean that the path is dead. */
const silentAfterMilliseconds = 45_000

export interface Follow {
  readonly path: string
  /** Continue after this id; empty: only new events. */
  readonly after: string
  readonly signal: AbortSignal
  /** Types of events to yield beside those without one. */
  readonly types?: readonly string[]
  /** Who answers, for people; default the controller. */
  readonly server?: string
  readonly onConnection: (connection: Connection) => void
}

/**
 * Yields events until `signal` is aborted. Connections are retried forever, the first one too: the caller has just got
 * the past events from the controller, so it was there.
 * @throws {Failure} usage or denied: the controller refuses.
 */
export async function* follow(
  client: Client,
  { path, after, signal, onConnection, ...asked }: Follow,
): AsyncGenerator<StreamedEvent> {
  const server = serverOf(asked)
  let last = after
  let wait = firstRetrySeconds
  let isLost = false
  while (!signal.aborted) {
    let because = `${server} closed the stream`
    try {
      const headers: Record<string, string> = last === '' ? {} : { 'last-event-id': last }
      const response = await client.open(path, headers)
      if (isLost) onConnection({ type: 'resumed' })
      isLost = false
      wait = firstRetrySeconds
      response.setTimeout(silentAfterMilliseconds, () => response.destroy(new Error(`${server} fell silent`)))
      const end = (): void => void response.destroy()
      signal.addEventListener('abort', end)
      try {
        for await (const event of eventsIn(response as AsyncIterable<Buffer>)) {
          if (event.id !== '') last = event.id
          if (event.type === 'end') because = reasonIn(event.data)
          else if (isAsked(asked, event)) yield event
        }
      } finally {
        signal.removeEventListener('abort', end) // it holds the response, and the signal may live for days
      }
    } catch (error) {
      if (signal.aborted) return
      // A slow or starting controller may answer later; a usage error or a denial will not change.
      if (error instanceof Failure && (error.exit === exitCode.usage || error.exit === exitCode.denied)) throw error
      because = (error as Error).message
    }
    if (signal.aborted) return
    isLost = true
    onConnection({ type: 'lost', because, retryInSeconds: wait })
    await pause(wait * 1000, undefined, { signal }).catch(() => undefined)
    wait = Math.min(wait * 2, longestRetrySeconds)
  }
}

const serverOf = ({ server = 'the controller' }: Pick<Follow, 'server'>): string => server
const isAsked = ({ types = [] }: Pick<Follow, 'types'>, { type }: StreamedEvent): boolean =>
  type === '' || types.includes(type)

/** A stream that ends on purpose says why in a last message, a Problem. */
function reasonIn(data: string): string {
  const problem = JSON.parse(data) as { readonly detail?: string; readonly title?: string }
  return problem.detail ?? problem.title ?? 'the controller ended the stream'
}

/** Octets of the longest accepted event; real ones have some hundred. */
const maxEvent = 1024 * 1024

/** Splits a stream into events. One longer than the limit ends the stream with an error. */
async function* eventsIn(octets: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const splitter = new EventSplitter(maxEvent)
  let last = ''
  for await (const part of octets) {
    for (const event of splitter.push(part)) {
      if (!endsEvent(event)) throw new Error(`an event of the stream is longer than ${maxEvent} octets`)
      const { type, id, data } = fieldsOf(event)
      last = id ?? last
      if (data !== undefined) yield { type, id: last, data }
    }
  }
}
