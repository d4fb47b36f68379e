/**
 * Streams of callers outside end with their tokens. To the caller the connection breaks, so that it comes back for what follows
 * as after any other break, and needs a token that counts for that.
 * @module
 */

/** Milliseconds between two looks. Also for tokens that last for weeks, which no timer of node waits for. */
const lookEvery = 1000

/** A response that has begun, or will. */
interface Stream {
  readonly destroyed: boolean
  once(event: 'close', listener: () => void): unknown
  destroy(): unknown
}

/** As many as `Limits` let callers have. */
export class ExpiringStreams {
  readonly #open = new Map<Stream, (now: number) => boolean>()
  #clock: NodeJS.Timeout | undefined

  /** @param counts whether the token that opened it still counts @param now of `counts`: milliseconds since 1970 */
  add(stream: Stream, counts: (now: number) => boolean): void {
    if (stream.destroyed || this.#open.has(stream)) return
    this.#open.set(stream, counts)
    stream.once('close', () => this.#remove(stream))
    this.#clock ??= setInterval(() => this.#look(Date.now()), lookEvery).unref()
  }

  #look(now: number): void {
    for (const [stream, counts] of this.#open) if (!counts(now)) stream.destroy()
  }

  #remove(stream: Stream): void {
    this.#open.delete(stream)
    if (this.#open.size > 0) return
    clearInterval(this.#clock)
    this.#clock = undefined
  }
}
