/**
 * Sends spans by OTLP/HTTP. What waits is bounded; a receiver that is away costs the spans that find no room, and these are
 * counted and told of once. It never throws, and never keeps the process alive.
 * @module
 */
import { type ExportedSpan, otlpTraces, type TraceSettings } from '@vagus/signals'
import { post, type Reply } from './post.ts'

/** Spans of one request (as of OTEL_BSP_MAX_EXPORT_BATCH_SIZE). */
const maxBatch = 512
/** Milliseconds before the next try: doubled each time. */
const retry = { first: 1000, most: 30_000 } as const
/** Statuses after which the same request may be taken later (OTLP/HTTP, "Retryable Response Codes"). */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** How sending goes. */
export interface Delivery {
  readonly sent: number
  /** Found no room, or were refused. */
  readonly dropped: number
  readonly waiting: number
}

export type SenderSettings = Pick<
  TraceSettings,
  'url' | 'headers' | 'compression' | 'timeout' | 'queue' | 'delay' | 'resource'
>

export class SpanSender {
  readonly #settings: SenderSettings
  readonly #report: (line: string) => void
  readonly #waiting: ExportedSpan[] = []
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #failures = 0
  #sent = 0
  #dropped = 0
  /** How many were dropped when that was told of. */
  #droppedBefore = 0
  #isTold = false

  /** @param report takes a line for people */
  constructor(settings: SenderSettings, report: (line: string) => void) {
    this.#settings = settings
    this.#report = report
  }

  get delivery(): Delivery {
    return { sent: this.#sent, dropped: this.#dropped, waiting: this.#waiting.length }
  }

  take(span: ExportedSpan): void {
    if (this.#waiting.length >= this.#settings.queue) {
      this.#dropped++
      return
    }
    this.#waiting.push(span)
    if (this.#waiting.length >= maxBatch && this.#failures === 0) this.#begin()
    else this.#within(this.#settings.delay)
  }

  /** Sends what waits, within the time; what it does not get there is lost. @param milliseconds for all of it */
  async close(milliseconds: number): Promise<void> {
    clearTimeout(this.#timer)
    const late = setTimeout(() => this.#closing.abort(), milliseconds)
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      const before = this.#failures
      this.#begin()
      await this.#sending
      if (this.#failures > before) break
    }
    clearTimeout(late)
    clearTimeout(this.#timer)
    this.#closing.abort()
  }

  #within(milliseconds: number): void {
    if (this.#timer !== undefined || this.#sending !== undefined || this.#closing.signal.aborted) return
    this.#timer = setTimeout(() => this.#begin(), milliseconds).unref()
  }

  #begin(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
      if (this.#waiting.length > 0) this.#within(this.#pause)
    })
  }

  get #pause(): number {
    if (this.#failures > 0) return Math.min(retry.first * 2 ** (this.#failures - 1), retry.most)
    return this.#waiting.length >= maxBatch ? 0 : this.#settings.delay
  }

  /** They keep their places until they are taken, so that what waits stays bounded. */
  async #send(): Promise<void> {
    const spans = this.#waiting.slice(0, maxBatch)
    if (spans.length === 0) return
    const { url, headers, compression, timeout, resource } = this.#settings
    const body = JSON.stringify(otlpTraces(resource, spans))
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeout)])
    const reply = await post(url, { headers, compression, body }, signal)
    if (reply.type === 'failed' || passing.has(reply.status)) return this.#failed(reply)
    this.#waiting.splice(0, spans.length)
    if (reply.status >= 200 && reply.status < 300) this.#taken(spans.length, reply.text)
    else {
      this.#dropped += spans.length
      this.#tellOnce(`it answers ${reply.status}`)
    }
  }

  #taken(count: number, answer: string): void {
    const { rejected, why } = rejectedIn(answer, count)
    this.#sent += count - rejected
    this.#dropped += rejected
    this.#failures = 0
    if (rejected > 0) this.#tellOnce(`it refuses ${rejected} of ${count}: ${why}`)
    else if (this.#isTold) {
      this.#isTold = false
      const lost = this.#dropped - this.#droppedBefore
      this.#report(`spans are taken at ${this.#settings.url} again; ${lost} were dropped meanwhile`)
    }
    this.#droppedBefore = this.#dropped
  }

  #failed(reply: Reply): void {
    this.#failures++
    if (this.#closing.signal.aborted) return
    this.#tellOnce(reply.type === 'failed' ? reply.problem : `it answers ${reply.status}`)
  }

  #tellOnce(problem: string): void {
    if (this.#isTold) return
    this.#isTold = true
    const { url, queue } = this.#settings
    this.#report(`spans are not taken at ${url}: ${problem}; ${queue} wait, more are dropped (docs/65)`)
  }
}

/** What a receiver did not take of a request that it took (OTLP/HTTP, "Partial Success"). */
function rejectedIn(answer: string, most: number): { readonly rejected: number; readonly why: string } {
  try {
    const { partialSuccess } = JSON.parse(answer) as { readonly partialSuccess?: Readonly<Record<string, unknown>> }
    const { rejectedSpans = 0, errorMessage = '' } = partialSuccess ?? {}
    const rejected = Number(rejectedSpans)
    return { rejected: rejected > 0 ? Math.min(Math.trunc(rejected), most) : 0, why: String(errorMessage) }
  } catch {
    return { rejected: 0, why: '' } // an answer that is no JSON: it was taken all the same
  }
}
