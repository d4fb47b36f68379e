/**
 * A map that keeps what was set lately. At its limit the older half goes at once: one that is emptied from its front entry by
 * entry gets slow, because each look for the eldest goes through what was there before.
 * @module
 */

export class RecentMap<Value> {
  readonly #half: number
  #newer = new Map<string, Value>()
  #older = new Map<string, Value>()

  /** @param most entries; at least half of them stay */
  constructor(most: number) {
    this.#half = most / 2
  }

  get(name: string): Value | undefined {
    return this.#newer.get(name) ?? this.#older.get(name)
  }

  set(name: string, value: Value): void {
    this.#newer.set(name, value)
    if (this.#newer.size < this.#half) return
    this.#older = this.#newer
    this.#newer = new Map()
  }
}
