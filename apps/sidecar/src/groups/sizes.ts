/** How many octets of each log or agent are kept: who has most makes room for others. @module */

export class Sizes {
  readonly #sizes: Map<string, number>
  #sum: number

  constructor(sizes: Iterable<readonly [whose: string, octets: number]>) {
    this.#sizes = new Map(sizes)
    this.#sum = this.#sizes.values().reduce((sum, octets) => sum + octets, 0)
  }

  /** Of all together. */
  get sum(): number {
    return this.#sum
  }

  /** Who has most; undefined: there is nothing. */
  get largest(): string | undefined {
    let [largest, most]: [string | undefined, number] = [undefined, 0]
    for (const [whose, octets] of this.#sizes) if (octets > most) [largest, most] = [whose, octets]
    return largest
  }

  /** @param octets below 0: they are gone */
  add(whose: string, octets: number): void {
    const size = (this.#sizes.get(whose) ?? 0) + octets
    if (size > 0) this.#sizes.set(whose, size)
    else this.#sizes.delete(whose)
    this.#sum += octets
  }

  /** @returns makes everything as it is now */
  mark(): () => void {
    const [before, sum] = [[...this.#sizes], this.#sum]
    return () => {
      this.#sizes.clear()
      for (const [whose, octets] of before) this.#sizes.set(whose, octets)
      this.#sum = sum
    }
  }
}
