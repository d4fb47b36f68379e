/**
 * Tells consumers of their sessions. What is to be told stands in the session, so after kill -9 a change may come twice, with the
 * same id, and none is lost. Of one session one thing at a time, the oldest first.
 * @module
 */
import { qodPath } from '@vagus/api/camara'
import { SinkGone } from './post-event.ts'
import type { SessionBook } from './session-book.ts'
import { eventOf, type KeptSession } from './session.ts'

/** Sessions of which something is being told at once; the others wait. */
const maxAtOnce = 16
/** The same of one consumer, so that one whose sinks never answer does not hold up the others. */
const maxOfOne = 4
/** Milliseconds between two tries, doubled with each failure. */
const retryMs = 2000
/** After so many, some 17 minutes later, nobody is told any more. */
export const maxFailures = 10
/** Milliseconds. One that is longer is of a clock that was set back. */
const longestWait = retryMs * 2 ** (maxFailures - 2)

export interface CourierParts {
  readonly book: SessionBook
  /** @throws where it was not taken */
  readonly post: (event: { url: string; token: string | undefined; json: string }) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export class Courier {
  readonly #parts: CourierParts
  /** Whose it is, by session. */
  readonly #busy = new Map<string, KeptSession['consumer']>()
  readonly #failed = new Map<string, { readonly times: number; readonly notBefore: number }>()
  #isStopped = false

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  /** To be called after changes and once a second. */
  step(): void {
    const { book, now } = this.#parts
    if (this.#isStopped) return
    for (const session of book.all) {
      if (session.news.length === 0 || this.#busy.has(session.id)) continue
      const wait = (this.#failed.get(session.id)?.notBefore ?? 0) - now()
      if (wait > 0 && wait <= longestWait) continue
      if (this.#busy.size >= maxAtOnce) return
      if ([...this.#busy.values()].filter((one) => one === session.consumer).length >= maxOfOne) continue
      this.#busy.set(session.id, session.consumer)
      void this.#tell(session).finally(() => {
        this.#busy.delete(session.id)
        this.step()
      })
    }
  }

  /** What is not told is told after the next start. */
  stop(): void {
    this.#isStopped = true
  }

  async #tell(session: KeptSession): Promise<void> {
    const { id, sink, news } = session
    const { post, now } = this.#parts
    const [next] = news
    if (sink === undefined || next === undefined) return this.#told(id, () => [])
    const { token } = sink
    if (token !== undefined && token.until <= now()) return this.#giveUp(id, 'its token for the sink has expired')
    const json = JSON.stringify(eventOf(session, next, `${qodPath}/sessions/${id}`))
    try {
      await post({ url: sink.url, token: token?.text, json })
      this.#failed.delete(id)
      this.#told(id, (all) => all.filter((one) => one.id !== next.id))
    } catch (error) {
      const times = (this.#failed.get(id)?.times ?? 0) + 1
      if (error instanceof SinkGone || times >= maxFailures) return this.#giveUp(id, (error as Error).message)
      this.#failed.set(id, { times, notBefore: now() + retryMs * 2 ** (times - 1) })
    }
  }

  #giveUp(id: string, because: string): void {
    this.#failed.delete(id)
    this.#parts.report(`nobody is told of session ${id}: ${because}`)
    this.#told(id, () => [])
  }

  #told(id: string, left: (news: KeptSession['news']) => KeptSession['news']): void {
    const { book, report } = this.#parts
    const session = book.find(id)
    if (session === undefined) return
    try {
      book.put({ ...session, news: left(session.news) })
    } catch (error) {
      // It is told again; not at once, as the disk is no better then.
      this.#failed.set(id, { times: 1, notBefore: this.#parts.now() + retryMs })
      report(`what was told of session ${id} could not be written down: ${String(error)}`)
    }
  }
}
