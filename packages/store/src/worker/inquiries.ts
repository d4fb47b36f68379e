/** The calling side: running queries and their callers' promises. @module */
import { StoreError } from '../errors.ts'
import type { Patience } from '../query/queries.ts'
import type { FromWorker, QuestionName, Questions, ToWorker } from './messages.ts'

const defaultDeadline = 30_000
/** Milliseconds after the deadline, for a thread that is too busy to report it. */
const grace = 5000

interface Inquiry {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export class Inquiries {
  readonly #post: (message: ToWorker) => void
  readonly #open = new Map<number, Inquiry>()
  readonly #waiting = new Set<{ readonly block: number; readonly resolve: () => void }>()
  #ids = 0
  #loadedTo = 0

  constructor(post: (message: ToWorker) => void) {
    this.#post = post
  }

  ask<Name extends QuestionName>(
    name: Name,
    query: Questions[Name][0],
    { signal, deadline = defaultDeadline }: Patience = {},
  ): Promise<Questions[Name][1]> {
    const id = ++this.#ids
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    return new Promise((resolve, reject) => {
      const end = this.#patience(signal, deadline + grace, (error) => {
        this.#open.delete(id)
        this.#post({ type: 'call-off', id })
        reject(error)
      })
      this.#open.set(id, {
        resolve: (value) => {
          end()
          resolve(value as Questions[Name][1])
        },
        reject: (error) => {
          end()
          reject(error)
        },
      })
      this.#post({ type: 'ask', id, name, query, deadline })
    })
  }

  loaded(block: number, { signal, deadline = defaultDeadline }: Patience = {}): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    if (block <= this.#loadedTo) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const end = this.#patience(signal, deadline, (error) => {
        this.#waiting.delete(waiter)
        reject(error)
      })
      const waiter = {
        block,
        resolve: () => {
          end()
          resolve()
        },
      }
      this.#waiting.add(waiter)
    })
  }

  hear(message: Extract<FromWorker, { type: 'answer' | 'refusal' | 'loaded' }>): void {
    if (message.type === 'loaded') {
      this.#loadedTo = message.block
      for (const waiter of this.#waiting) {
        if (waiter.block > message.block) continue
        this.#waiting.delete(waiter)
        waiter.resolve()
      }
      return
    }
    const inquiry = this.#open.get(message.id)
    this.#open.delete(message.id)
    if (message.type === 'answer') inquiry?.resolve(message.value)
    else if (message.code === 'range') inquiry?.reject(new RangeError(message.problem))
    else inquiry?.reject(new StoreError(message.code, message.problem))
  }

  /** The thread has ended. Callers of `loaded` keep waiting: the next thread reads their blocks from the log. */
  refuseAll(error: StoreError): void {
    for (const { reject } of this.#open.values()) reject(error)
    this.#open.clear()
  }

  /** Calls `giveUp` on abort or after `milliseconds`, unless the returned function is called before. */
  #patience(signal: AbortSignal | undefined, milliseconds: number, giveUp: (error: unknown) => void): () => void {
    const abort = (): void => {
      clearTimeout(timer)
      giveUp(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      giveUp(new StoreError('deadline', `no answer within ${milliseconds} ms; query a shorter window`))
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
    return () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
}
