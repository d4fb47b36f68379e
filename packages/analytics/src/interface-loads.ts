/** What flows say of each interface's load. @module */
import { type InterfaceTable, metersEgress, metersIngress } from './interface-table.ts'
import { load, loadFields, type Slice } from './slice.ts'
import { rateOf, type Window } from './window.ts'

/** Bits per second of IP packets (of frames, with sFlow); null where no record shows that direction of the interface. */
export interface InterfaceLoad {
  /** Number of the device. */
  readonly device: number
  readonly ifIndex: number
  readonly inBitsPerSecond: number | null
  /** How much of it is IPv6. */
  readonly inIpv6BitsPerSecond: number | null
  readonly outBitsPerSecond: number | null
  readonly outIpv6BitsPerSecond: number | null
  /** Whether the direction is metered at the interface itself, or taken from records of other interfaces. */
  readonly inFrom: 'interface' | 'others' | null
  readonly outFrom: 'interface' | 'others' | null
}

export function interfaceLoadsOf(
  interfaces: InterfaceTable,
  window: Window,
  slices: readonly Slice[],
): readonly InterfaceLoad[] {
  const sum = new Float64Array(interfaces.size * loadFields)
  for (const { loads } of slices) {
    const end = Math.min(loads.length, sum.length)
    for (let at = 0; at < end; at++) sum[at]! += loads[at]!
  }
  return Array.from({ length: interfaces.size }, (_, slot): InterfaceLoad => {
    const rate = (field: number): number => rateOf(sum[slot * loadFields + field]!, window)
    const source = (bit: number, field: number): 'interface' | 'others' | null =>
      (interfaces.meters[slot]! & bit) !== 0 ? 'interface' : sum[slot * loadFields + field]! > 0 ? 'others' : null
    const inFrom = source(metersIngress, load.in)
    const outFrom = source(metersEgress, load.out)
    return {
      device: interfaces.deviceAt(slot),
      ifIndex: interfaces.ifIndexAt(slot),
      inBitsPerSecond: inFrom === null ? null : rate(load.in),
      inIpv6BitsPerSecond: inFrom === null ? null : rate(load.inIpv6),
      outBitsPerSecond: outFrom === null ? null : rate(load.out),
      outIpv6BitsPerSecond: outFrom === null ? null : rate(load.outIpv6),
      inFrom,
      outFrom,
    }
  })
}
