/** A queue for each protocol, for those who serve it now or soon. @module */
import type { AsyncQueue } from '../async-queue.ts'

/**
 * Protocols that the other side speaks and nobody here serves; at the limit the one it began with goes, never a served
 * one.
 */
const maxProtocols = 64

export class QueuesByProtocol<Value> {
  readonly #make: () => AsyncQueue<Value>
  readonly #lost: (value: Value) => void
  /** Made when it is first asked for: most connections have streams of one protocol, and no datagrams. */
  #queues: Map<string, AsyncQueue<Value>> | undefined
  #isOver = false

  /** @param lost what waited in a queue that went; nobody will take it any more */
  constructor(make: () => AsyncQueue<Value>, lost: (value: Value) => void = () => undefined) {
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
