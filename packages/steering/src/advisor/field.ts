/**
 * A border as the local search sees it: the prefixes that enter over one link each, and what cannot be moved as one more
 * prefix of each link, which does not comply. Links are left out of which the load is not known, or that are down.
 * @module
 */
import { costWeights, hotLevel } from '../cost.ts'
import { moveBudget } from '../observation.ts'
import type { Border, SearchTerms } from '../search.ts'
import { type Demand, mayEnter, type PrefixDemand } from './demand.ts'
import { aim, hiddenDemand } from './limits.ts'
import type { LinkWatch } from './link-watch.ts'
import type { PrefixMemory } from './prefix-memory.ts'

export interface Field {
  /** Number in the reading of each link of the border. */
  readonly links: readonly number[]
  /** The first prefixes of the border, heaviest first; the others are what else the links carry. */
  readonly candidates: readonly PrefixDemand[]
  readonly border: Border
  /** Loads as they are, with what full links hide, against what the moves aim at. */
  readonly present: SearchTerms
  /** Loads at their upper bound, against the level above which a link is hot in the benchmark. */
  readonly upper: SearchTerms
  /** What a prefix may bring to another link, bits per second. */
  readonly arriving: (prefix: PrefixDemand) => number
}

/** A prefix that moved a short time ago costs so many times as much to move. */
const flapPrice = 3
const searchRounds = 60
/** Length of a move, of borders that it is not known of: of moves that give as much, those of less traffic are better. */
const awayDelay = 0.02
/** Traffic is not expected to grow to more than so many times itself within the horizon. */
const mostGrowth = 2

export function fieldOf(demand: Demand, watches: readonly LinkWatch[], memory: PrefixMemory): Field {
  const links = [...watches.keys()].filter((link) => demand.loads[link] !== null && demand.capacities[link]! > 0)
  const candidates = demand.heaviest.filter(({ link, spread }) => spread === 1 && links.includes(link))
  const border = borderOf(links, candidates, memory)

  const hidden = (link: number): number => (watches[link]!.full ? hiddenDemand : 1)
  const sent = (link: number): number => watches[link]!.load! * hidden(link)
  const growth = (link: number): number => {
    const { load, margin } = watches[link]!
    return load! > 0 ? Math.min(mostGrowth, 1 + margin / load!) : 1
  }
  const shared = {
    capacity: Float64Array.from(links, (link) => watches[link]!.capacity),
    price: Float64Array.from({ length: border.prefixes }, (_, at) => priceOf(candidates[at], memory)),
    moveLimit: moveBudget,
    rounds: searchRounds,
  }
  const present = {
    ...shared,
    threshold: Float64Array.from(links, (link) => (aim * watches[link]!.threshold) / watches[link]!.capacity),
    demand: demandsOf(links, candidates, sent, ({ link, rates }) => rates[link]! * hidden(link)),
  }
  const arriving = ({ link, rates }: PrefixDemand): number => rates[link]! * hidden(link) * growth(link)
  const upper = {
    ...shared,
    threshold: Float64Array.from(links, (link) => Math.min(hotLevel, watches[link]!.ceiling / watches[link]!.capacity)),
    demand: demandsOf(links, candidates, (link) => sent(link) + watches[link]!.margin, arriving),
  }
  return { links, candidates, border, present, upper, arriving }
}

function borderOf(links: readonly number[], candidates: readonly PrefixDemand[], memory: PrefixMemory): Border {
  const prefixes = candidates.length + links.length
  const assignment = Int32Array.from({ length: prefixes }, (_, at) =>
    at < candidates.length ? links.indexOf(candidates[at]!.link) : at - candidates.length,
  )
  const complies = Uint8Array.from({ length: prefixes }, (_, at) => (canMove(candidates[at], memory) ? 1 : 0))
  const delay = Float64Array.from({ length: prefixes * links.length }, (_, at) =>
    assignment[Math.floor(at / links.length)] === at % links.length ? 0 : awayDelay,
  )
  const barred = Uint8Array.from({ length: prefixes * links.length }, (_, at) => {
    const one = candidates[Math.floor(at / links.length)]
    const link = links[at % links.length]!
    return one === undefined || link === one.link || mayEnter(one, link) ? 0 : 1
  })
  return { prefixes, links: links.length, delay, assignment, complies, barred }
}

/** A prefix whose last move has not arrived is not moved again, and nobody but who holds it may move it. */
function canMove(one: PrefixDemand | undefined, memory: PrefixMemory): boolean {
  if (one === undefined || one.heldBy !== null || memory.isIgnored(one.prefix)) return false
  return one.steeredTo === null || one.steeredTo === one.link
}

function priceOf(one: PrefixDemand | undefined, memory: PrefixMemory): number {
  return one === undefined || memory.movedAgo(one.prefix) === null ? costWeights.move : flapPrice * costWeights.move
}

/** Of each candidate, and then what each link is `sent` besides. */
function demandsOf(
  links: readonly number[],
  candidates: readonly PrefixDemand[],
  sent: (link: number) => number,
  of: (candidate: PrefixDemand) => number,
): Float64Array {
  const demand = new Float64Array(candidates.length + links.length)
  for (const [place, link] of links.entries()) demand[candidates.length + place] = sent(link)
  for (const [at, one] of candidates.entries()) {
    const rest = candidates.length + links.indexOf(one.link)
    const own = of(one)
    demand[at] = own
    demand[rest] = Math.max(0, demand[rest]! - own)
  }
  return demand
}
