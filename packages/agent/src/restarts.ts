/** What was begun over the network that there was, and begins anew over the one that there is when that changes. @module */
import { AgentError } from './errors.ts'

export class Restarts {
  readonly #closing: AbortSignal
  /** For all that is under way: a signal of its own for each took longer than what it is for. */
  #network = new AbortController()

  /** @param closing ends what is under way, with its reason */
  constructor(closing: AbortSignal) {
    this.#closing = closing
    closing.addEventListener('abort', () => this.#network.abort(closing.reason), { once: true })
  }

  /** Runs `work`, from its beginning again after `again`, until it succeeds or fails otherwise. @throws what `work` does */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    for (;;) {
      this.#closing.throwIfAborted()
      const { signal } = this.#network
      try {
        return await work(signal)
      } catch (error) {
        if (this.#closing.aborted || !signal.aborted) throw error
      }
    }
  }

  /** The network changed: what is under way may wait for an answer that cannot come. */
  again(): void {
    const before = this.#network
    if (!this.#closing.aborted) this.#network = new AbortController()
    before.abort(new AgentError('unreachable', 'the network changed'))
  }
}
