/** Work over the network: when the network changes it is cancelled, and begun again over the new one. @module */
import { Cancellation } from './cancellation.ts'
import { AgentError } from './errors.ts'

export class NetworkRetries {
  readonly #closing: AbortSignal
  /** For all that is under way. */
  #network = new Cancellation()

  /** @param closing ends what is under way, with its reason */
  constructor(closing: AbortSignal) {
    this.#closing = closing
    closing.addEventListener('abort', () => this.#network.cancel(closing.reason as Error), { once: true })
  }

  /** Runs `work`, from its beginning again after `again`, until it succeeds or fails otherwise. @throws what `work` does */
  async run<Result>(work: (network: Cancellation) => Promise<Result>): Promise<Result> {
    for (;;) {
      this.#closing.throwIfAborted()
      const network = this.#network
      try {
        return await work(network)
      } catch (error) {
        if (this.#closing.aborted || network.reason === undefined) throw error
      }
    }
  }

  /** The network changed: what is under way may wait for an answer that cannot come. */
  again(): void {
    const before = this.#network
    if (!this.#closing.aborted) this.#network = new Cancellation()
    before.cancel(new AgentError('unreachable', 'the network changed'))
  }
}
