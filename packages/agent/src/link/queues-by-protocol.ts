/** A queue for each protocol, for handlers that exist now or soon. @module */
import type { AsyncQueue } from '../async-queue.ts'

/**
 * Protocols used by the other side without a handler here. At the limit the first one is dropped, never one with a
 * handler.
 */
const maxProtocols = 64

export class QueuesByProtocol<Value> {
  readonly #make: () => AsyncQueue<Value>
  readonly #lost: (value: Value) => void
  /** Created on first use: most connections have streams of one protocol, and no datagrams. */
  #queues: Map<string, AsyncQueue<Value>> | undefined
  #isOver = false

  /** @param lost called for values of a dropped queue, which no one will take any more */
  constructor(make: () => AsyncQueue<Value>, lost: (value: Value) => void = ignore) {
    this.#make = make
    this.#lost = lost
  }

  of(protocol: string): AsyncQueue<Value> {
    const queues = (this.#queues ??= new Map<string, AsyncQueue<Value>>())
    const present = queues.get(protocol)
    if (present !== undefined) return present
    const queue = this.#make()
    if (this.#isOver) queue.end()
    else queues.set(protocol, queue)
    if (queues.size > maxProtocols) this.#dropOne(queues, queue)
    return queue
  }

  #dropOne(queues: Map<string, AsyncQueue<Value>>, newest: AsyncQueue<Value>): void {
    for (const [protocol, queue] of queues) {
      if (queue.isTaken || queue === newest) continue
      queues.delete(protocol)
      for (const value of queue.abandon()) this.#lost(value)
      return
    }
  }

  end(): void {
    this.#isOver = true
    for (const queue of this.#queues?.values() ?? []) queue.end()
  }
}

function ignore(): void {
  // Nobody else has to know.
}
