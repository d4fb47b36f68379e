/**
 * What a running query reads must not be dropped under it: a table or file that is no longer used goes when the queries
 * that began before have ended.
 * @module
 */
export class Leases {
  readonly #running = new Map<number, number>()
  readonly #retired: { readonly at: number; readonly remove: () => void }[] = []
  #turn = 0

  /** Begin of a query; call what is returned at its end, once. */
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

  /** `remove` is called when no query is running that began before now. */
  retire(remove: () => void): void {
    this.#retired.push({ at: this.#turn++, remove })
    this.#removeUnused()
  }

  #removeUnused(): void {
    const oldest = Math.min(Infinity, ...this.#running.keys())
    while (this.#retired.length > 0 && this.#retired[0]!.at < oldest) this.#retired.shift()!.remove()
  }
}
