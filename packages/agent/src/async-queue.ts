/** Values that one side puts and another awaits, with a limit: at it the oldest goes, or the newest is refused. @module */

export class AsyncQueue<Value> {
  readonly #limit: number
  readonly #atLimit: 'drop the oldest' | 'refuse the newest'
  readonly #values: Value[] = []
  #waiting: { readonly iterator: object; readonly give: (result: IteratorResult<Value, undefined>) => void }[] = []
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

  /** What is there can still be fetched. */
  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting.give({ done: true, value: undefined })
  }

  /** All iterators share the values: each goes to one of them. `onReturn` is called when whoever iterated leaves. */
  iterate(onReturn: () => void = () => undefined): AsyncIterableIterator<Value, undefined> {
    const over = { done: true, value: undefined } as const
    let hasLeft = false
    const iterator: AsyncIterableIterator<Value, undefined> = {
      next: () => {
        if (hasLeft) return Promise.resolve(over)
        if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift()! })
        if (this.#ended) return Promise.resolve(over)
        return new Promise((give) => this.#waiting.push({ iterator, give }))
      },
      return: () => {
        hasLeft = true
        for (const waiting of this.#waiting) if (waiting.iterator === iterator) waiting.give(over)
        this.#waiting = this.#waiting.filter((waiting) => waiting.iterator !== iterator)
        onReturn()
        return Promise.resolve(over)
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }
}
