/** How often one agent may ask for something that routers, disk or event log have work with. @module */

/** Orders and changes of an agent within a minute, with those that are refused. */
export const asksPerMinute = 12
const minute = 60_000
/** Agents that are counted; beyond it the one that has asked least lately is forgotten. */
const maxAgents = 4096

export class AskRate {
  /** Times of the last minute, milliseconds since 1970; who asked last comes last. */
  readonly #asked = new Map<string, readonly number[]>()
  readonly #perMinute: number

  constructor(perMinute: number = asksPerMinute) {
    this.#perMinute = perMinute
  }

  /** Counts it. @returns milliseconds until it may ask again; 0: it may now */
  ask(agent: string, now: number): number {
    // A time that is ahead is of a clock that was set back.
    const lately = (this.#asked.get(agent) ?? []).filter((at) => at <= now && now - at < minute)
    if (lately.length >= this.#perMinute) return lately[0]! + minute - now
    this.#asked.delete(agent)
    this.#asked.set(agent, [...lately, now])
    if (this.#asked.size > maxAgents) this.#asked.delete([...this.#asked.keys()][0]!)
    return 0
  }
}
