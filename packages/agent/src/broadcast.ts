/** Values for whoever listens, each with a bounded queue of its own, from which the oldest are dropped. @module */
import { AsyncQueue } from './async-queue.ts'

export class Broadcast<Value> {
  readonly #maxWaiting: number
  /** Made for the first listener: most connections have none. */
  #queues: Set<AsyncQueue<Value>> | undefined
  #isOver = false

  /** @param maxWaiting values that a listener has not taken yet */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting
  }

  /** What is said from now on. @param before what the listener gets first */
  listen(before: Iterable<Value> = []): AsyncIterableIterator<Value, undefined> {
    const queue = new AsyncQueue<Value>(this.#maxWaiting, 'drop the oldest')
    for (const value of before) queue.push(value)
    if (this.#isOver) queue.end()
    const queues = (this.#queues ??= new Set()).add(queue)
    return queue.iterate(() => queues.delete(queue))
  }

  say(value: Value): void {
    for (const queue of this.#queues ?? []) queue.push(value)
  }

  end(): void {
    this.#isOver = true
    for (const queue of this.#queues ?? []) queue.end()
  }
}
