/**
 * One reader of the event stream (text/event-stream, WHATWG HTML §9.2). There is no queue per reader: the event log is
 * the queue and the reader a place in it, so a slow reader costs nothing. One that takes nothing for a minute while
 * there is something to take is ended, and comes back with `Last-Event-ID`.
 * @module
 */
import type { Event, EventName, Problem, Status } from '@vagus/api'
import type { EventLog } from '../events/event-log.ts'
import { problemOf } from './problem.ts'

export interface EventStreamOptions {
  readonly log: EventLog
  /** Id of the last event that the reader has; undefined starts with what comes. */
  readonly after: number | undefined
  readonly isWanted: (event: EventName) => boolean
  /** The status, for readers that asked for it; when there is none now, the next tick asks again. */
  readonly status: (() => Promise<Status>) | undefined
  /** Whether the reader may still read: a token was taken back, or a session has ended. */
  readonly holds?: () => boolean
  /** Ends the stream: the controller stops. */
  readonly signal: AbortSignal
  /** Called once, however the stream ends. */
  readonly onEnd: () => void
}

/** Proxies drop a connection that is silent for half a minute or more. */
const heartbeat = 15_000
const statusStep = 2000
/** Between two looks whether the reader may still read. */
const holdsStep = 1000
/** Events written at once. */
const pageSize = 100
const stallLimit = 60_000
/** A comment: in place of the heartbeat, which a status that is asked for more often leaves no room for. */
const noStatus = ': no status now\n\n'
/** How long a browser waits before it comes back, in milliseconds. */
const retry = 2000

export function eventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const reader = new StreamReader(options)
  return new ReadableStream<Uint8Array>({
    start: (controller) => reader.start(controller),
    pull: (controller) => reader.pull(controller),
    cancel: () => reader.stop(),
  })
}

type Sink = ReadableStreamDefaultController<Uint8Array>
const encoder = new TextEncoder()

class StreamReader {
  readonly #options: EventStreamOptions
  readonly #undo: (() => void)[] = []
  #cursor: number
  #due: 'heartbeat' | 'status' | undefined
  #wake = (): void => undefined
  /** Something came since the last look: it must not be slept over. */
  #hasNews = false
  #pulledAt = performance.now()
  #state: 'open' | 'ended' = 'open'

  constructor(options: EventStreamOptions) {
    this.#options = options
    const { after, log, status } = options
    // An id that was never given out is from another life of the state's folder: begin with what there is.
    this.#cursor = after === undefined ? log.lastId : after > log.lastId ? 0 : after
    this.#due = status === undefined ? undefined : 'status'
  }

  start(sink: Sink): void {
    const { log, status, signal } = this.#options
    sink.enqueue(encoder.encode(`retry: ${retry}\n\n`))
    this.#undo.push(log.listen(() => this.#news()))
    this.#every(heartbeat, () => {
      if (performance.now() - this.#pulledAt > stallLimit) {
        this.#end(sink, problemOf(503, `nothing was read for ${stallLimit / 1000} s; come back with Last-Event-ID`))
      }
      this.#due ??= 'heartbeat'
    })
    if (this.#options.holds !== undefined) {
      const clock = setInterval(() => this.#check(sink), holdsStep)
      this.#undo.push(() => clearInterval(clock))
    }
    if (status !== undefined) this.#every(statusStep, () => (this.#due = 'status'))
    const leave = (): void => this.#end(sink, problemOf(503, 'the controller stops; come back with Last-Event-ID'))
    signal.addEventListener('abort', leave, { once: true })
    this.#undo.push(() => signal.removeEventListener('abort', leave))
  }

  /** Called by the stream whenever its consumer has room: this is what holds a slow reader back. */
  async pull(sink: Sink): Promise<void> {
    try {
      await this.#fill(sink)
    } catch (error) {
      this.stop() // the rejection ends the stream: no timer may write to it any more
      throw error
    }
  }

  async #fill(sink: Sink): Promise<void> {
    while (this.#state === 'open') {
      this.#hasNews = false
      this.#pulledAt = performance.now()
      const text = await this.#next()
      if (this.#state !== 'open') return
      if (text !== '') {
        sink.enqueue(encoder.encode(text))
        return
      }
      if (!this.#hasNews) await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  stop(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#options.onEnd()
    for (const undo of this.#undo) undo()
    this.#wake()
  }

  async #next(): Promise<string> {
    const { log, isWanted, status } = this.#options
    const events = log.read(this.#cursor, pageSize, isWanted)
    this.#cursor = events.at(-1)?.id ?? log.lastId
    if (events.length > 0) return events.map(messageOf).join('')
    const due = this.#due
    this.#due = undefined
    if (due === 'status' && status !== undefined) {
      const found = await status().catch(() => undefined)
      return found === undefined ? noStatus : `event: status\ndata: ${JSON.stringify(found)}\n\n`
    }
    return due === 'heartbeat' ? ': still here\n\n' : ''
  }

  #every(milliseconds: number, step: () => void): void {
    const timer = setInterval(() => {
      step()
      this.#news()
    }, milliseconds)
    this.#undo.push(() => clearInterval(timer))
  }

  #check(sink: Sink): void {
    if (this.#options.holds?.() === false) this.#end(sink, problemOf(401, 'what let you in has ended; sign in again'))
  }

  #news(): void {
    this.#hasNews = true
    this.#wake()
  }

  #end(sink: Sink, problem: Problem): void {
    if (this.#state !== 'open') return
    this.stop()
    if (sink.desiredSize === null) return // the stream has failed, and takes nothing
    const { log, isWanted } = this.#options
    const last = log.read(this.#cursor, pageSize, isWanted).map(messageOf).join('')
    sink.enqueue(encoder.encode(`${last}event: end\ndata: ${JSON.stringify(problem)}\n\n`))
    sink.close()
  }
}

const messageOf = (event: Event): string => `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`
