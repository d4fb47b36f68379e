/**
 * A policy in a world. It sees step t as a border router would, and what it decides is in force, and paid, at t + 1: BGP
 * takes that long.
 * @module
 */
import { updateEstimate } from '../estimate.ts'
import { flapSteps, moveBudget, neverMoved, type Observation, type Policy } from '../observation.ts'
import { type Run, Tally } from './tally.ts'
import type { World } from './world.ts'

/** Begins with all prefixes on their preferred links. */
export function run(world: World, policy: Policy): Run {
  const { prefixes, links, steps, stepsPerDay, delay, preferred } = world
  const seen = {
    prefixes,
    links,
    step: 0,
    stepsPerDay,
    delay,
    preferred,
    assignment: Int32Array.from(preferred),
    complies: new Uint8Array(prefixes).fill(1),
    capacity: new Float64Array(links),
    load: new Float64Array(links),
    saturated: new Uint8Array(links),
    visible: new Uint8Array(prefixes),
    estimate: new Float64Array(prefixes),
    lastMove: new Int32Array(prefixes).fill(neverMoved),
  } satisfies Observation
  const tally = new Tally(world)
  const measured = new Float64Array(prefixes)
  for (; seen.step < steps - 1; seen.step++) {
    observe(world, seen, measured)
    const { moves, flaps } = carryOut(world, seen, policy.decide(seen))
    tally.add(seen.assignment, moves, flaps)
  }
  return tally.run
}

/** What is lost on a full link is lost of all its prefixes alike, and not measured. */
function observe(world: World, seen: Observation, measured: Float64Array): void {
  const { prefixes, links } = world
  const sent = new Float64Array(links)
  const from = seen.step * prefixes
  for (let prefix = 0; prefix < prefixes; prefix++) sent[seen.assignment[prefix]!]! += world.load[from + prefix]!
  for (let link = 0; link < links; link++) {
    seen.capacity[link] = world.capacity[seen.step * links + link]!
    seen.load[link] = Math.min(sent[link]!, seen.capacity[link]!)
    seen.saturated[link] = sent[link]! >= seen.capacity[link]! ? 1 : 0
  }
  const passed = seen.load.map((load, link) => (sent[link]! > 0 ? load / sent[link]! : 1))
  for (let prefix = 0; prefix < prefixes; prefix++)
    measured[prefix] = world.load[from + prefix]! * passed[seen.assignment[prefix]!]!
  updateEstimate(seen, measured)
}

/** A prefix that does not comply stays. That its move was asked for is charged, and that it stayed is seen. */
function carryOut(world: World, seen: Observation, wish: Int32Array): { moves: number; flaps: number } {
  let moves = 0
  let flaps = 0
  for (let prefix = 0; prefix < world.prefixes && moves < moveBudget; prefix++) {
    if (wish[prefix] === seen.assignment[prefix]) continue
    moves++
    if (world.complies[prefix] === 0) {
      seen.complies[prefix] = 0
      continue
    }
    if (seen.step - seen.lastMove[prefix]! < flapSteps) flaps++
    seen.lastMove[prefix] = seen.step
    seen.assignment[prefix] = wish[prefix]!
  }
  return { moves, flaps }
}
