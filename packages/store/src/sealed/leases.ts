/**
 * A table or file must not be removed while a running query reads it: a retired one is removed when all queries that
 * started before have ended.
 * @module
 */
export class Leases {
  readonly #running = new Map<number, number>()
  readonly #retired: { readonly at: number; readonly remove: () => void }[] = []
  #turn = 0

  /** Called at the start of a query. Call the returned function once, at its end. */
  take(): () => void {
    const turn = this.#turn
    this.#running.set(turn, (this.#running.get(turn) ?? 0) + 1)
    return () => {
      const left = this.#running.get(turn)! - 1
      if (left > 0) this.#running.set(turn, left)
      else this.#running.delete(turn)
      this.#removeUnused()
    }
  }

  /** Calls `remove` when no query is running that started before now. */
  retire(remove: () => void): void {
    this.#retired.push({ at: this.#turn++, remove })
    this.#removeUnused()
  }

  #removeUnused(): void {
    const oldest = Math.min(Infinity, ...this.#running.keys())
    while (this.#retired.length > 0 && this.#retired[0]!.at < oldest) this.#retired.shift()!.remove()
  }
}
