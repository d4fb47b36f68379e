/**
 * How much of the responses of each agent is kept to be sent again. What is kept is not acknowledged, and takes room over
 * there that new answers need: so all responses of an agent share one part of that room. Pure.
 * @module
 */

/** Octets of the responses of one agent: a quarter of what its journal keeps for us (`octetsToOne`). */
const maxKept = 16 * 1024 * 1024

export interface KeptResponse {
  /** Name of the agent that it comes from. */
  readonly from: string
  /** Octets of it that are kept. */
  readonly keptOctets: number
  /** `needed`: a program reads what is kept, or may come back for it; else it is kept for a retry alone. */
  readonly standing: 'delivered' | 'passed on' | 'needed'
  /** Keeps its oldest message no longer, or, where it is delivered, nothing of it: without its beginning it is of little use. */
  giveUp(): void
}

interface OfOneAgent {
  readonly responses: Set<KeptResponse>
  octets: number
}

/** Beyond the limit the oldest delivered response is given up; is there none, a message of that of which most is kept. */
export class KeptResponses {
  readonly #limit: number
  readonly #byAgent = new Map<string, OfOneAgent>()

  constructor(limit = maxKept) {
    this.#limit = limit
  }

  /** `octets` more of `response`, which a program has read so far, are kept; or less. */
  grow(response: KeptResponse, octets: number): void {
    const { from, keptOctets } = response
    const kept = this.#byAgent.get(from) ?? { responses: new Set(), octets: 0 }
    kept.octets += octets
    if (keptOctets > 0) kept.responses.add(response)
    else kept.responses.delete(response)
    if (kept.responses.size > 0) this.#byAgent.set(from, kept)
    else this.#byAgent.delete(from)
    if (octets > 0) this.#shrink(kept)
  }

  #shrink(kept: OfOneAgent): void {
    while (kept.octets > this.#limit) {
      const least = leastNeeded(kept.responses)
      if (least === undefined) return // what grows is passed on, so there is one
      least.giveUp()
    }
  }
}

function leastNeeded(responses: ReadonlySet<KeptResponse>): KeptResponse | undefined {
  let most: KeptResponse | undefined
  for (const response of responses) {
    if (response.standing === 'delivered') return response
    if (response.standing === 'passed on' && response.keptOctets > (most?.keptOctets ?? 0)) most = response
  }
  return most
}
