/** A growing list of 32-bit words. @module */

export class WordList {
  #words = new Uint32Array(64)
  length = 0

  /** Appends `count` zeros; returns their offset. */
  reserve(count: number): number {
    const at = this.length
    this.length += count
    if (this.length > this.#words.length) {
      const larger = new Uint32Array(Math.max(this.length, this.#words.length * 2))
      larger.set(this.#words)
      this.#words = larger
    }
    return at
  }

  push(...words: readonly number[]): number {
    const at = this.reserve(words.length)
    this.#words.set(words, at)
    return at
  }

  set(at: number, first: number, second: number): void {
    this.#words[at] = first
    this.#words[at + 1] = second
  }

  finish(): Uint32Array<ArrayBuffer> {
    return this.#words.slice(0, this.length)
  }
}
