/**
 * Which of several agents is tried first. Those that can be expected to answer come before those that cannot; among them
 * the one that is preferred, else the one with the fewest of our calls, else the one whose turn was longest ago. An agent
 * that could not be reached, or did not serve, is doubted for a while, longer each time. Pure.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { Claimant } from '@vagus/lookup'

/** Milliseconds of the first doubt; each further one in a row is twice as long, up to the last. */
const firstDoubt = 10_000
const longestDoubt = 300_000
/** Agents whose doubts and turns are remembered. At the limit that of the one that changed longest ago is forgotten. */
const maxRemembered = 4096

export interface Candidate {
  readonly id: AgentId
  /** As the source of its document has heard. */
  readonly state: Claimant['state']
  /** Of ours with it. `moving`: silent, as announced; it will be back. */
  readonly session: 'up' | 'moving' | 'silent' | 'none'
  /** Of ours that it has not answered to the end. */
  readonly calls: number
}

interface Doubt {
  /** `unreached`: a session with it clears the doubt; `unserved`: only an answer does. */
  readonly because: 'unreached' | 'unserved'
  readonly times: number
  /** Milliseconds since 1970. */
  readonly until: number
}

export class Choice {
  readonly #doubts = new Map<AgentId, Doubt>()
  readonly #turns = new Map<AgentId, number>()
  #turn = 0

  /**
   * All of `candidates`, best first; the first of them has its turn now.
   * @param now milliseconds since 1970 @param preferred tried first unless it is doubted and another is not
   */
  order(candidates: readonly Candidate[], now: number, preferred?: AgentId): readonly AgentId[] {
    const ranked = candidates
      .map((candidate) => ({
        ...candidate,
        rank: this.#rank(candidate, now),
        turn: this.#turns.get(candidate.id) ?? 0,
      }))
      .sort((a, b) => {
        const isPreferred = Number(b.id === preferred) - Number(a.id === preferred)
        return a.rank - b.rank || isPreferred || a.calls - b.calls || a.turn - b.turn
      })
      .map(({ id }) => id)
    if (ranked[0] !== undefined) remember(this.#turns, ranked[0], ++this.#turn)
    return ranked
  }

  /** Nothing was executed there: it was not reached, or its side-car or server did not take the request. */
  failed(id: AgentId, because: Doubt['because'], now: number): void {
    const times = (this.#doubts.get(id)?.times ?? 0) + 1
    const length = Math.min(firstDoubt * 2 ** (times - 1), longestDoubt)
    remember(this.#doubts, id, { because, times, until: now + length })
  }

  /** It answered a request. */
  answered(id: AgentId): void {
    this.#doubts.delete(id)
  }

  #rank({ id, state, session }: Candidate, now: number): number {
    const doubt = this.#doubts.get(id)
    const isDoubted = doubt !== undefined && now < doubt.until && !(doubt.because === 'unreached' && session === 'up')
    if (isDoubted || session === 'silent') return 2
    if (session === 'moving') return 1
    // A session says more than what others have heard.
    return session === 'none' && (state === 'silent' || state === 'away') ? 1 : 0
  }
}

function remember<Value>(map: Map<AgentId, Value>, id: AgentId, value: Value): void {
  map.delete(id)
  map.set(id, value)
  if (map.size > maxRemembered) map.delete(map.keys().next().value!)
}
