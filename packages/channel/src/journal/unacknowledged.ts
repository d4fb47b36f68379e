/**
 * Octets of sent but unacknowledged messages, per receiving agent and in all. A receiver that does not read decides how
 * long they are kept, so each may take only part of the room.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { JournaledExchange } from './exchange.ts'
import { type JournalLimits, messageOverhead } from './limits.ts'

export class Unacknowledged {
  readonly #limits: JournalLimits
  readonly #byPeer = new Map<AgentId, number>()
  #octets = 0
  #served = 0

  constructor(limits: JournalLimits) {
    this.#limits = limits
  }

  get octets(): number {
    return this.#octets
  }

  /** Whether `exchange` may send a message of `octets` now. */
  hasRoom({ outbox, binding, start }: JournaledExchange, octets: number): boolean {
    const limits = this.#limits
    if (outbox.octets === 0 && octets <= limits.spareOctets) return true
    const fits = (kept: number, limit: number): boolean => kept === 0 || kept + octets + messageOverhead <= limit
    return (
      fits(outbox.octets, limits.exchangeOctets) &&
      fits(binding === undefined ? 0 : (this.#byPeer.get(binding.peer) ?? 0), limits.octetsToOne) &&
      fits(start.side === 'server' ? this.#served : 0, limits.servedOctets) &&
      fits(this.#octets, limits.octets)
    )
  }

  /** `exchange` keeps `octets` more, or fewer if negative. */
  grow({ binding, start }: JournaledExchange, octets: number): void {
    this.#octets += octets
    if (start.side === 'server') this.#served += octets
    if (binding !== undefined) this.#growOf(binding.peer, octets)
  }

  /** `exchange`, of a caller, is with `peer` from now on. */
  bound({ outbox }: JournaledExchange, peer: AgentId): void {
    this.#growOf(peer, outbox.octets)
  }

  #growOf(peer: AgentId, octets: number): void {
    const kept = (this.#byPeer.get(peer) ?? 0) + octets
    if (kept === 0) this.#byPeer.delete(peer)
    else this.#byPeer.set(peer, kept)
  }
}
