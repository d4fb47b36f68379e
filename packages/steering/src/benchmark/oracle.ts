/**
 * What could be had by who knows the future: loads, capacities, and which prefixes comply. The oracle has no budget of
 * moves and pays no flaps. It is a reference and not a bound, because it ends in a local optimum: prefix after prefix gets
 * its best path over the links (Viterbi) while the others keep theirs, until that gains nothing.
 * @module
 */
import { costWeights, hotLevel, linkCost } from '../cost.ts'
import { type Run, Tally } from './tally.ts'
import type { World } from './world.ts'

/** Every so many steps are looked at to order prefixes by load. */
const orderStride = 17
const mostSweeps = 12
const leastGain = 1e-5

export interface Oracle {
  readonly run: Run
  readonly sweeps: number
}

export function oracle(world: World): Oracle {
  const plan = new Plan(world)
  let before = Number.POSITIVE_INFINITY
  for (let sweeps = 1; ; sweeps++) {
    for (const prefix of heaviestFirst(world)) plan.improve(prefix)
    const run = runPlan(world, (decision) => plan.at(decision))
    if (before - run.cost < leastGain || sweeps === mostSweeps) return { run, sweeps }
    before = run.cost
  }
}

/**
 * A run in which everything is known (tier A): `wishOf` gives the assignment that is in force at step `decision` + 1. Its
 * wishes for prefixes that do not comply have no effect and cost nothing.
 */
export function runPlan(world: World, wishOf: (decision: number, assignment: Int32Array) => ArrayLike<number>): Run {
  const { prefixes, steps, preferred, complies } = world
  const assignment = Int32Array.from(preferred)
  const tally = new Tally(world)
  for (let decision = 0; decision < steps - 1; decision++) {
    const wish = wishOf(decision, assignment)
    let moves = 0
    for (let prefix = 0; prefix < prefixes; prefix++) {
      if (complies[prefix] === 0 || wish[prefix] === assignment[prefix]) continue
      assignment[prefix] = wish[prefix]!
      moves++
    }
    tally.add(assignment, moves, 0)
  }
  return tally.run
}

/** Prefixes that comply, by load. */
function heaviestFirst({ prefixes, steps, load, complies }: World): readonly number[] {
  const size = new Float64Array(prefixes)
  for (let step = 1; step < steps; step += orderStride)
    for (let prefix = 0; prefix < prefixes; prefix++) size[prefix]! += load[step * prefixes + prefix]!
  return [...size.keys()].filter((prefix) => complies[prefix] === 1).sort((a, b) => size[b]! - size[a]!)
}

/** The link of each prefix at every decision, and the loads of links that follow from it. */
class Plan {
  readonly #world: World
  readonly #decisions: number
  /** At decision × prefixes + prefix. */
  readonly #link: Uint8Array
  /** At decision × links + link. */
  readonly #load: Float64Array
  readonly #total: Float64Array
  readonly #cost: Float64Array
  readonly #before: Uint8Array

  constructor(world: World) {
    const { prefixes, links, steps, load, preferred } = world
    this.#world = world
    this.#decisions = steps - 1
    this.#link = new Uint8Array(this.#decisions * prefixes)
    this.#load = new Float64Array(this.#decisions * links)
    this.#total = new Float64Array(this.#decisions)
    this.#cost = new Float64Array(this.#decisions * links)
    this.#before = new Uint8Array(this.#decisions * links)
    for (let decision = 0; decision < this.#decisions; decision++) {
      this.#link.set(preferred, decision * prefixes)
      for (let prefix = 0; prefix < prefixes; prefix++) {
        const own = load[(decision + 1) * prefixes + prefix]!
        this.#load[decision * links + preferred[prefix]!]! += own
        this.#total[decision]! += own
      }
    }
  }

  at(decision: number): Uint8Array {
    const { prefixes } = this.#world
    return this.#link.subarray(decision * prefixes, (decision + 1) * prefixes)
  }

  improve(prefix: number): void {
    this.#takeOut(prefix)
    let link = this.#cheapestEnd(prefix)
    const { prefixes, links, load } = this.#world
    for (let decision = this.#decisions - 1; decision >= 0; decision--) {
      this.#link[decision * prefixes + prefix] = link
      this.#load[decision * links + link]! += load[(decision + 1) * prefixes + prefix]!
      link = this.#before[decision * links + link]!
    }
  }

  /** Takes the prefix off its links, and finds what it would cost on each. */
  #takeOut(prefix: number): void {
    const { prefixes, links, load, capacity, delay } = this.#world
    for (let decision = 0; decision < this.#decisions; decision++) {
      const own = load[(decision + 1) * prefixes + prefix]!
      const total = this.#total[decision]!
      this.#load[decision * links + this.#link[decision * prefixes + prefix]!]! -= own
      for (let link = 0; link < links; link++) {
        const full = capacity[(decision + 1) * links + link]!
        const others = this.#load[decision * links + link]!
        const more = linkCost(others + own, full, hotLevel * full) - linkCost(others, full, hotLevel * full)
        const farther = costWeights.delay * own * delay[prefix * links + link]!
        this.#cost[decision * links + link] = (more + farther) / total
      }
    }
  }

  /** The link on which the cheapest path ends; how it got there stands in `#before`. */
  #cheapestEnd(prefix: number): number {
    const { links, preferred } = this.#world
    let path = new Float64Array(links).fill(Number.POSITIVE_INFINITY)
    let next = new Float64Array(links)
    path[preferred[prefix]!] = 0
    for (let decision = 0; decision < this.#decisions; decision++) {
      const cheapest = leastOf(path)
      const moving = path[cheapest]! + costWeights.move
      for (let link = 0; link < links; link++) {
        const stays = path[link]! <= moving
        next[link] = (stays ? path[link]! : moving) + this.#cost[decision * links + link]!
        this.#before[decision * links + link] = stays ? link : cheapest
      }
      ;[path, next] = [next, path]
    }
    return leastOf(path)
  }
}

function leastOf(values: Float64Array): number {
  let least = 0
  for (let at = 1; at < values.length; at++) if (values[at]! < values[least]!) least = at
  return least
}
