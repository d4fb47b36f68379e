/**
 * A reading as the advisor uses it: every number is finite and at least 0, and the rates of prefixes agree with the
 * counters of links. Flows are counted late and incompletely, so they say how a load divides, and counters how large it is.
 * @module
 */
import { maxLinks, maxPrefixes } from './limits.ts'
import type { BorderReading, Pin, PrefixReading } from './reading.ts'

/** Flows that account for less than two thirds of a load are not scaled up further; the rest of it is of nobody known. */
const mostScale = 1.5
/** Share of a prefix's traffic that enters over one link if it can be moved from there. */
const wholeShare = 0.8

export interface Demand {
  /** Of each link, bits per second; null where not known. */
  readonly loads: readonly (number | null)[]
  /** Of each link, bits per second; 0 of one that is down. */
  readonly capacities: readonly number[]
  /** Of each link, bits per second; Infinity where no intent sets one. */
  readonly ceilings: readonly number[]
  /** Share of each load that flows account for; 1 where there is none. */
  readonly told: readonly number[]
  /** All prefixes of the reading, each once. */
  readonly byPrefix: ReadonlyMap<string, PrefixDemand>
  /** Those with traffic, heaviest first, at most `maxPrefixes`. */
  readonly heaviest: readonly PrefixDemand[]
}

export interface PrefixDemand {
  readonly prefix: string
  /** By number of the link, bits per second: what enters over links whose load is known adds up to no more than it. */
  readonly rates: readonly number[]
  /** All that enters. */
  readonly rate: number
  /** The link over which most of it enters, where something does. */
  readonly link: number
  /** Over how many links a notable part of it enters: 1 where `wholeShare` enters over one. */
  readonly spread: number
  /** The link towards which it is drawn; null where to none. */
  readonly steeredTo: number | null
  /** Who else holds it, so that it cannot be moved; null where nobody does. */
  readonly heldBy: string | null
  /** To which links it may be moved; null where to any. */
  readonly pin: Pin | null
}

/** Whether an intent lets the prefix be moved to the link of that number. */
export const mayEnter = ({ pin }: Pick<PrefixDemand, 'pin'>, link: number): boolean =>
  pin === null || pin.links.includes(link)

export function demandOf(reading: BorderReading): Demand {
  const links = reading.links.slice(0, maxLinks)
  const names = links.map(({ name }) => name)
  // Of links with one name only the first is looked at: a move says their names.
  const loads = links.map(({ name, load }, link) =>
    load !== null && isRate(load) && names.indexOf(name) === link ? load : null,
  )
  const capacities = links.map(({ capacity }) => (isRate(capacity) ? capacity : 0))
  const ceilings = links.map(({ ceiling = Infinity }) => (isRate(ceiling) ? ceiling : Infinity))
  const flows = new Map<string, PrefixReading>()
  for (const one of reading.prefixes) if (!flows.has(one.prefix)) flows.set(one.prefix, one)

  const counted = loads.map((_, link) => {
    let sum = 0
    for (const { rates } of flows.values()) sum += rateAt(rates, link)
    return sum
  })
  const told = loads.map((load, link) => (load === null || load === 0 ? 1 : counted[link]! / load))
  const scales = loads.map((load, link) =>
    load === null ? 1 : counted[link]! > 0 ? Math.min(mostScale, load / counted[link]!) : 0,
  )
  const byPrefix = new Map<string, PrefixDemand>()
  for (const one of flows.values()) byPrefix.set(one.prefix, prefixDemandOf(one, scales))
  const heaviest = [...byPrefix.values()]
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate)
    .slice(0, maxPrefixes)
  return { loads, capacities, ceilings, told, byPrefix, heaviest }
}

function prefixDemandOf(reading: PrefixReading, scales: readonly number[]): PrefixDemand {
  const { prefix, steeredTo, heldBy = null, pin = null } = reading
  const rates = scales.map((scale, link) => scale * rateAt(reading.rates, link))
  const rate = rates.reduce((sum, each) => sum + each, 0)
  const link = rates.indexOf(Math.max(...rates))
  const notable = rates.filter((each) => each > ((1 - wholeShare) / 2) * rate).length
  const spread = rates[link]! >= wholeShare * rate ? 1 : Math.max(2, notable)
  const drawn = steeredTo !== undefined && scales[steeredTo] !== undefined
  return { prefix, rates, rate, link, spread, steeredTo: drawn ? steeredTo : null, heldBy, pin }
}

const isRate = (value: number): boolean => value >= 0 && value <= mostRate
/** Bits per second; more than that is no measurement. It keeps sums finite. */
const mostRate = 1e18

function rateAt(rates: readonly number[], link: number): number {
  const rate = rates[link]
  return rate !== undefined && isRate(rate) ? rate : 0
}
