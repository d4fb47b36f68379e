/** Another session beside one that fell silent, until one of the two lives. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentId } from '@vagus/identity'
import type { Condition } from '../condition.ts'
import type { Link } from './link.ts'

/** Milliseconds between tries. */
const firstPause = 100
const maxPause = 5000
/** Milliseconds for which a look-up holds up the next try: where the network is gone, it gets no answer either. */
const lookupPatience = 200

export interface ReplacingParts {
  /** Looks up where the peer is by now. */
  readonly findAgain: (peer: AgentId) => Promise<void>
  /** @throws {AgentError} when it does not answer there */
  readonly open: (link: Link) => Promise<unknown>
  /** Notified when it may be worth while to try again. */
  readonly changed: Condition
  readonly closing: AbortSignal
}

export class Replacing {
  readonly #parts: ReplacingParts
  /** Beside which another one is tried. */
  readonly #links = new Set<Link>()

  constructor(parts: ReplacingParts) {
    this.#parts = parts
  }

  /** To be called as long as `link` is silent: again and again. */
  silent(link: Link): void {
    if (this.#links.has(link)) return
    this.#links.add(link)
    void this.#replace(link).finally(() => this.#links.delete(link))
  }

  async #replace(link: Link): Promise<void> {
    const { findAgain, open, changed, closing } = this.#parts
    const isWanted = (): boolean => link.isUp && link.isSilent && !closing.aborted
    for (let pause = firstPause; isWanted(); pause = Math.min(pause * 2, maxPause)) {
      try {
        await Promise.race([findAgain(link.peer.identity.id), sleep(lookupPatience, undefined, { ref: false })])
        await open(link)
        return
      } catch {
        await changed.within(pause, closing)
      }
    }
  }
}
