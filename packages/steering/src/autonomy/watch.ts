/**
 * Whether moves that are in force do what they were approved for. They are taken back
 *
 *   harm       if a link that was to stay below its threshold is at or above it in two steps in a row, would not be without
 *              them, and the links together would then be less above their thresholds
 *   ignored    if a link that they were to relieve is still above its threshold when their traffic should have arrived,
 *              and flows tell that most of it has not
 *
 * but not before a prefix may be changed again. What would be without them is what the outcome of a proposal says, too: the
 * same traffic over the other links.
 * @module
 */
import { type Demand, demandOf } from '../advisor/demand.ts'
import type { Expected, LinkFinding, Move } from '../advisor/finding.ts'
import { settleMs, settleSteps, wellTold } from '../advisor/limits.ts'
import { otherLoads, shiftedRates } from '../advisor/outcome.ts'
import type { BorderReading } from '../advisor/reading.ts'
import { restMs, sureSteps } from './limits.ts'

/** An approval in force, from step to step; plain JSON. */
export interface Watched {
  /** What each move brings, as last seen, bits per second. */
  readonly rates: readonly number[]
  /** Steps in a row in which each link was harmed, by name. */
  readonly harmed: Readonly<Record<string, number>>
  /** Steps in a row in which traffic did not follow though it was needed. */
  readonly ignored: number
}

export interface WatchView {
  readonly now: number
  /** When it was approved, milliseconds since 1970. */
  readonly since: number
  /** Of the proposal. */
  readonly moves: readonly Move[]
  readonly expected: readonly Expected[]
  readonly reading: BorderReading
  /** As the advisor found them in this reading. */
  readonly links: readonly LinkFinding[]
}

export type Watching =
  | { readonly verdict: 'keep'; readonly state: Watched }
  | {
      readonly verdict: 'undo'
      readonly state: Watched
      /** A sentence without a full stop. */ readonly because: string
    }

/** Of the traffic that was moved, flows tell that at least so much arrived where it was sent. */
const arrivedShare = 0.5

export const watchedFrom = (moves: readonly Move[]): Watched => ({ rates: moves.map(() => 0), harmed: {}, ignored: 0 })

/** After one more step. */
export function watched(before: Watched, view: WatchView): Watching {
  const { now, since, moves, links, reading } = view
  const names = links.map(({ name }) => name)
  const demand = demandOf(reading)
  const loads = links.map(({ load }) => load)
  const rates = shiftedRates(names, demand, moves, 'to', before.rates)
  const without = otherLoads(names, loads, moves, 'to', rates)
  const harmed: Record<string, number> = {}
  if (excess(links, without) < excess(links, loads))
    for (const [at, { name, load, threshold }] of links.entries()) {
      if (load !== null && load >= threshold && without[at]! < threshold && wasToHaveRoom(name, threshold, view))
        harmed[name] = (before.harmed[name] ?? 0) + 1
    }
  const ignored = demand.byPrefix.size === 0 ? before.ignored : isIgnored(view, demand, rates) ? before.ignored + 1 : 0
  const state = { rates, harmed, ignored }
  if (!(now - since >= restMs)) return { verdict: 'keep', state }
  const full = links.find(({ name }) => (harmed[name] ?? 0) >= sureSteps)
  if (full !== undefined)
    return { verdict: 'undo', state, because: harmSentence(full, without[names.indexOf(full.name)]!) }
  if (ignored >= settleSteps && now - since >= settleMs)
    return {
      verdict: 'undo',
      state,
      because: 'the neighbour still sends most of the traffic over the link that is full',
    }
  return { verdict: 'keep', state }
}

/** How far the links are above their thresholds together, bits per second; those without a load are left out. */
function excess(links: readonly LinkFinding[], loads: readonly (number | null)[]): number {
  return links.reduce((sum, { threshold }, at) => sum + Math.max(0, (loads[at] ?? 0) - threshold), 0)
}

function wasToHaveRoom(name: string, threshold: number, { expected }: WatchView): boolean {
  const after = expected.find(({ link }) => link === name)?.after
  return after !== undefined && after < threshold
}

/** Whether a link that was to be relieved needs it, flows account for its load, and most of what was moved stays there. */
function isIgnored({ moves, links }: WatchView, { byPrefix, told }: Demand, arrived: readonly number[]): boolean {
  const names = links.map(({ name }) => name)
  const needy = moves.some(({ from }) => {
    const at = names.indexOf(from)
    const { load = null, threshold = Infinity } = links[at] ?? {}
    return load !== null && load >= threshold && told[at]! >= wellTold
  })
  const all = moves.reduce((sum, { prefix }) => sum + (byPrefix.get(prefix)?.rate ?? 0), 0)
  const there = arrived.reduce((sum, rate) => sum + rate, 0)
  return needy && all > 0 && there < arrivedShare * all
}

function harmSentence({ name, load, threshold, capacity }: LinkFinding, without: number): string {
  const percent = (rate: number): number => Math.round((100 * rate) / capacity)
  return `${name} carries ${percent(load!)} % of its capacity, above its threshold of ${percent(threshold)} %; without the moves it would be ${percent(without)} %`
}
