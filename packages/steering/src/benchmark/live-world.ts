/**
 * A border from minute to minute, for the advisor and whoever approves what it proposes: measured traffic between whose steps
 * lines are drawn. At first all prefixes together fill the links alike, so that what is moved is what comes up later.
 * @module
 */
import { createRandom } from '../random.ts'
import { quantile } from '../quantile.ts'
import { capacitiesOf, steady } from './border.ts'
import { totalsOf, type Traffic } from './traffic.ts'

export interface LiveWorld {
  readonly prefixes: number
  readonly links: number
  readonly minutes: number
  /** The link over which a prefix enters when nobody asks for another. */
  readonly home: Int32Array
  /** 1 where the neighbour obeys a MED. */
  readonly complies: Uint8Array
  /** At minute × prefixes + prefix. */
  readonly load: Float64Array
  /** At minute × links + link. */
  readonly capacity: Float64Array
}

/**
 * `honest`: every MED is obeyed, and capacities stay. `ignoring`: the neighbour ignores those of four prefixes in ten.
 * `losses`: links lose half of their capacity now and then. `bursts`: prefixes send six times as much for a while, at times
 * of their own, so that forecasts are wrong.
 */
export type Weather = 'honest' | 'ignoring' | 'losses' | 'bursts'

export interface LiveOptions {
  /** Of the measured steps, minutes. */
  readonly stepMinutes: number
  readonly seed: number
  readonly weather: Weather
  /** All capacity, as a multiple of what 99 of 100 steps reach. */
  readonly room?: number
  readonly ratio?: readonly number[]
}

const minutesPerDay = 1440
const obedient = 0.6
/** A burst of a prefix: how often in a day, how strong, and how long, minutes. */
const burst = { perDay: 2, factor: 6, shortest: 5, longest: 30 } as const

export function liveWorldOf(
  traffic: Traffic,
  { stepMinutes, seed, weather, room = 1.25, ratio = [4, 3, 2, 1] }: LiveOptions,
): LiveWorld {
  const { prefixes } = traffic
  const links = ratio.length
  const minutes = (traffic.steps - 1) * stepMinutes
  const shares = ratio.reduce((sum, each) => sum + each)
  const busiest = quantile(totalsOf(traffic), 0.99)
  const nominal = Float64Array.from(ratio, (each) => (each / shares) * room * busiest)
  const random = createRandom(seed)
  const load = minutesOf(traffic, stepMinutes)
  if (weather === 'bursts') addBursts(load, prefixes, random)
  return {
    prefixes,
    links,
    minutes,
    home: homesOf(traffic, nominal, random),
    complies: Uint8Array.from({ length: prefixes }, () => (weather === 'ignoring' && random() >= obedient ? 0 : 1)),
    load,
    capacity: weather === 'losses' ? capacitiesOf(nominal, minutes, minutesPerDay, seed) : steady(nominal, minutes),
  }
}

function minutesOf({ prefixes, steps, load }: Traffic, stepMinutes: number): Float64Array {
  const all = new Float64Array((steps - 1) * stepMinutes * prefixes)
  for (let at = 0; at < all.length; at++) {
    const minute = Math.floor(at / prefixes)
    const from = Math.floor(minute / stepMinutes) * prefixes + (at % prefixes)
    const part = (minute % stepMinutes) / stepMinutes
    all[at] = load[from]! * (1 - part) + load[from + prefixes]! * part
  }
  return all
}

function addBursts(load: Float64Array, prefixes: number, random: () => number): void {
  const minutes = load.length / prefixes
  for (let prefix = 0; prefix < prefixes; prefix++)
    for (let minute = 0; ;) {
      minute += Math.ceil((-Math.log(1 - random()) * minutesPerDay) / burst.perDay)
      if (minute >= minutes) break
      const end = minute + burst.shortest + Math.floor(random() * (burst.longest - burst.shortest))
      for (; minute < Math.min(end, minutes); minute++) load[minute * prefixes + prefix]! *= burst.factor
    }
}

/** In an order of chance, each to the link that has most room left for its mean. */
function homesOf({ prefixes, steps, load }: Traffic, nominal: Float64Array, random: () => number): Int32Array {
  const means = new Float64Array(prefixes)
  for (const [at, one] of load.entries()) means[at % prefixes]! += one / steps
  const filled = new Float64Array(nominal.length)
  const home = new Int32Array(prefixes)
  const order = [...means.keys()].map((prefix) => ({ prefix, at: random() })).sort((one, other) => one.at - other.at)
  for (const { prefix } of order) {
    const shares = [...nominal].map((capacity, link) => (filled[link]! + means[prefix]!) / capacity)
    home[prefix] = shares.indexOf(Math.min(...shares))
    filled[home[prefix]]! += means[prefix]!
  }
  return home
}
