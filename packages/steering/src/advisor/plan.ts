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
import { costWeights, hotLevel } from '../cost.ts'
import { moveBudget } from '../observation.ts'
import { type Border, search, searchCost, type SearchTerms } from '../search.ts'
import type { Demand, PrefixDemand } from './demand.ts'
import type { Expected, Move } from './finding.ts'
import { aim, hiddenDemand } from './limits.ts'
import type { LinkWatch } from './link-watch.ts'
import type { PrefixMemory } from './prefix-memory.ts'

export interface Plan {
  readonly moves: readonly Move[]
  /** Loads of the links whose load is known, before and after. */
  readonly expected: readonly Expected[]
  /** By how much the cost falls that `search` lowers. */
  readonly gain: number
}

/** A prefix that moved a short time ago costs so much more to move. */
const flapPrice = 3
const searchRounds = 60
/** Length of a move, of borders that it is not known of: of moves that give as much, those of less traffic are better. */
const awayDelay = 0.02
/** Searches; before each but the first, one more prefix that the shield stopped is left out. */
const attempts = 16
/** Traffic is not expected to grow to more than this within the horizon. */
const mostGrowth = 2

export class Planner {
  readonly #names: readonly string[]
  readonly #demand: Demand
  readonly #links: readonly LinkWatch[]
  readonly #memory: PrefixMemory
  /** Numbers of the links that traffic can be moved between: their load is known, and they are up. */
  readonly #usable: readonly number[]
  /** Those that enter over one usable link. */
  readonly #candidates: readonly PrefixDemand[]
  readonly #border: Border
  readonly #terms: SearchTerms
  readonly #upper: SearchTerms

  constructor(names: readonly string[], demand: Demand, links: readonly LinkWatch[], memory: PrefixMemory) {
    this.#names = names
    this.#demand = demand
    this.#links = links
    this.#memory = memory
    this.#usable = [...names.keys()].filter((link) => demand.loads[link] !== null && demand.capacities[link]! > 0)
    this.#candidates = demand.heaviest.filter(({ link, spread }) => spread === 1 && this.#usable.includes(link))
    const usable = this.#usable
    // What cannot be moved takes part as one more prefix of each link, which does not comply.
    const prefixes = this.#candidates.length + usable.length
    const complies = Uint8Array.from({ length: prefixes }, (_, at) => {
      const one = this.#candidates[at]
      return one !== undefined && canMove(one, memory) ? 1 : 0
    })
    const assignment = Int32Array.from({ length: prefixes }, (_, at) =>
      at < this.#candidates.length ? usable.indexOf(this.#candidates[at]!.link) : at - this.#candidates.length,
    )
    const price = Float64Array.from(
      this.#candidates,
      ({ prefix }) => costWeights.move * (memory.movedAgo(prefix) === null ? 1 : flapPrice),
    )
    this.#border = {
      prefixes,
      links: usable.length,
      delay: Float64Array.from({ length: prefixes * usable.length }, (_, at) =>
        assignment[Math.floor(at / usable.length)] === at % usable.length ? 0 : awayDelay,
      ),
      assignment,
      complies,
    }
    const terms = {
      capacity: Float64Array.from(usable, (link) => links[link]!.capacity),
      price: Float64Array.from({ length: prefixes }, (_, at) => price[at] ?? 0),
      moveLimit: moveBudget,
      rounds: searchRounds,
    }
    this.#terms = {
      ...terms,
      threshold: Float64Array.from(usable, (link) => (aim * links[link]!.threshold) / links[link]!.capacity),
      demand: this.#demands(
        (link) => this.#sentOver(link),
        () => 1,
      ),
    }
    this.#upper = {
      ...terms,
      threshold: new Float64Array(usable.length).fill(hotLevel),
      demand: this.#demands(
        (link) => this.#sentOver(link) + links[link]!.margin,
        (link) => this.#growthOf(link),
      ),
    }
  }

  /** undefined where nothing passes the shield. */
  best(): Plan | undefined {
    if (this.#usable.length < 2) return undefined
    const complies = Uint8Array.from(this.#border.complies)
    for (let attempt = 0; attempt < attempts; attempt++) {
      const wish = search({ ...this.#border, complies }, this.#terms)
      const crowding = this.#crowding(wish, 'upper bound')
      if (crowding === undefined) return this.#isWorthIt(wish) ? this.#planOf(wish) : undefined
      complies[crowding] = 0
    }
    return undefined
  }

  /** What moves that were planned earlier would give now; undefined where one cannot be made, or the shield stops them. */
  planOf(moves: readonly Move[]): Plan | undefined {
    if (moves.some(({ prefix, to }) => this.#cannotMove(prefix, to))) return undefined
    const wish = Int32Array.from(this.#border.assignment)
    for (const { prefix, to } of moves) {
      const at = this.#candidates.findIndex((one) => one.prefix === prefix)
      const target = this.#usable.findIndex((link) => this.#names[link] === to)
      if (target < 0) return undefined
      if (at >= 0) wish[at] = target
    }
    return this.#crowding(wish, 'present') === undefined && this.#isWorthIt(wish) ? this.#planOf(wish) : undefined
  }

  /** Load of a link after `plan` with `more` on top, grown to its upper bound, bits per second; undefined if not usable. */
  loadWith(plan: Plan, link: number, more: PrefixDemand): number | undefined {
    const load = plan.expected.find((one) => one.link === this.#names[link])?.after
    return load === undefined ? undefined : load + this.#arriving(more)
  }

  /** Whether the neighbour ignores it, or others drew it elsewhere in the meantime. */
  #cannotMove(prefix: string, to: string): boolean {
    if (this.#memory.isIgnored(prefix)) return true
    const one = this.#demand.byPrefix.get(prefix)
    const steeredTo = one?.steeredTo ?? null
    return steeredTo !== null && steeredTo !== one?.link && this.#names[steeredTo] !== to
  }

  /** Lightest of the prefixes moved to a link that would reach its threshold by them; they arrive as they are, or grown. */
  #crowding(wish: Int32Array, arriving: 'present' | 'upper bound'): number | undefined {
    const { assignment } = this.#border
    for (const [place, link] of this.#usable.entries()) {
      const { load, threshold } = this.#links[link]!
      if (load! >= threshold) continue
      let after = load!
      let lightest: number | undefined
      for (const [at, one] of this.#candidates.entries()) {
        if (wish[at] === assignment[at]) continue
        if (assignment[at] === place) after -= one.rates[link]!
        if (wish[at] !== place) continue
        after += arriving === 'present' ? one.rates[one.link]! : this.#arriving(one)
        lightest = at // the candidates are sorted, heaviest first
      }
      if (lightest !== undefined && after >= threshold) return lightest
    }
    return undefined
  }

  #isWorthIt(wish: Int32Array): boolean {
    const { assignment } = this.#border
    if (wish.every((link, at) => link === assignment[at])) return false
    return [this.#terms, this.#upper].every(
      (terms) => searchCost(this.#border, terms, wish) < searchCost(this.#border, terms, assignment),
    )
  }

  #planOf(wish: Int32Array): Plan {
    const { assignment } = this.#border
    const after = Float64Array.from(this.#demand.loads, (load) => load ?? 0)
    const moves: Move[] = []
    for (const [at, { prefix, link, rates }] of this.#candidates.entries()) {
      if (wish[at] === assignment[at]) continue
      const to = this.#usable[wish[at]!]!
      after[link]! -= rates[link]!
      after[to]! += rates[link]!
      moves.push({ prefix, rate: rates[link]!, from: this.#names[link]!, to: this.#names[to]! })
    }
    const expected = this.#names.flatMap((link, number) => {
      const before = this.#demand.loads[number] ?? null
      return before === null ? [] : [{ link, before, after: Math.max(0, after[number]!) }]
    })
    const gain = searchCost(this.#border, this.#terms, assignment) - searchCost(this.#border, this.#terms, wish)
    return { moves, expected, gain }
  }

  /** Of each candidate, and what each link carries besides: `sent` in all, of which candidates take their rates times `growth`. */
  #demands(sent: (link: number) => number, growth: (link: number) => number): Float64Array {
    const demand = Float64Array.from(
      this.#candidates,
      ({ link, rates }) => rates[link]! * this.#hidden(link) * growth(link),
    )
    const rest = this.#usable.map((link) => {
      let left = sent(link)
      for (const [at, one] of this.#candidates.entries()) if (one.link === link) left -= demand[at]!
      return Math.max(0, left)
    })
    return Float64Array.of(...demand, ...rest)
  }

  #sentOver(link: number): number {
    return this.#links[link]!.load! * this.#hidden(link)
  }

  #hidden(link: number): number {
    return this.#links[link]!.full ? hiddenDemand : 1
  }

  #growthOf(link: number): number {
    const { load, margin } = this.#links[link]!
    return load! > 0 ? Math.min(mostGrowth, 1 + margin / load!) : 1
  }

  /** What a prefix may bring to another link. */
  #arriving({ link, rates }: PrefixDemand): number {
    return rates[link]! * this.#hidden(link) * this.#growthOf(link)
  }
}

/** A prefix whose last move has not arrived is not moved again. */
function canMove({ prefix, link, steeredTo }: PrefixDemand, memory: PrefixMemory): boolean {
  return !memory.isIgnored(prefix) && (steeredTo === null || steeredTo === link)
}
