/**
 * A bounded queue with awaiting readers. At the limit the oldest value is dropped, or the newest refused. @module
 */

type Result<Value> = IteratorResult<Value, undefined>

const finished = { done: true, value: undefined } as const

export class AsyncQueue<Value> {
  readonly #limit: number
  readonly #atLimit: 'drop the oldest' | 'refuse the newest'
  readonly #values: Value[] = []
  #waiting: { readonly iterator: object; readonly give: (result: Result<Value>) => void }[] = []
  #ended = false
  #isTaken = false

  constructor(limit: number, atLimit: 'drop the oldest' | 'refuse the newest') {
    this.#limit = limit
    this.#atLimit = atLimit
  }

  /** Whether it has, or had, a reader. */
  get isTaken(): boolean {
    return this.#isTaken
  }

  /** `false` if refused. */
  push(value: Value): boolean {
    if (this.#ended) return false
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting.give({ done: false, value })
      return true
    }
    if (this.#values.length >= this.#limit) {
      if (this.#atLimit === 'refuse the newest') return false
      this.#values.shift()
    }
    this.#values.push(value)
    return true
  }

  /** Ends the queue. Values already in it can still be read. */
  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting.give(finished)
  }

  /** Ends the queue, and returns the values that will not be read. */
  abandon(): readonly Value[] {
    this.end()
    return this.#values.splice(0)
  }

  /** All iterators share the values: each value goes to one of them. `onReturn` is called when a reader leaves. */
  iterate(onReturn?: () => void): AsyncIterableIterator<Value, undefined> {
    this.#isTaken = true
    return new QueueIterator(this, onReturn)
  }

  /** The next value for an iterator. */
  next(iterator: object): Promise<Result<Value>> {
    if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift()! })
    if (this.#ended) return Promise.resolve(finished)
    return new Promise((give) => {
      this.#waiting = this.#waiting.concat({ iterator, give }) // `push` would make room for seventeen
    })
  }

  /** The iterator waits for nothing more. */
  leave(iterator: object): void {
    for (const waiting of this.#waiting) if (waiting.iterator === iterator) waiting.give(finished)
    this.#waiting = this.#waiting.filter((waiting) => waiting.iterator !== iterator)
  }
}

/** A class, because each idle connection holds one: separate closures took three times the memory. */
class QueueIterator<Value> implements AsyncIterableIterator<Value, undefined> {
  /** `undefined` once the iterator has left. */
  #queue: AsyncQueue<Value> | undefined
  readonly #onReturn: (() => void) | undefined

  constructor(queue: AsyncQueue<Value>, onReturn: (() => void) | undefined) {
    this.#queue = queue
    this.#onReturn = onReturn
  }

  next(): Promise<Result<Value>> {
    return this.#queue?.next(this) ?? Promise.resolve(finished)
  }

  return(): Promise<Result<Value>> {
    this.#queue?.leave(this)
    this.#queue = undefined
    this.#onReturn?.()
    return Promise.resolve(finished)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
