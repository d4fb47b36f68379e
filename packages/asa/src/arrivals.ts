/** What arrives, for whoever iterates: kept until it is taken, the oldest lost beyond a limit. @module */

export class Arrivals<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #limit: number
  readonly #onReturn: () => void
  readonly #items: Item[] = []
  readonly #takers: PromiseWithResolvers<IteratorResult<Item, undefined>>[] = []
  #end: { readonly error?: unknown } | undefined
  /** Items that were lost because nobody took them. */
  lost = 0

  /** `onReturn` is called once, when it ended or whoever iterated left. */
  constructor(limit: number, onReturn: () => void = () => undefined) {
    this.#limit = limit
    this.#onReturn = onReturn
  }

  push(item: Item): void {
    if (this.#end !== undefined) return
    const taker = this.#takers.shift()
    if (taker !== undefined) return taker.resolve({ done: false, value: item })
    this.#items.push(item)
    if (this.#items.length <= this.#limit) return
    this.#items.shift()
    this.lost++
  }

  /** What arrived is still given out, then it is over, or fails with `error`. */
  end(outcome: { readonly error?: unknown } = {}): void {
    if (this.#end !== undefined) return
    this.#end = outcome
    for (const taker of this.#takers.splice(0)) taker.resolve(this.#last())
    this.#onReturn()
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const item = this.#items.shift()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    if (this.#end !== undefined) return this.#last()
    const taker = Promise.withResolvers<IteratorResult<Item, undefined>>()
    this.#takers.push(taker)
    return taker.promise
  }

  #last(): Promise<IteratorResult<Item, undefined>> {
    const error = this.#end?.error
    if (error === undefined) return Promise.resolve({ done: true, value: undefined })
    this.#end = {}
    return Promise.reject(error)
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#items.length = 0
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
