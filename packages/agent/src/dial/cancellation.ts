/**
 * What is under way and may be told to end. Sessions are begun by the thousand, each with several who listen for that,
 * and an AbortSignal makes a dozen objects for each listener.
 * @module
 */

export type Cancelled = (reason: Error) => void

export class Cancellation {
  #reason: Error | undefined
  /** There while somebody listens. */
  #listeners: Set<Cancelled> | undefined

  /** `undefined`: it goes on. */
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

  /** @throws its reason */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason
  }

  /** Calls `cancelled` once, at once where it came before. */
  add(cancelled: Cancelled): void {
    if (this.#reason === undefined) (this.#listeners ??= new Set()).add(cancelled)
    else cancelled(this.#reason)
  }

  delete(cancelled: Cancelled): void {
    this.#listeners?.delete(cancelled)
  }

  /** The same, for whoever takes one. */
  signal(): AbortSignal {
    const controller = new AbortController()
    this.add((reason) => controller.abort(reason))
    return controller.signal
  }
}
