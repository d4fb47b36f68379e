/** What alarms are worth, by what was put in. @module */
import type { Alarms } from './detectors.ts'
import type { Injected } from './loads.ts'

export interface Score {
  readonly events: number
  readonly found: number
  /** Alarms of series and steps in which nothing was put in. */
  readonly false: number
  readonly delays: readonly number[]
  readonly byKind: ReadonlyMap<string, { events: number; found: number }>
}

/**
 * An anomaly is found when one of its links alarms the right way while it lasts or in the step after. For an hour after it,
 * alarms of its links are no false ones: its end is a change, too.
 * @param alarms by link
 */
export function scoreOf(
  alarms: readonly Alarms[],
  injected: readonly Injected[],
  { from, to, hour }: { readonly from: number; readonly to: number; readonly hour: number },
): Score {
  const delays: number[] = []
  const byKind = new Map<string, { events: number; found: number }>()
  const explained = new Set<Alarms[number]>()
  for (const one of injected) {
    const way = one.kind === 'drop' ? 'down' : 'up'
    let first = Infinity
    for (const link of one.links) {
      for (const alarm of alarms[link]!) {
        if (alarm.step < one.from || alarm.step > one.to + hour) continue
        explained.add(alarm)
        if (alarm.way === way && alarm.step <= one.to) first = Math.min(first, alarm.step - one.from)
      }
    }
    const name = `${one.kind} ${one.size}`
    const kind = byKind.get(name) ?? { events: 0, found: 0 }
    byKind.set(name, kind)
    kind.events++
    if (first === Infinity) continue
    kind.found++
    delays.push(first)
  }
  const all = alarms.flat().filter(({ step }) => step >= from && step < to)
  return {
    events: injected.length,
    found: delays.length,
    false: all.filter((alarm) => !explained.has(alarm)).length,
    delays,
    byKind,
  }
}

export const joined = (scores: readonly Score[]): Score => {
  const byKind = new Map<string, { events: number; found: number }>()
  for (const { byKind: some } of scores) {
    for (const [name, { events, found }] of some) {
      const kind = byKind.get(name) ?? { events: 0, found: 0 }
      byKind.set(name, { events: kind.events + events, found: kind.found + found })
    }
  }
  const sum = (of: (score: Score) => number): number => scores.reduce((total, score) => total + of(score), 0)
  return {
    events: sum(({ events }) => events),
    found: sum(({ found }) => found),
    false: sum((score) => score.false),
    delays: scores.flatMap(({ delays }) => delays),
    byKind,
  }
}

export const recallOf = ({ found, events }: Score): number => found / events
export const precisionOf = (score: Score): number => score.found / Math.max(1, score.found + score.false)
export function f1Of(score: Score): number {
  const [precision, recall] = [precisionOf(score), recallOf(score)]
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0
}
