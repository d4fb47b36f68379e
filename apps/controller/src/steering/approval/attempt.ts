/**
 * One approval while it is being made. It knows at every moment which leases may be in force, so that whatever fails, each
 * of them can be taken back or named.
 * @module
 */
import type { Answered, Asked } from './agreement.ts'
import type { HeldLease } from './lease-book.ts'
import { isUnclear } from '../../negotiation/negotiation-problem.ts'
import { AskProblem, type MedAsker, type Prepared } from './med-asker.ts'

export class Attempt {
  readonly #asker: MedAsker
  readonly #now: () => number
  readonly #prepared = new Map<Asked, Prepared>()
  /** Leases that may be in force. */
  readonly mayHold = new Set<Asked>()
  /** Leases of earlier approvals that may have ended. */
  readonly mayHaveEnded = new Set<HeldLease>()
  /** Those that were confirmed. */
  readonly leases: HeldLease[] = []

  constructor(asker: MedAsker, now: () => number) {
    this.#asker = asker
    this.#now = now
  }

  /** All at once. @throws {AskProblem} of the first that declines; those before wait */
  async prepare(asked: readonly Asked[]): Promise<readonly Answered[]> {
    return allOf(asked, async (one) => {
      try {
        const prepared = await this.#asker.prepare(one.place, one.med)
        this.#prepared.set(one, prepared)
        return { ...one, answer: prepared }
      } catch (error) {
        if (error instanceof AskProblem && isUnclear(error)) this.mayHold.add(one)
        throw error
      }
    })
  }

  /** Accepts those of a role, and has each confirmed. @throws {AskProblem} of the first that is not */
  async set(role: HeldLease['role']): Promise<void> {
    const mine = [...this.#prepared].filter(([asked]) => asked.role === role)
    for (const [asked, prepared] of mine) {
      this.mayHold.add(asked)
      this.#prepared.delete(asked)
      prepared.accept()
    }
    const setAt = this.#now()
    await allOf(mine, async ([{ place }, { med, epoch, told: before }]) => {
      const after = await this.#asker.confirm(place, { med, epoch })
      const added = after.find(({ neighbour }) => !before.some((one) => one.neighbour === neighbour))
      if (added !== undefined) {
        const problem = `${added.neighbour} is told of the prefix now, and was not before`
        throw new AskProblem('confirm', place, med, { code: 'RESOURCE', problem })
      }
      this.leases.push({ ...place, med, epoch, role, setAt, until: setAt + place.leaseMs, before, after })
    })
  }

  /** Releases them. @throws {AskProblem} of the first that is not */
  async end(endings: readonly HeldLease[]): Promise<void> {
    await allOf(endings, async (lease) => {
      this.mayHaveEnded.add(lease)
      await this.#asker.release(lease)
    })
  }

  /** Those that wait are told that nothing comes of it. */
  declineRest(why: string): void {
    for (const prepared of this.#prepared.values()) prepared.decline(why)
    this.#prepared.clear()
  }
}

/** All answers; when one fails the others are waited for, too. @throws the first error in order */
async function allOf<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const settled = await Promise.allSettled(items.map(ask))
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return settled.map((one) => (one as PromiseFulfilledResult<Answer>).value)
}
