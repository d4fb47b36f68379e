/** Load of each interface, from flows. @module */
import type { InterfaceTable } from './interface-table.ts'
import { type Metering, type Way, way } from './metering.ts'
import { load, loadFields, type Slice } from './slice.ts'
import { rateOf, type Window } from './window.ts'

/** Bits per second of IP packets; null when no record shows that direction of the interface. */
export interface InterfaceLoad {
  /** Device number. */
  readonly device: number
  readonly ifIndex: number
  readonly inBitsPerSecond: number | null
  /** The IPv6 part. */
  readonly inIpv6BitsPerSecond: number | null
  readonly outBitsPerSecond: number | null
  readonly outIpv6BitsPerSecond: number | null
  /** Whether the direction is metered at the interface itself, or derived from records of other interfaces. */
  readonly inFrom: 'interface' | 'others' | null
  readonly outFrom: 'interface' | 'others' | null
}

export function interfaceLoadsOf(
  interfaces: InterfaceTable,
  metering: Metering,
  window: Window,
  slices: readonly Slice[],
): readonly InterfaceLoad[] {
  const sum = new Float64Array(interfaces.size * loadFields)
  for (const { loads } of slices) {
    const end = Math.min(loads.length, sum.length)
    for (let at = 0; at < end; at++) sum[at]! += loads[at]!
  }
  return Array.from({ length: interfaces.size }, (_, slot) => slot).flatMap((slot): InterfaceLoad | [] => {
    const incoming = directionOf(sum, slot, metering, way.in, window)
    const outgoing = directionOf(sum, slot, metering, way.out, window)
    if (incoming.from === null && outgoing.from === null) return []
    return {
      device: interfaces.deviceAt(slot),
      ifIndex: interfaces.ifIndexAt(slot),
      inBitsPerSecond: incoming.all,
      inIpv6BitsPerSecond: incoming.ipv6,
      outBitsPerSecond: outgoing.all,
      outIpv6BitsPerSecond: outgoing.ipv6,
      inFrom: incoming.from,
      outFrom: outgoing.from,
    }
  })
}

interface DirectionFigures {
  readonly all: number | null
  readonly ipv6: number | null
  readonly from: 'interface' | 'others' | null
}

function directionOf(
  sum: Float64Array,
  slot: number,
  metering: Metering,
  direction: Way,
  window: Window,
): DirectionFigures {
  const own = slot * loadFields + (direction === way.in ? load.in : load.out)
  const isOwn = metering.metersItself(slot, direction)
  const at = isOwn ? own : own + load.implied
  // A metered direction without records carried nothing; a direction that no record ever showed is unknown.
  if (!isOwn && sum[at] === 0) return { all: null, ipv6: null, from: null }
  return { all: rateOf(sum[at]!, window), ipv6: rateOf(sum[at + 1]!, window), from: isOwn ? 'interface' : 'others' }
}
