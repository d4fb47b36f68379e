/** Which session of one network goes on as which of another: what can be said of a pair of traces, and who fits whom. @module */
import { randomOf } from '../../packages/channel/test/virtual-network.ts'
import { gapsOf, messagesOf, octetsOf } from './features.ts'
import { Forest, type Sample } from './forest.ts'
import type { Moved } from './moves.ts'
import type { Seen, Trace } from './trace.ts'

export type Sight = 'times of the move' | 'all'

/** Groups of sessions that move together; the observer learns from the first half, and links those of the second. */
export function linked(
  groups: readonly (readonly Moved[])[],
  sight: Sight,
): { readonly right: number; readonly of: number } {
  const half = groups.length >> 1
  const pairs = groups.map((group) => pairsOf(group, sight))
  const learned = pairs
    .slice(0, half)
    .flatMap((rows) =>
      rows.flatMap((row, from) => row.map((features, to): Sample => ({ features, label: from === to ? 1 : 0 }))),
    )
  const forest = new Forest(learned, { classes: 2, random: randomOf(1) })
  let [right, of] = [0, 0]
  for (const rows of pairs.slice(half)) {
    const likely = rows.map((row) => row.map((features) => forest.shares(features)[1]!))
    right += bestPairs(likely).filter((to, from) => to === from).length
    of += rows.length
  }
  return { right, of }
}

/** What each session of the old network, a row, has in common with each of the new one. */
function pairsOf(group: readonly Moved[], sight: Sight): readonly (readonly (readonly number[])[])[] {
  const habits = group.map(({ before, after }) => ({ old: habitsOf(before), young: habitsOf(after) }))
  return group.map(({ before }, from) =>
    group.map(({ after }, to) => {
      const times = timesOf(before, after)
      if (sight === 'times of the move') return times
      const { old } = habits[from]!
      const { young } = habits[to]!
      return [...times, ...twinsOf(before, after, 'length'), ...old.map((value, at) => Math.abs(value - young[at]!))]
    }),
  )
}

/** For each row a column of its own: the likeliest pair first, then the likeliest of the rest. */
export function bestPairs(likely: readonly (readonly number[])[]): readonly number[] {
  const pairs = likely
    .flatMap((row, from) => row.map((share, to) => ({ from, to, share })))
    .toSorted((one, other) => other.share - one.share)
  const chosen = new Map<number, number>()
  const taken = new Set<number>()
  for (const { from, to } of pairs) {
    if (chosen.has(from) || taken.has(to)) continue
    chosen.set(from, to)
    taken.add(to)
  }
  return likely.map((_, from) => chosen.get(from)!)
}

/** When one ends and the other begins; and what appears on both at the same time, while both are used. */
function timesOf(before: Trace, after: Trace): readonly number[] {
  const begins = after[0]?.at ?? Infinity
  const ends = before.at(-1)?.at ?? 0
  const outEnds = before.findLast(({ way }) => way === 'out')?.at ?? 0
  const gap = Math.min(begins - ends, 1e6)
  return [gap, Math.abs(gap), Math.min(begins - outEnds, 1e6), ...twinsOf(before, after, 'time')]
}

/** Packets of the old network that have a twin on the new one within a millisecond: their number and share. */
function twinsOf(before: Trace, after: Trace, by: 'time' | 'length'): readonly [count: number, share: number] {
  const begins = after[0]?.at ?? Infinity
  const overlapping = before.filter(({ at }) => at >= begins - 1)
  const until = before.at(-1)?.at ?? 0
  const candidates = after.filter(({ at }) => at <= until + 1)
  const isTwin = (one: Seen, other: Seen): boolean =>
    one.way === other.way && Math.abs(one.at - other.at) <= 1 && (by === 'time' || one.octets === other.octets)
  const twins = overlapping.filter((one) => candidates.some((other) => isTwin(one, other))).length
  return [twins, overlapping.length === 0 ? 0 : twins / overlapping.length]
}

/** How a session usually looks: logarithms, so that a difference is a ratio. */
function habitsOf(trace: Trace): readonly number[] {
  const seconds = Math.max(1, ((trace.at(-1)?.at ?? 0) - (trace[0]?.at ?? 0)) / 1000)
  const sorted = (values: readonly number[]): readonly number[] => values.toSorted((one, other) => one - other)
  const at = (values: readonly number[], share: number): number =>
    Math.log1p(values[Math.floor(share * (values.length - 1))] ?? 0)
  return (['out', 'in'] as const).flatMap((way) => {
    const some = trace.filter((seen) => seen.way === way)
    const messages = messagesOf(some)
    const lists = [some, messages].flatMap((list) => [sorted(list.map(({ octets }) => octets)), sorted(gapsOf(list))])
    return [
      ...[some.length, messages.length, octetsOf(some)].map((count) => Math.log1p(count / seconds)),
      ...lists.flatMap((values) => [0.25, 0.5, 0.75, 0.95].map((share) => at(values, share))),
    ]
  })
}
