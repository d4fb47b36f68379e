/**
 * Loads of the links of two networks over time, with the gaps that they have, and the same with anomalies put in: all are
 * made of site pairs, so that a surge of a pair is on every link of its way.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { Share } from '../../packages/analytics/src/index.ts'
import { dataPath } from '../../scripts/needs.ts'
import { abilene, files, geant, valuesOf } from '../insight/networks.ts'

export interface Loads {
  readonly name: string
  readonly stepsPerDay: number
  /** Milliseconds since 1970 at which the first step begins. */
  readonly from: number
  /** Rates of each step by pair, Mbit/s; undefined where the data have a gap, or are corrupt. */
  readonly pairs: readonly (Float64Array | undefined)[]
  readonly routing: readonly Share[]
  /** Of the first step that nobody may learn from before it came. */
  readonly test: number
}

/** Five days, then two. */
export function abileneLoads(): Loads {
  const { stepsPerDay, steps, routing, test } = abilene()
  return { name: 'Abilene, days 1-5 → 6-7', stepsPerDay, from: Date.UTC(2004, 2, 1), pairs: steps, routing, test }
}

/** January and February, then March. Matrices are corrupt with less than a fifth or more than four times the median in all. */
export function geantLoads(): Loads {
  const { stepsPerDay, routing, nodes } = geant()
  const values = valuesOf(files.geant)
  const { times } = JSON.parse(readFileSync(dataPath('te/geant-2005-01..03.json'), 'utf8')) as {
    readonly times: readonly string[]
  }
  const cells = nodes * nodes
  const all = times.map((_, step) =>
    Float64Array.from({ length: cells }, (_cell, cell) =>
      Math.floor(cell / nodes) === cell % nodes ? 0 : values[step * cells + cell]!,
    ),
  )
  const totals = all.map((rates) => rates.reduce((sum, rate) => sum + rate, 0))
  const median = totals.toSorted((one, other) => one - other)[totals.length >> 1]!
  const stepMs = 86_400_000 / stepsPerDay
  const timeOf = (text: string): number => Date.parse(text.replace(/^(\d+-\d+-\d+)-(\d+)-(\d+)$/, '$1T$2:$3Z'))
  const from = timeOf(times[0]!)
  const pairs: (Float64Array | undefined)[] = []
  for (const [at, text] of times.entries()) {
    const isSound = totals[at]! >= 0.2 * median && totals[at]! <= 4 * median
    if (isSound) pairs[Math.round((timeOf(text) - from) / stepMs)] = all[at]!
  }
  const test = Math.round((Date.UTC(2005, 2, 1) - from) / stepMs)
  return {
    name: 'GEANT, January-February → March',
    stepsPerDay,
    from,
    pairs: Array.from(pairs, (rates) => rates),
    routing,
    test,
  }
}

const kinds = ['surge', 'drop', 'shift'] as const

/** An anomaly of one pair. */
export interface Injected {
  readonly kind: (typeof kinds)[number]
  /** Of a surge or shift: what it adds, by the mean load of the fullest link on its way. Of a drop: the part that is gone. */
  readonly size: number
  readonly pair: number
  readonly from: number
  /** The first step after it. */
  readonly to: number
  /** Those that it changes by at least a twentieth of their mean. */
  readonly links: ReadonlySet<number>
  readonly adds: number
}

const sizes = { surge: [0.25, 0.5, 1, 2], drop: [0.5, 1], shift: [0.2, 0.4] } as const
const hours = { surge: 0.5, drop: 1, shift: 6 } as const

/** One at a time, one in ten hours; the same for the same seed. */
export function injectionsOf(
  { stepsPerDay, pairs, routing }: Loads,
  from: number,
  to: number,
  seed: number,
): Injected[] {
  const random = createRandom(seed)
  const means = meansOf(pairs.slice(0, from))
  const loads = routing.map(({ cells, parts }) => cells.reduce((sum, cell, at) => sum + means[cell]! * parts[at]!, 0))
  const every = Math.round((10 * stepsPerDay) / 24)
  const found: Injected[] = []
  for (let start = from + Math.floor(random() * every); start < to - every; start += every) {
    const kind = kinds[Math.floor(random() * kinds.length)]!
    const size = sizes[kind][Math.floor(random() * sizes[kind].length)]!
    const steps = Math.max(2, Math.round((hours[kind] * stepsPerDay) / 24))
    for (let tries = 0; tries < 1000; tries++) {
      const pair = Math.floor(random() * means.length)
      const way = routing.flatMap(({ cells, parts }, link) => {
        const at = cells.indexOf(pair)
        return at < 0 ? [] : [{ link, part: parts[at]! }]
      })
      if (way.length === 0) continue
      const fullest = Math.max(...way.map(({ link }) => loads[link]!))
      // What a drop takes must be something to see: a tenth of the fullest link.
      if (kind === 'drop' && means[pair]! < 0.1 * fullest) continue
      const adds = kind === 'drop' ? -size * means[pair]! : size * fullest
      const links = new Set(
        way.filter(({ link, part }) => Math.abs(adds * part) >= 0.05 * loads[link]!).map(({ link }) => link),
      )
      if (links.size === 0) continue
      found.push({ kind, size, pair, from: start, to: start + steps, links, adds })
      break
    }
  }
  return found
}

/** Mbit/s of each pair in a step. */
function withInjected(rates: Float64Array, step: number, injected: readonly Injected[]): Float64Array {
  const present = injected.filter(({ from, to }) => step >= from && step < to)
  if (present.length === 0) return rates
  const changed = rates.slice()
  for (const { kind, size, pair, adds } of present) {
    changed[pair] = kind === 'drop' ? changed[pair]! * (1 - size) : changed[pair]! + adds
  }
  return changed
}

/** [link][step]; NaN in gaps. */
export const linkLoadsOf = ({ pairs, routing }: Loads, injected: readonly Injected[] = []): readonly Float64Array[] => {
  const changed = pairs.map((rates, step) => rates && withInjected(rates, step, injected))
  return routing.map(({ cells, parts }) =>
    Float64Array.from(changed, (rates) =>
      rates === undefined ? NaN : cells.reduce((sum, cell, at) => sum + rates[cell]! * parts[at]!, 0),
    ),
  )
}

function meansOf(pairs: readonly (Float64Array | undefined)[]): Float64Array {
  const known = pairs.filter((rates) => rates !== undefined)
  const sum = new Float64Array(known[0]!.length)
  for (const rates of known) for (const [pair, rate] of rates.entries()) sum[pair]! += rate / known.length
  return sum
}

/** mulberry32: 0..1. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
