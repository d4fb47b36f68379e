/**
 * A value that will be known, or fail. The promise is created only on request, which is rare; a failure that no one
 * asked about is not an unhandled rejection.
 * @module
 */

type Known<Value> = { readonly value: Value } | { readonly error: Error }

export class Deferred<Value> {
  #known: Known<Value> | undefined
  #asked: Promise<Value> | undefined
  /** Defined while somebody waits. */
  #waiting: Pick<PromiseWithResolvers<Value>, 'resolve' | 'reject'> | undefined

  resolve(value: Value): void {
    this.#settle({ value })
  }

  reject(error: Error): void {
    this.#settle({ error })
  }

  /** The value, if known by now. */
  get value(): Value | undefined {
    return this.#known !== undefined && 'value' in this.#known ? this.#known.value : undefined
  }

  get promise(): Promise<Value> {
    return (this.#asked ??= this.#ask())
  }

  #ask(): Promise<Value> {
    const asked = Promise.withResolvers<Value>()
    asked.promise.catch(ignore)
    this.#waiting = asked
    this.#tell()
    return asked.promise
  }

  #settle(known: Known<Value>): void {
    this.#known ??= known
    this.#tell()
  }

  #tell(): void {
    const [known, waiting] = [this.#known, this.#waiting]
    if (known === undefined || waiting === undefined) return
    this.#waiting = undefined // this lives as long as a connection, but is settled early
    if ('error' in known) waiting.reject(known.error)
    else waiting.resolve(known.value)
  }
}

function ignore(): void {
  // Whoever asks gets it.
}
