/** Releases leases that are to end, again and again until their agents answer, or they have ended by themselves. @module */
import { timeText } from '../../resources/windows.ts'
import type { LeaseBook, OwedRelease } from './lease-book.ts'
import { AskProblem, type MedAsker } from './med-asker.ts'

export interface ReleaseParts {
  readonly asker: () => MedAsker | undefined
  readonly book: LeaseBook
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds before an agent is asked again. */
const retryEvery = 5000

export class Releases {
  readonly #parts: ReleaseParts
  /** By plan-id: what is being asked, and when it is due again. */
  readonly #asking = new Map<string, Promise<string | undefined>>()
  readonly #nextAt = new Map<string, number>()

  constructor(parts: ReleaseParts) {
    this.#parts = parts
  }

  /** Those that are due. */
  async step(): Promise<void> {
    const { book, now } = this.#parts
    const at = now()
    const plans = new Set(book.owed.map(({ place }) => place.plan))
    for (const plan of this.#nextAt.keys()) if (!plans.has(plan)) this.#nextAt.delete(plan)
    const due = book.owed.filter(({ place }) => {
      const wait = (this.#nextAt.get(place.plan) ?? 0) - at
      return wait <= 0 || wait > retryEvery // a longer wait than there is: the clock was set back
    })
    await Promise.all(due.map((one) => this.#release(one)))
  }

  /** Those of these plan-ids, now. Returns what is left, and when that ends by itself. */
  async now(plans: readonly string[]): Promise<readonly string[]> {
    const wanted = this.#parts.book.owed.filter(({ place }) => plans.includes(place.plan))
    const left = await Promise.all(wanted.map((one) => this.#release(one)))
    return left.filter((one) => one !== undefined)
  }

  #release(owed: OwedRelease): Promise<string | undefined> {
    const { plan } = owed.place
    const known = this.#asking.get(plan)
    if (known !== undefined) return known
    const asked = this.#released(owed).finally(() => this.#asking.delete(plan))
    this.#asking.set(plan, asked)
    return asked
  }

  async #released(owed: OwedRelease): Promise<string | undefined> {
    const { asker, now } = this.#parts
    const { place, until } = owed
    this.#nextAt.set(place.plan, now() + retryEvery)
    const because = await whyNot(asker(), owed)
    // Asked also after its end: our clock may have been set since, and devices go by their own.
    if (because === undefined || until <= now()) return this.#forget(owed)
    const { prefix, link, device } = place
    return `${prefix} on ${link} at ${device}, which ends by itself at ${timeText(until)} (${because})`
  }

  #forget({ place }: OwedRelease): undefined {
    const { book, report } = this.#parts
    const problem = book.note({ owed: book.owed.filter((one) => one.place.plan !== place.plan) })
    if (problem !== undefined) report(`a release could not be written down: ${problem}`)
  }
}

/** Why it is not released; undefined once there is nothing to release. */
async function whyNot(asker: MedAsker | undefined, { place }: OwedRelease): Promise<string | undefined> {
  if (asker === undefined) return 'vagus.yaml has no "agent" any more'
  try {
    await asker.release(place)
    return undefined
  } catch (error) {
    if (!(error instanceof AskProblem)) throw error
    return error.problem
  }
}
