/**
 * The proposals of all borders: those that are open, and those that ended, kept over restarts. At most 1000, and ended ones
 * for 90 days: the oldest ended ones go first.
 * @module
 */
import type { Approval, Proposal } from '@vagus/api/steering'

/** Where proposals are kept. */
export interface ProposalKeeper {
  load(): readonly Proposal[]
  /** @throws when the disk does not take it */
  keep(proposal: Proposal, now: number): void
  forget(id: string): void
}

export const maxProposals = 1000
const maxAge = 90 * 86_400_000

export class ProposalList {
  readonly #keeper: ProposalKeeper
  /** By id, oldest first. */
  readonly #all: Map<string, Proposal>
  /** Ids of those that the disk does not have as they are. */
  readonly #unkept = new Set<string>()

  constructor(keeper: ProposalKeeper) {
    this.#keeper = keeper
    const kept = [...keeper.load()].sort((one, other) => Date.parse(one.openedAt) - Date.parse(other.openedAt))
    this.#all = new Map(kept.map((one) => [one.id, one]))
  }

  /** Newest first. */
  all(): readonly Proposal[] {
    return [...this.#all.values()].reverse()
  }

  find(id: string): Proposal | undefined {
    return this.#all.get(id)
  }

  /** The largest number that a proposal of the neighbour has, 0 without any. */
  lastNumber(neighbour: string): number {
    const own = this.all().filter((one) => one.neighbour === neighbour)
    return Math.max(0, ...own.map(({ id }) => numberOf(id)))
  }

  /** Takes a new one, or what has become of one; what has ended stays so. Written down by `save`. */
  take(taken: Proposal): void {
    const before = this.#all.get(taken.id)
    if (before !== undefined && before.endedAt !== null) return
    const proposal = before === undefined ? taken : { ...taken, approval: before.approval }
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(proposal)) return
    this.#all.set(proposal.id, proposal)
    this.#unkept.add(proposal.id)
  }

  /** What became of its approval, also of one that has ended; nothing of one that is forgotten. Written down by `save`. */
  setApproval(id: string, approval: Approval): void {
    const before = this.#all.get(id)
    if (before === undefined) return
    this.#all.set(id, { ...before, approval })
    this.#unkept.add(id)
  }

  /**
   * Forgets those that are too old, and writes down what has changed. `now` in milliseconds since 1970.
   * @throws when the disk does not take it; the next call tries again
   */
  save(now: number): void {
    for (const id of this.#outdated(now)) {
      this.#keeper.forget(id)
      this.#all.delete(id)
      this.#unkept.delete(id)
    }
    for (const id of this.#unkept) {
      this.#keeper.keep(this.#all.get(id)!, now)
      this.#unkept.delete(id)
    }
  }

  #outdated(now: number): readonly string[] {
    const ended = [...this.#all.values()].filter(({ endedAt }) => endedAt !== null)
    const tooMany = Math.max(0, this.#all.size - maxProposals)
    return ended
      .filter(({ endedAt }, index) => index < tooMany || now - Date.parse(endedAt!) > maxAge)
      .map(({ id }) => id)
  }
}

/** Of `transit-7` it is 7. */
const numberOf = (id: string): number => Number(/\d+$/.exec(id)?.[0] ?? 0)
