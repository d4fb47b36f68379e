/**
 * Something that will be known, or will have failed: a promise is made of it for whoever asks, and most often nobody does.
 * What failed unasked is nobody's unhandled rejection.
 * @module
 */

export class Later<Value> {
  #known: { readonly value: Value } | { readonly error: Error } | undefined
  #asked: PromiseWithResolvers<Value> | undefined

  resolve(value: Value): void {
    this.#settle({ value })
  }

  reject(error: Error): void {
    this.#settle({ error })
  }

  /** What is known by now. */
  get value(): Value | undefined {
    return this.#known !== undefined && 'value' in this.#known ? this.#known.value : undefined
  }

  get promise(): Promise<Value> {
    if (this.#asked === undefined) {
      this.#asked = Promise.withResolvers<Value>()
      this.#asked.promise.catch(() => undefined)
      this.#tell()
    }
    return this.#asked.promise
  }

  #settle(known: { readonly value: Value } | { readonly error: Error }): void {
    if (this.#known !== undefined) return
    this.#known = known
    this.#tell()
  }

  #tell(): void {
    if (this.#known === undefined) return
    if ('error' in this.#known) this.#asked?.reject(this.#known.error)
    else this.#asked?.resolve(this.#known.value)
  }
}
