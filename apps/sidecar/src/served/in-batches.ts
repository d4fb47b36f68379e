/** Reads ahead: what came while something else was done is there at once, in order. @module */

/** What is read ahead at most; then the source waits. */
const maxWaiting = 4096

export interface Arrived<Value> {
  readonly value: Value
  /** By `performance.now`. */
  readonly at: number
}

/** What `source` gives, in batches of all that has come. Throws what it throws, behind what came before. */
export async function* inBatches<Value>(source: AsyncIterable<Value>): AsyncGenerator<readonly Arrived<Value>[]> {
  const iterator = source[Symbol.asyncIterator]()
  let waiting: Arrived<Value>[] = []
  let news = Promise.withResolvers<void>()
  let room = Promise.withResolvers<void>()
  let end: { readonly error?: unknown } | undefined
  const read = async (): Promise<void> => {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) return
      waiting.push({ value: next.value, at: performance.now() })
      news.resolve()
      while (waiting.length >= maxWaiting) await room.promise
    }
  }
  const settle = (reason: { readonly error?: unknown }): void => {
    end = reason
    news.resolve()
  }
  void read().then(
    () => settle({}),
    (error: unknown) => settle({ error }),
  )
  try {
    for (;;) {
      await news.promise
      news = Promise.withResolvers()
      const batch = waiting
      waiting = []
      room.resolve()
      room = Promise.withResolvers()
      if (batch.length > 0) yield batch
      else if (end !== undefined) break
      if (end !== undefined) news.resolve()
    }
    if ('error' in end) throw end.error
  } finally {
    void iterator.return?.()
  }
}
