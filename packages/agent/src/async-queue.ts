/** Values that one side puts and another awaits, with a limit: at it the oldest goes, or the newest is refused. @module */

export class AsyncQueue<Value> {
  readonly #limit: number
  readonly #atLimit: 'drop the oldest' | 'refuse the newest'
  readonly #values: Value[] = []
  readonly #waiting: ((result: IteratorResult<Value, undefined>) => void)[] = []
  #ended = false

  constructor(limit: number, atLimit: 'drop the oldest' | 'refuse the newest') {
    this.#limit = limit
    this.#atLimit = atLimit
  }

  /** `false`: refused. */
  push(value: Value): boolean {
    if (this.#ended) return false
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting({ done: false, value })
      return true
    }
    if (this.#values.length >= this.#limit) {
      if (this.#atLimit === 'refuse the newest') return false
      this.#values.shift()
    }
    this.#values.push(value)
    return true
  }

  /** What is there can still be fetched. */
  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined })
  }

  /** All iterators share the values: each goes to one of them. */
  iterate(): AsyncIterableIterator<Value, undefined> {
    const next = (): Promise<IteratorResult<Value, undefined>> => {
      if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift()! })
      if (this.#ended) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => this.#waiting.push(resolve))
    }
    const iterator: AsyncIterableIterator<Value, undefined> = {
      next,
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }
}
