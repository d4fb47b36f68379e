/** What was begun over the network that there was, and begins anew over the one that there is when that changes. @module */
import { AgentError } from './errors.ts'

export class Restarts {
  readonly #underWay = new Set<AbortController>()

  /** Runs `work`, from its beginning again after `again`, until it succeeds or fails otherwise. @throws what `work` does */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (;;) {
      const changed = new AbortController()
      const stop = (): void => changed.abort(signal.reason)
      this.#underWay.add(changed)
      signal.addEventListener('abort', stop, { once: true })
      try {
        signal.throwIfAborted()
        return await work(changed.signal)
      } catch (error) {
        if (signal.aborted || !changed.signal.aborted) throw error
      } finally {
        signal.removeEventListener('abort', stop)
        this.#underWay.delete(changed)
      }
    }
  }

  /** The network changed: what is under way may wait for an answer that cannot come. */
  again(): void {
    for (const each of this.#underWay) each.abort(new AgentError('unreachable', 'the network changed'))
  }
}
