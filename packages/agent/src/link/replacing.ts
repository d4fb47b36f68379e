/** Tries another session beside one that fell silent, until one of the two works. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentId } from '@vagus/identity'
import type { Condition } from '../condition.ts'
import type { Link } from './link.ts'

/** Milliseconds between attempts. */
const firstPause = 100
const maxPause = 5000
/** Milliseconds for which a look-up delays the next attempt: without a network, it gets no answer either. */
const lookupPatience = 200

export interface ReplacingParts {
  /** Looks up where the peer is now. */
  readonly findAgain: (peer: AgentId) => Promise<void>
  /** @throws {AgentError} if it does not answer there */
  readonly open: (link: Link) => Promise<unknown>
  /** Notified when another attempt may be worthwhile. */
  readonly changed: Condition
  readonly closing: AbortSignal
}

export class Replacing {
  readonly #parts: ReplacingParts
  /** Silent links for which a replacement is being tried. */
  readonly #links = new Set<Link>()

  constructor(parts: ReplacingParts) {
    this.#parts = parts
  }

  /** Must be called repeatedly while `link` is silent. */
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
