/** How far loading is behind the log. @module */
export class Lag {
  #acknowledged = 0
  #loaded = 0
  /** A block that was acknowledged then and is not loaded yet. */
  #mark: { readonly block: number; readonly at: number } | undefined

  acknowledged(block: number, now: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, block)
    if (this.#mark === undefined && block > this.#loaded) this.#mark = { block, at: now }
  }

  loaded(block: number, now: number): void {
    this.#loaded = block
    if (this.#mark === undefined || block < this.#mark.block) return
    this.#mark = block < this.#acknowledged ? { block: this.#acknowledged, at: now } : undefined
  }

  /** Since when, at most, there is something to load. */
  milliseconds(now: number): number {
    return this.#mark === undefined ? 0 : Math.max(0, now - this.#mark.at)
  }
}
