/** Links whose peers speak in the name of others: they end with what they were allowed. @module */
import { AgentError } from '../errors.ts'
import type { Link } from '../link/link.ts'

/** Node's timers take no longer ones. Milliseconds. */
const longest = 2 ** 31 - 1

export class Mandates {
  readonly #timers = new Map<Link, NodeJS.Timeout>()

  /** `link` is up. */
  begun(link: Link): void {
    const { mandate } = link.peer
    if (mandate === undefined) return
    clearTimeout(this.#timers.get(link))
    const left = mandate.expiresAt - Date.now()
    const over = (): void => {
      if (left > longest) this.begun(link)
      else link.fail(new AgentError('wrong-peer', `the mandate of ${mandate.agent} is over`))
    }
    this.#timers.set(link, setTimeout(over, Math.min(Math.max(left, 0), longest)).unref())
  }

  over(link: Link): void {
    clearTimeout(this.#timers.get(link))
    this.#timers.delete(link)
  }
}
