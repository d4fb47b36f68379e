/**
 * A value that will be known, or fail. The promise is created only on request, which is rare; a failure that no one
 * asked about is not an unhandled rejection.
 * @module
 */

type Known<Value> = { readonly value: Value } | { readonly error: Error }

export class Deferred<Value> {
  #known: Known<Value> | undefined
  #promise: Promise<Value> | undefined
  /** Settles the promise of those who asked before the value was known. */
  #tell: ((known: Known<Value>) => void) | undefined

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
    return (this.#promise ??= this.#ask())
  }

  #ask(): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>()
    promise.catch(() => undefined)
    this.#tell = (known) => {
      if ('error' in known) reject(known.error)
      else resolve(known.value)
    }
    if (this.#known !== undefined) this.#settled(this.#known)
    return promise
  }

  #settle(known: Known<Value>): void {
    if (this.#known !== undefined) return
    this.#known = known
    this.#settled(known)
  }

  #settled(known: Known<Value>): void {
    this.#tell?.(known)
    this.#tell = undefined // this lives as long as a connection, but is settled early
  }
}
