/** Counted traffic of the whole domain over a window. @module */
import { halfWidth95 } from './sampling-error.ts'
import type { Slice } from './slice.ts'
import { octetsAt, volume, volumeFields } from './volume.ts'
import { rateOf, type Window } from './window.ts'

/** Octets, packets and flows are whole numbers; a flow is counted at its end. */
export interface TrafficTotals {
  readonly window: Window
  readonly octets: number
  readonly packets: number
  readonly flows: number
  readonly bitsPerSecond: number
  readonly ipv4BitsPerSecond: number
  readonly ipv6BitsPerSecond: number
  /** Share of the IP traffic, 0..1; null without IP traffic. */
  readonly ipv6Share: number | null
  /** The true rate is within bitsPerSecond ± this with 95 % confidence with respect to sampling; 0 if unsampled. */
  readonly samplingError: number
}

export function totalsOf(window: Window, slices: readonly Slice[]): TrafficTotals {
  const sum = new Float64Array(volumeFields)
  for (const { totals } of slices) for (let field = 0; field < volumeFields; field++) sum[field]! += totals[field]!
  const ipv4 = sum[volume.ipv4Octets]!
  const ipv6 = sum[volume.ipv6Octets]!
  const octets = octetsAt(sum, 0)
  return {
    window,
    octets: Math.round(octets),
    packets: Math.round(sum[volume.packets]!),
    flows: sum[volume.flows]!,
    bitsPerSecond: rateOf(octets, window),
    ipv4BitsPerSecond: rateOf(ipv4, window),
    ipv6BitsPerSecond: rateOf(ipv6, window),
    ipv6Share: ipv4 + ipv6 > 0 ? ipv6 / (ipv4 + ipv6) : null,
    samplingError: rateOf(halfWidth95(sum[volume.variance]!), window),
  }
}
