/**
 * Traffic of flows as a share of the traffic of interface counters: a measure of how far to trust the figures.
 *
 * Counters count frames, flows (NetFlow, IPFIX) count IP packets, so the layer-2 header is subtracted from the
 * counters: 14 octets per packet on Ethernet. Coverage near 1 is right; below 1, records were lost or traffic is not
 * metered; above 1, packets are seen twice or a sampling rate is wrong.
 * @module
 */
import type { CounterRates, CounterTable } from './counter-table.ts'
import type { InterfaceLoad } from './interface-loads.ts'
import type { Window } from './window.ts'

/** Octets of an Ethernet header without tags and without the frame check sequence, which Linux does not count. */
const ethernetHeaderOctets = 14

export type Direction = 'in' | 'out'

/** Bits per second of IP packets by the counters of the interface, without layer-2 headers. */
export function ipBitsPerSecond(rates: CounterRates, direction: Direction): number {
  const [bits, packets] =
    direction === 'in'
      ? [rates.inBitsPerSecond, rates.inPacketsPerSecond]
      : [rates.outBitsPerSecond, rates.outPacketsPerSecond]
  return Math.max(0, bits - packets * ethernetHeaderOctets * 8)
}

/** flow / counter; null when the counters saw almost nothing (less than 1 kbit/s: keepalives and routing). */
export function coverageOf(flowBitsPerSecond: number, counterBitsPerSecond: number): number | null {
  return counterBitsPerSecond < 1000 ? null : flowBitsPerSecond / counterBitsPerSecond
}

export interface InterfaceDirection {
  /** Device number. */
  readonly device: number
  readonly ifIndex: number
  readonly direction: Direction
}

export interface Coverage {
  readonly window: Window
  /** null without counters, and when they saw almost nothing. */
  readonly share: number | null
  /** Bits per second of IP packets over the interfaces with counters. */
  readonly flowBitsPerSecond: number
  readonly counterBitsPerSecond: number
  /** Number of the requested interfaces that have counters. */
  readonly interfaces: number
}

/** Coverage of several interfaces together, such as all boundaries inward for the whole domain. */
export function coverage(
  asked: readonly InterfaceDirection[],
  loads: readonly InterfaceLoad[],
  counters: CounterTable,
  window: Window,
): Coverage {
  const loadOf = new Map(loads.map((load) => [`${load.device}/${load.ifIndex}`, load]))
  let [flow, counter, interfaces] = [0, 0, 0]
  for (const { device, ifIndex, direction } of asked) {
    const rates = counters.rates(device, ifIndex, window)
    if (rates === undefined) continue
    const load = loadOf.get(`${device}/${ifIndex}`)
    interfaces++
    counter += ipBitsPerSecond(rates, direction)
    flow += (direction === 'in' ? load?.inBitsPerSecond : load?.outBitsPerSecond) ?? 0
  }
  return {
    window,
    share: coverageOf(flow, counter),
    flowBitsPerSecond: flow,
    counterBitsPerSecond: counter,
    interfaces,
  }
}
