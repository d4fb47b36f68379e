/**
 * Values that one side puts and another awaits, with a limit: at it the oldest goes, or the newest is refused. @module
 */

type Result<Value> = IteratorResult<Value, undefined>

const over = { done: true, value: undefined } as const

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

  /** Whether somebody takes its values, or did. */
  get isTaken(): boolean {
    return this.#isTaken
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
    for (const waiting of this.#waiting.splice(0)) waiting.give(over)
  }

  /** Ends, and gives back what nobody will fetch. */
  abandon(): readonly Value[] {
    this.end()
    return this.#values.splice(0)
  }

  /** All iterators share the values: each goes to one of them. `onReturn` is called when whoever iterated leaves. */
  iterate(onReturn?: () => void): AsyncIterableIterator<Value, undefined> {
    this.#isTaken = true
    return new QueueIterator(this, onReturn)
  }

  /** The next value, for one who iterates. */
  next(iterator: object): Promise<Result<Value>> {
    if (this.#values.length > 0) return Promise.resolve({ done: false, value: this.#values.shift()! })
    if (this.#ended) return Promise.resolve(over)
    return new Promise((give) => {
      this.#waiting = this.#waiting.concat({ iterator, give }) // a list that is pushed to gets room for seventeen
    })
  }

  /** Whoever iterated waits for nothing more. */
  leave(iterator: object): void {
    for (const waiting of this.#waiting) if (waiting.iterator === iterator) waiting.give(over)
    this.#waiting = this.#waiting.filter((waiting) => waiting.iterator !== iterator)
  }
}

/** A class, because each connection has one at rest: functions of its own for each took three times the memory. */
class QueueIterator<Value> implements AsyncIterableIterator<Value, undefined> {
  /** `undefined`: it has left. */
  #queue: AsyncQueue<Value> | undefined
  readonly #onReturn: (() => void) | undefined

  constructor(queue: AsyncQueue<Value>, onReturn: (() => void) | undefined) {
    this.#queue = queue
    this.#onReturn = onReturn
  }

  next(): Promise<Result<Value>> {
    return this.#queue?.next(this) ?? Promise.resolve(over)
  }

  return(): Promise<Result<Value>> {
    this.#queue?.leave(this)
    this.#queue = undefined
    this.#onReturn?.()
    return Promise.resolve(over)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
