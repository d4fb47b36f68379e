/**
 * The events of the network: first the newest that the API has, then the live stream, resumed by id after every break.
 * @module
 */
import type { Event, EventList } from '@vagus/api'
import { sentenceOf, sentences } from '@vagus/api/sentences'
import { effect, signal } from '@preact/signals'
import { isOtherLog, maxEvents, withEvents } from './event-list.ts'
import { createStreamReader } from './event-stream.ts'
import { paused } from './live.ts'
import { getJson, signedOut, urlOf } from './request.ts'
import { refresh } from './resource.ts'

/** Newest first. */
export const events = signal<readonly Event[]>([])
/** `loading` until the first page came; `waiting` between two tries. */
export const streamState = signal<'loading' | 'open' | 'waiting'>('loading')

/** The waits between tries grow up to this. */
const maxWait = 10_000

let lastId = 0
let refreshing: ReturnType<typeof setTimeout> | undefined

/** Events change figures too; a storm of events reloads them at most every two seconds. */
function refreshSoon(): void {
  if (refreshing !== undefined) return
  refresh()
  refreshing = setTimeout(() => (refreshing = undefined), 2000)
}

/** The sentence of an event; one that this page does not know yet is shown as its name and fields. */
export function textOf(event: Event): string {
  if (Object.hasOwn(sentences, event.event)) return sentenceOf(event)
  const fields = Object.entries(event.fields).map(([name, value]) => `${name} ${value}`)
  return [event.event, ...fields].join(', ')
}

function take(more: readonly Event[]): void {
  for (const { id } of more) lastId = Math.max(lastId, id)
  events.value = withEvents(events.value, more)
}

/** The newest events; drops what the page had of an older log. */
async function readNewest(): Promise<void> {
  const { items } = await getJson<EventList>(`/v1/events?limit=${maxEvents}`)
  if (isOtherLog(events.peek(), items)) {
    events.value = []
    lastId = 0
  }
  take(items)
}

async function readStream(stop: AbortSignal): Promise<void> {
  const response = await fetch(urlOf('/v1/events'), {
    headers: { accept: 'text/event-stream', 'last-event-id': String(lastId) },
    signal: stop,
  })
  if (!response.ok || response.body === null) throw new Error(`events: ${response.status}`)
  streamState.value = 'open'
  const reader = createStreamReader()
  for await (const octets of response.body) {
    const more = reader.read(octets).filter(({ name }) => name === '')
    if (more.length === 0) continue
    take(more.map(({ data }) => JSON.parse(data) as Event))
    refreshSoon()
  }
}

async function follow(stop: AbortSignal): Promise<void> {
  let wait = 500
  while (!stop.aborted) {
    const before = Date.now()
    try {
      await readNewest()
      await readStream(stop)
    } catch {
      // the panels' own requests say that the controller is gone
    }
    if (stop.aborted) return
    streamState.value = 'waiting'
    wait = Date.now() - before > maxWait ? 500 : Math.min(maxWait, wait * 2)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

/** Whether the browser keeps the page only for a step back. */
const isLeft = signal(false)
addEventListener('pagehide', () => (isLeft.value = true))
addEventListener('pageshow', () => (isLeft.value = false))

/** Follows the events as long as the page is not paused; of who is signed out, or away, none stay. */
export function startEvents(): void {
  effect(() => {
    if (signedOut.value || isLeft.value) {
      events.value = []
      return undefined
    }
    if (paused.value) return undefined
    const stop = new AbortController()
    void follow(stop.signal)
    return () => stop.abort()
  })
}
