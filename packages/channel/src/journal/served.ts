/**
 * Served exchanges by the agent that opened them, and the size of their heads: a head is kept as long as its exchange,
 * and the opening agent decides how long it is.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { TurnoverMap } from '@vagus/wire'
import type { JournaledExchange } from './exchange.ts'
import type { JournalLimits } from './limits.ts'

interface Share {
  /** By their local number, oldest first. */
  readonly exchanges: TurnoverMap<number, JournaledExchange>
  headOctets: number
}

export class Served {
  readonly #limits: JournalLimits
  readonly #shares = new Map<AgentId, Share>()
  #count = 0
  #headOctets = 0

  constructor(limits: JournalLimits) {
    this.#limits = limits
  }

  add(peer: AgentId, exchange: JournaledExchange): void {
    const share = this.#shares.get(peer) ?? { exchanges: new TurnoverMap(), headOctets: 0 }
    this.#shares.set(peer, share)
    share.exchanges.set(exchange.start.local, exchange)
    this.#grow(share, exchange.start.head.length, 1)
  }

  delete(peer: AgentId, exchange: JournaledExchange): void {
    const share = this.#shares.get(peer)
    if (share?.exchanges.delete(exchange.start.local) !== true) return
    this.#grow(share, -exchange.start.head.length, -1)
    if (share.exchanges.size === 0) this.#shares.delete(peer)
  }

  /** The limit that one more exchange with this head would exceed for `peer`; `undefined` if none. */
  excessOfOne(peer: AgentId, head: Uint8Array): string | undefined {
    const { servedToOne, headOctetsToOne } = this.#limits
    const share = this.#shares.get(peer)
    if ((share?.exchanges.size ?? 0) >= servedToOne) return `more than ${servedToOne} exchanges`
    return (share?.headOctets ?? 0) + head.length > headOctetsToOne ? headsOf(headOctetsToOne) : undefined
  }

  /** The same for all agents together. */
  excessOfAll(head: Uint8Array): string | undefined {
    const { served, headOctets } = this.#limits
    if (this.#count >= served) return `more than ${served} exchanges`
    return this.#headOctets + head.length > headOctets ? headsOf(headOctets) : undefined
  }

  /** The oldest exchange that `peer` opened with a journal other than `journal`, so a lost one. */
  oldestLost(peer: AgentId, journal: string): JournaledExchange | undefined {
    for (const exchange of this.#shares.get(peer)?.exchanges.values() ?? []) {
      if (exchange.start.callerJournal !== journal) return exchange
    }
    return undefined
  }

  #grow(share: Share, headOctets: number, count: number): void {
    share.headOctets += headOctets
    this.#headOctets += headOctets
    this.#count += count
  }
}

const headsOf = (octets: number): string => `open exchanges with heads of more than ${octets} octets together`
