/** Releases leases that are to end, again and again until their agents answer, or they have ended by themselves. @module */
import { timeText } from '../resources/windows.ts'
import { NegotiationProblem } from './negotiation-problem.ts'

/** A lease that may be in force and is to end. */
export interface Owed<Place extends { readonly plan: string }> {
  readonly place: Place
  /** Milliseconds since 1970: when it ends by itself. */
  readonly until: number
}

export interface ReleaseParts<Place extends { readonly plan: string }, One extends Owed<Place> = Owed<Place>> {
  /** Of the moment. */
  readonly owed: () => readonly One[]
  /** Nothing is owed of it any more. */
  readonly forget: (owed: One) => void
  /** Undefined where the configuration has no `agent`. */
  readonly release: () => ((place: Place) => Promise<void>) | undefined
  /** Such as `10.1.0.0/16 on tr-1 at pe-1`. */
  readonly nameOf: (place: Place) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds before an agent is asked again. */
const retryEvery = 5000

export class Releases<Place extends { readonly plan: string }, One extends Owed<Place> = Owed<Place>> {
  readonly #parts: ReleaseParts<Place, One>
  /** By plan-id: what is being asked, and when it is due again. */
  readonly #asking = new Map<string, Promise<string | undefined>>()
  readonly #nextAt = new Map<string, number>()

  constructor(parts: ReleaseParts<Place, One>) {
    this.#parts = parts
  }

  /** Those that are due. */
  async step(): Promise<void> {
    const { now } = this.#parts
    const at = now()
    const owed = this.#parts.owed()
    const plans = new Set(owed.map(({ place }) => place.plan))
    for (const plan of this.#nextAt.keys()) if (!plans.has(plan)) this.#nextAt.delete(plan)
    const due = owed.filter(({ place }) => {
      const wait = (this.#nextAt.get(place.plan) ?? 0) - at
      return wait <= 0 || wait > retryEvery // a longer wait than there is: the clock was set back
    })
    await Promise.all(due.map((one) => this.#release(one)))
  }

  /** Those of these plan-ids, now. Returns what is left, and when that ends by itself. */
  async now(plans: readonly string[]): Promise<readonly string[]> {
    const wanted = this.#parts.owed().filter(({ place }) => plans.includes(place.plan))
    const left = await Promise.all(wanted.map((one) => this.#release(one)))
    return left.filter((one) => one !== undefined)
  }

  #release(owed: One): Promise<string | undefined> {
    const { plan } = owed.place
    const known = this.#asking.get(plan)
    if (known !== undefined) return known
    const asked = this.#released(owed).finally(() => this.#asking.delete(plan))
    this.#asking.set(plan, asked)
    return asked
  }

  async #released(owed: One): Promise<string | undefined> {
    const { now, nameOf, forget } = this.#parts
    const { place, until } = owed
    this.#nextAt.set(place.plan, now() + retryEvery)
    const because = await this.#whyNot(place)
    // Asked also after its end: our clock may have been set since, and devices go by their own.
    if (because !== undefined && until > now())
      return `${nameOf(place)}, which ends by itself at ${timeText(until)} (${because})`
    forget(owed)
    return undefined
  }

  /** Why it is not released; undefined once there is nothing to release. */
  async #whyNot(place: Place): Promise<string | undefined> {
    const release = this.#parts.release()
    if (release === undefined) return 'vagus.yaml has no "agent" any more'
    try {
      await release(place)
      return undefined
    } catch (error) {
      if (!(error instanceof NegotiationProblem)) throw error
      return error.problem
    }
  }
}
