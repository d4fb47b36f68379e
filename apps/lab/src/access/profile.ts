/**
 * Access networks as agents meet them, by name: what is usual for each kind. A topology may say otherwise, key by key.
 * @module
 */
import type { Capacity } from './capacity.ts'
import type { Delay } from './delay.ts'
import type { Loss } from './loss.ts'
import type { OneWayProfile } from './one-way.ts'
import type { Outages } from './outage.ts'
import { readTrace } from './trace.ts'

/** Both directions of an access network as plain data. */
export interface AccessProfile {
  /** One way. */
  readonly delay: Delay
  readonly loss: Loss
  /** Bits per second; where there is a trace they stand in for it when its file is not there. */
  readonly rate: { readonly up: number; readonly down: number }
  /** Recorded capacity, `NAME.up` and `NAME.down` in the folder `traces` of `$VAGUS_DATA`. */
  readonly trace?: string
  /** How long a full queue takes to drain at `rate`, in milliseconds. */
  readonly queue: number
  readonly outages?: Outages
}

const none: Loss = { kind: 'bernoulli', share: 0 }
const steady = (mean: number): Delay => ({ mean, jitter: 0, shape: 'lognormal' })
const M = 1e6

export const accessProfiles = {
  wired: { delay: steady(0.5), loss: none, rate: { up: 1000 * M, down: 1000 * M }, queue: 20 },
  wifi: {
    delay: { mean: 3, jitter: 2, shape: 'lognormal' },
    loss: none,
    rate: { up: 300 * M, down: 300 * M },
    queue: 50,
  },
  '5g': {
    delay: { mean: 12, jitter: 2, shape: 'lognormal' },
    loss: none,
    rate: { up: 50 * M, down: 300 * M },
    queue: 100,
  },
  lte: {
    delay: { mean: 30, jitter: 4, shape: 'lognormal' },
    loss: none,
    rate: { up: 1.9 * M, down: 4.6 * M }, // the means of the trace
    trace: 'ATT-LTE-driving-2016',
    queue: 1000,
  },
  leo: {
    delay: { mean: 36, jitter: 33, shape: 'pareto' },
    loss: { kind: 'gilbert-elliott', toBad: 0.0005, toGood: 0.05, inGood: 0, inBad: 0.5 },
    rate: { up: 16 * M, down: 220 * M },
    queue: 100,
    outages: { every: 15_000, lasts: 60, offset: 12_000 }, // satellites change at seconds 12, 27, 42 and 57
  },
  geo: {
    delay: { mean: 300, jitter: 10, shape: 'lognormal' },
    loss: { kind: 'bernoulli', share: 0.005 },
    rate: { up: 5 * M, down: 25 * M },
    queue: 300,
  },
} as const satisfies Record<string, AccessProfile>

export type AccessName = keyof typeof accessProfiles
export const accessNames = Object.keys(accessProfiles) as readonly AccessName[]

export type Way = 'up' | 'down'

/** What the engine of one direction needs. @throws {LabError} `usage` on a trace that is there and broken */
export function oneWayOf(profile: AccessProfile, way: Way): OneWayProfile {
  const { delay, loss, rate, queue, outages } = profile
  return {
    capacity: capacityOf(profile, way),
    delay,
    loss,
    queue: Math.max((rate[way] / 8000) * queue, smallestQueue),
    ...(outages !== undefined && { outages }),
  }
}

/** Ten full packets: less than that drops at every burst. */
const smallestQueue = 15_140

function capacityOf({ trace, rate }: AccessProfile, way: Way): Capacity {
  const opportunities = trace === undefined ? undefined : readTrace(`${trace}.${way}`)
  if (opportunities !== undefined) return { kind: 'trace', opportunities }
  return { kind: 'rate', bitsPerSecond: rate[way] }
}
