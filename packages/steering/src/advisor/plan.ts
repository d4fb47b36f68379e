/**
 * Which moves would relieve the links of a border now, and whether they are safe.
 *
 *   demand ──▶ local search ──▶ moves ──▶ shield ──▶ fewer moves, or none
 *
 * The shield lets moves pass if they cost less than doing nothing even where all loads grow to their upper bound, and if
 * no link that was below its threshold is at or above it afterwards, with what moves there grown to its upper bound. Moves
 * that were proposed before may grow into that room.
 * @module
 */
import { search, searchCost } from '../search.ts'
import { type Demand, mayEnter, type PrefixDemand } from './demand.ts'
import { type Field, fieldOf } from './field.ts'
import type { Expected, Move } from './finding.ts'
import type { LinkWatch } from './link-watch.ts'
import type { PrefixMemory } from './prefix-memory.ts'

export interface Plan {
  readonly moves: readonly Move[]
  /** Loads of the links whose load is known, before and after. */
  readonly expected: readonly Expected[]
  /** By how much the cost falls that `search` lowers. */
  readonly gain: number
}

/** Searches; before each but the first, one more prefix that the shield stopped is left out. */
const attempts = 16

export class Planner {
  readonly #names: readonly string[]
  readonly #demand: Demand
  readonly #links: readonly LinkWatch[]
  readonly #memory: PrefixMemory
  readonly #field: Field

  constructor(names: readonly string[], demand: Demand, links: readonly LinkWatch[], memory: PrefixMemory) {
    this.#names = names
    this.#demand = demand
    this.#links = links
    this.#memory = memory
    this.#field = fieldOf(demand, links, memory)
  }

  /** undefined where nothing passes the shield. */
  best(): Plan | undefined {
    const { border, present } = this.#field
    if (border.links < 2) return undefined
    const complies = Uint8Array.from(border.complies)
    for (let attempt = 0; attempt < attempts; attempt++) {
      const wish = search({ ...border, complies }, present)
      const crowding = this.#crowding(wish, 'upper bound')
      if (crowding === undefined) return this.#isWorthIt(wish) ? this.#planOf(wish) : undefined
      complies[crowding] = 0
    }
    return undefined
  }

  /** What moves that were planned earlier would give now; undefined where one cannot be made, or the shield stops them. */
  planOf(moves: readonly Move[]): Plan | undefined {
    if (moves.some(({ prefix, to }) => this.#cannotMove(prefix, to))) return undefined
    const { links, candidates, border } = this.#field
    const wish = Int32Array.from(border.assignment)
    for (const { prefix, to } of moves) {
      const at = candidates.findIndex((one) => one.prefix === prefix)
      const target = links.findIndex((link) => this.#names[link] === to)
      if (target < 0) return undefined
      if (at >= 0) wish[at] = target
    }
    return this.#crowding(wish, 'present') === undefined && this.#isWorthIt(wish) ? this.#planOf(wish) : undefined
  }

  /** Load of a link after `plan` with `more` on top, grown to its upper bound, bits per second; undefined if not usable. */
  loadWith(plan: Plan, link: number, more: PrefixDemand): number | undefined {
    const load = plan.expected.find((one) => one.link === this.#names[link])?.after
    return load === undefined ? undefined : load + this.#field.arriving(more)
  }

  /** Whether the neighbour ignores it, an intent bars it, or others hold it or drew it elsewhere in the meantime. */
  #cannotMove(prefix: string, to: string): boolean {
    if (this.#memory.isIgnored(prefix)) return true
    const one = this.#demand.byPrefix.get(prefix)
    if ((one?.heldBy ?? null) !== null) return true
    if (one !== undefined && !mayEnter(one, this.#names.indexOf(to))) return true
    const steeredTo = one?.steeredTo ?? null
    return steeredTo !== null && steeredTo !== one?.link && this.#names[steeredTo] !== to
  }

  /** Lightest of the prefixes moved to a link that would reach its threshold by them; they arrive as they are, or grown. */
  #crowding(wish: Int32Array, size: 'present' | 'upper bound'): number | undefined {
    const { links, candidates, border, arriving } = this.#field
    const { assignment } = border
    for (const [place, link] of links.entries()) {
      const { load, threshold } = this.#links[link]!
      if (load! >= threshold) continue
      let after = load!
      let lightest: number | undefined
      for (const [at, one] of candidates.entries()) {
        if (wish[at] === assignment[at]) continue
        if (assignment[at] === place) after -= one.rates[link]!
        if (wish[at] !== place) continue
        after += size === 'present' ? one.rates[one.link]! : arriving(one)
        lightest = at // the candidates are sorted, heaviest first
      }
      if (lightest !== undefined && after >= threshold) return lightest
    }
    return undefined
  }

  #isWorthIt(wish: Int32Array): boolean {
    const { border, present, upper } = this.#field
    const { assignment } = border
    if (wish.every((link, at) => link === assignment[at])) return false
    return [present, upper].every((terms) => searchCost(border, terms, wish) < searchCost(border, terms, assignment))
  }

  #planOf(wish: Int32Array): Plan {
    const { links, candidates, border, present } = this.#field
    const { assignment } = border
    const after = Float64Array.from(this.#demand.loads, (load) => load ?? 0)
    const moves: Move[] = []
    for (const [at, { prefix, link, rates }] of candidates.entries()) {
      if (wish[at] === assignment[at]) continue
      const to = links[wish[at]!]!
      after[link]! -= rates[link]!
      after[to]! += rates[link]!
      moves.push({ prefix, rate: rates[link]!, from: this.#names[link]!, to: this.#names[to]! })
    }
    const expected = this.#names.flatMap((link, number) => {
      const before = this.#demand.loads[number] ?? null
      return before === null ? [] : [{ link, before, after: Math.max(0, after[number]!) }]
    })
    const gain = searchCost(border, present, assignment) - searchCost(border, present, wish)
    return { moves, expected, gain }
  }
}
