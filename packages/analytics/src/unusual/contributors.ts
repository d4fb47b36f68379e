/**
 * What accounts for a change: the fewest keys of each set that make up most of it, as Adtributor (Bhagwan et al., NSDI 2014)
 * asks for, by a greedy choice, which is exact for one set. Sets whose few keys say little are left out.
 * @module
 */
import type { TopSet } from '../top-sets.ts'
import type { Composition, Part } from './composition.ts'
import type { Way } from './series-watch.ts'

/** Keys that explain at most; with more of them it is everybody. */
const maxContributors = 4
/** Part of the change at which they are enough, and without which they say nothing. */
const enough = 0.8
const least = 0.5
/** Part of the change that one key must make up to be named. */
const leastOfItem = 0.1
/** Parts that differ by less are the same: the set that says more comes first. */
const alike = 0.1

/** The unit in which the change is. */
export type Amount = 'bitsPerSecond' | 'flowsPerSecond'

export interface Contributor {
  readonly key: string
  readonly before: number
  readonly now: number
}

export interface Explanation {
  readonly by: TopSet
  readonly amount: Amount
  /** Largest change first. */
  readonly items: readonly Contributor[]
  /** Of the change, 0 to 1. */
  readonly part: number
  /** Of the change, 0 to 1: what keys that were not listed may have had before or now. */
  readonly unsure: number
}

export interface Change {
  readonly way: Way
  readonly amount: Amount
  /** How much, above 0. */
  readonly size: number
}

/**
 * The sets that tell something, the fewest keys first.
 * @param before windows of before the change; none: nothing is told
 */
export function explain(before: readonly Composition[], now: Composition, change: Change): readonly Explanation[] {
  if (before.length === 0 || !(change.size > 0)) return []
  const sets: readonly TopSet[] = ['sites', 'conversation', 'pair', 'src', 'dst', 'application']
  return sets
    .flatMap((set) => explanationBy(set, before, now, change) ?? [])
    .toSorted(
      (one, other) =>
        one.items.length - other.items.length || Math.round(other.part / alike) - Math.round(one.part / alike),
    )
}

function explanationBy(
  set: TopSet,
  before: readonly Composition[],
  now: Composition,
  { way, amount, size }: Change,
): Explanation | undefined {
  const past = new Map<string, number>()
  for (const { parts } of before) {
    for (const part of parts[set]) past.set(part.key, (past.get(part.key) ?? 0) + part[amount] / before.length)
  }
  const present = new Map(now.parts[set].map((part: Part) => [part.key, part[amount]]))
  const sign = way === 'up' ? 1 : -1
  const changes = [...new Set([...past.keys(), ...present.keys()])]
    .map((key) => ({ key, before: past.get(key) ?? 0, now: present.get(key) ?? 0 }))
    .toSorted((one, other) => sign * (other.now - other.before - one.now + one.before))
  const items: Contributor[] = []
  let sum = 0
  for (const each of changes.slice(0, maxContributors)) {
    const climb = sign * (each.now - each.before)
    if (climb < leastOfItem * size || climb <= 0 || sum >= enough * size) break
    items.push(each)
    sum += climb
  }
  if (items.length === 0 || sum < least * size) return undefined
  const floor =
    amount === 'bitsPerSecond' ? Math.max(now.unlisted[set], ...before.map(({ unlisted }) => unlisted[set])) : 0
  return { by: set, amount, items, part: Math.min(1, sum / size), unsure: Math.min(1, (floor * items.length) / size) }
}
