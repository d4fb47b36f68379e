/** How far loading lags behind the log. @module */
export class Lag {
  #acknowledged = 0
  #loaded = 0
  /** A block that was acknowledged at time `at` and is not loaded yet. */
  #mark: { readonly block: number; readonly at: number } | undefined
  /** Valid while there is a mark: everything acknowledged until this time is loaded. */
  #completeTo = 0

  acknowledged(block: number, now: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, block)
    if (this.#mark !== undefined || block <= this.#loaded) return
    this.#mark = { block, at: now }
    this.#completeTo = now
  }

  loaded(block: number, now: number): void {
    this.#loaded = block
    if (this.#mark === undefined || block < this.#mark.block) return
    // The mark was the newest block when it was set.
    this.#completeTo = this.#mark.at
    this.#mark = block < this.#acknowledged ? { block: this.#acknowledged, at: now } : undefined
  }

  /** Milliseconds that some block has been waiting, at least; 0 when all are loaded. */
  milliseconds(now: number): number {
    return this.#mark === undefined ? 0 : Math.max(0, now - this.#mark.at)
  }

  /** Milliseconds since 1970: everything acknowledged until then can be queried. */
  completeTo(now: number): number {
    return this.#mark === undefined ? now : this.#completeTo
  }
}
