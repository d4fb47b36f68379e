/** Whoever follows the events of a connection, each with a queue of its own. @module */
import { AsyncQueue } from '../async-queue.ts'
import type { ConnectionEvent } from '../connection.ts'
import { maxWaitingEvents } from './link-limits.ts'

export class EventListeners {
  /** Made for the first one: most connections have none. */
  #queues: Set<AsyncQueue<ConnectionEvent>> | undefined

  /** What is told from now on. */
  listen(): AsyncIterableIterator<ConnectionEvent, undefined> {
    const queue = new AsyncQueue<ConnectionEvent>(maxWaitingEvents, 'drop the oldest')
    const queues = (this.#queues ??= new Set()).add(queue)
    return queue.iterate(() => queues.delete(queue))
  }

  say(event: ConnectionEvent): void {
    for (const queue of this.#queues ?? []) queue.push(event)
  }

  end(): void {
    for (const queue of this.#queues ?? []) queue.end()
  }
}
