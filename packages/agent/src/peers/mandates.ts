/** Links whose peers speak on behalf of others: they end when the mandate does. @module */
import { TurnoverMap } from '@vagus/wire'
import { AgentError } from '../errors.ts'
import type { Link } from '../link/link.ts'

/** Maximum of Node's timers in milliseconds. */
const maxTimer = 2 ** 31 - 1

export class Mandates {
  /** By the serial numbers of links. */
  readonly #timers = new TurnoverMap<number, NodeJS.Timeout>()

  /** `link` is up. */
  begun(link: Link): void {
    const { mandate } = link.peer
    if (mandate === undefined) return
    clearTimeout(this.#timers.get(link.serial))
    const left = mandate.expiresAt - Date.now()
    const over = (): void => {
      if (left > maxTimer) this.begun(link)
      else link.fail(new AgentError('wrong-peer', `the mandate of ${mandate.agent} has ended`))
    }
    this.#timers.set(link.serial, setTimeout(over, Math.min(Math.max(left, 0), maxTimer)).unref())
  }

  over(link: Link): void {
    clearTimeout(this.#timers.get(link.serial))
    this.#timers.delete(link.serial)
  }
}
