/** Those who wait for the next roster of an owner. There is no queue: who is told asks the book. @module */
import type { AgentId } from '@vagus/identity'

/** Why a wait is over. */
export type WaitEnd = 'changed' | 'late' | 'left'

/** As many as wait in all; how many may is `WaitingRoom`'s matter. */
export class RosterWaits {
  readonly #waiting = new Map<AgentId, Set<() => void>>()

  /** All who wait for the owner's roster look again. */
  tell(owner: AgentId): void {
    for (const wake of this.#waiting.get(owner) ?? []) wake()
  }

  /** Resolves when the owner's roster changes, after so many milliseconds, or when one of `leave` is aborted. */
  async wait(owner: AgentId, milliseconds: number, leave: readonly AbortSignal[]): Promise<WaitEnd> {
    if (leave.some(({ aborted }) => aborted)) return 'left'
    const { promise, resolve } = Promise.withResolvers<WaitEnd>()
    const wake = (): void => resolve('changed')
    const left = (): void => resolve('left')
    const waiting = this.#waiting.get(owner) ?? new Set()
    this.#waiting.set(owner, waiting.add(wake))
    const timer = setTimeout(resolve, milliseconds, 'late')
    for (const signal of leave) signal.addEventListener('abort', left, { once: true })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      for (const signal of leave) signal.removeEventListener('abort', left)
      waiting.delete(wake)
      if (waiting.size === 0) this.#waiting.delete(owner)
    }
  }
}
