/**
 * Cancels pending work. Sessions are started by the thousand, each with several listeners, and an AbortSignal creates a
 * dozen objects for each listener.
 * @module
 */

export type Cancelled = (reason: Error) => void

export class Cancellation {
  #reason: Error | undefined
  /** Defined only while there are listeners. */
  #listeners: Set<Cancelled> | undefined

  /** `undefined` while not cancelled. */
  get reason(): Error | undefined {
    return this.#reason
  }

  /** The first reason counts. */
  cancel(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    for (const cancelled of this.#listeners ?? []) cancelled(reason)
    this.#listeners = undefined
  }

  /** @throws the reason, if cancelled */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason
  }

  /** Calls `cancelled` once; at once if already cancelled. */
  add(cancelled: Cancelled): void {
    if (this.#reason === undefined) (this.#listeners ??= new Set()).add(cancelled)
    else cancelled(this.#reason)
  }

  delete(cancelled: Cancelled): void {
    this.#listeners?.delete(cancelled)
  }

  /** The same as an AbortSignal, for interfaces that take one. */
  signal(): AbortSignal {
    const controller = new AbortController()
    this.add((reason) => controller.abort(reason))
    return controller.signal
  }
}
