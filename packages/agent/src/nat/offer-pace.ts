/**
 * How often an agent answers the offers of one peer. Each answer costs sockets, questions to observers and probes to
 * wherever the peer says, so whoever offers without end gets few: one that looks for a direct path itself offers once, and
 * then a minute later at the earliest (`Widening`), or where its network changed.
 * @module
 */
import type { AgentId } from '@vagus/identity'

/** Offers that are answered at once, and milliseconds until one more is. */
const burst = 5
const every = 60_000
/**
 * What an offer costs that led to a path: its peer does receive where it says, and paths through some NATs end often. A peer
 * offers again ten seconds after it at the earliest.
 */
const costOfPath = 0.15
/** Peers that are counted; the one that offered longest ago is forgotten. */
const maxPeers = 1024

interface Pace {
  credit: number
  at: number
}

export class OfferPace {
  readonly #peers = new Map<AgentId, Pace>()

  /** Whether an offer of `peer` is answered now; it then counts. @param now milliseconds */
  take(peer: AgentId, now: number): boolean {
    const pace = this.#peers.get(peer) ?? { credit: burst, at: now }
    pace.credit = Math.min(burst, pace.credit + (now - pace.at) / every)
    pace.at = now
    this.#peers.delete(peer)
    this.#peers.set(peer, pace)
    if (this.#peers.size > maxPeers) this.#peers.delete(this.#peers.keys().next().value!)
    if (pace.credit < 1) return false
    pace.credit--
    return true
  }

  /** The last offer of `peer` led to a path. */
  worked(peer: AgentId): void {
    const pace = this.#peers.get(peer)
    if (pace !== undefined) pace.credit += 1 - costOfPath
  }
}
