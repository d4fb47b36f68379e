/**
 * How much has arrived in exchanges that local programs have not read, by sending agent and in total. Each exchange has
 * a limit, but one message of 16 MiB always fits, and there are thousands of exchanges. At a limit, a message that no
 * one waits for breaks its line, and is sent again over another line a little later; a message that someone waits for
 * is always accepted.
 * @module
 */
import type { AgentId } from '@vagus/identity'

/**
 * Octets of one agent, and of all. When the total is used up, agents below `spared` may still send, so that a few
 * cannot block the rest.
 */
export const unreadLimits = { ofOne: 64 * 2 ** 20, ofAll: 256 * 2 ** 20, spared: 65_536 }
/**
 * Octets of one exchange above which the other side is held back. `scarce` applies when more than half of a limit is
 * used.
 */
const maxUnreadOctets = { plenty: 2 ** 20, scarce: 16_384 }

export class UnreadMessages {
  readonly #limits: typeof unreadLimits
  readonly #byPeer = new Map<AgentId, number>()
  #octets = 0

  constructor(limits = unreadLimits) {
    this.#limits = limits
  }

  get octets(): number {
    return this.#octets
  }

  grow(peer: AgentId, octets: number): void {
    const unread = this.#of(peer) + octets
    if (unread === 0) this.#byPeer.delete(peer)
    else this.#byPeer.set(peer, unread)
    this.#octets += octets
  }

  /** Whether `octets` more from `peer` may arrive. */
  hasRoom(peer: AgentId, octets: number): boolean {
    const { ofOne, ofAll, spared } = this.#limits
    const unread = this.#of(peer) + octets
    return unread <= ofOne && (unread <= spared || this.#octets + octets <= ofAll)
  }

  /** Maximum octets waiting in one exchange with `peer`. */
  mostInOne(peer: AgentId): number {
    const { ofOne, ofAll } = this.#limits
    const isScarce = this.#of(peer) > ofOne / 2 || this.#octets > ofAll / 2
    return isScarce ? maxUnreadOctets.scarce : maxUnreadOctets.plenty
  }

  #of(peer: AgentId): number {
    return this.#byPeer.get(peer) ?? 0
  }
}
