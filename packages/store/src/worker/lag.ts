/** How far loading is behind the log. @module */
export class Lag {
  #acknowledged = 0
  #loaded = 0
  /** A block that was acknowledged then and is not loaded yet. */
  #mark: { readonly block: number; readonly at: number } | undefined
  /** While there is a mark: everything acknowledged until then is loaded. */
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
    // It was the newest block when it was marked.
    this.#completeTo = this.#mark.at
    this.#mark = block < this.#acknowledged ? { block: this.#acknowledged, at: now } : undefined
  }

  /** Since when, at most, there is something to load. */
  milliseconds(now: number): number {
    return this.#mark === undefined ? 0 : Math.max(0, now - this.#mark.at)
  }

  /** Everything that was acknowledged until then can be asked for. */
  completeTo(now: number): number {
    return this.#mark === undefined ? now : this.#completeTo
  }
}
