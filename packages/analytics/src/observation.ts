/** The observation of a record at the domain's edge: traffic entering, leaving, or both. @module */
import type { FlowBlock } from '@vagus/flow'
import type { Boundaries } from './boundaries.ts'
import { way } from './metering.ts'

/** Bits of an observation. */
export const sawNothing = 0
export const sawIngress = 1
export const sawEgress = 2

const entry = 0
const exit = 1
const unknownDirection = 255

/**
 * Bits `sawIngress` and `sawEgress` for a record of `device` with its sites filled. Learns which interfaces meter
 * themselves. Sets an unknown `direction`: packets are metered on entry, unless the sites show otherwise.
 */
export function observationOf(block: FlowBlock, row: number, device: number, boundaries: Boundaries): number {
  const inIf = block.inIf[row]!
  const outIf = block.outIf[row]!
  const slot = boundaries.slotOf(device, inIf)
  if (inIf === outIf) return observationAtOne(block, row, slot, boundaries)
  if (block.direction[row] === unknownDirection) block.direction[row] = entry
  const isExit = block.direction[row] === exit
  const outSlot = boundaries.slotOf(device, outIf)
  const { metering } = boundaries
  metering.learn(slot, outSlot, isExit ? 'exit' : 'entry')
  // The record counts for the interface at which it was not made only if that does not meter itself.
  const ingress = leadsTo(boundaries, slot, block.srcSite[row]!) && (!isExit || !metering.metersItself(slot, way.in))
  const egress =
    leadsTo(boundaries, outSlot, block.dstSite[row]!) && (isExit || !metering.metersItself(outSlot, way.out))
  return (ingress ? sawIngress : sawNothing) | (egress ? sawEgress : sawNothing)
}

/**
 * The same when the exporter names one interface for both, as softflowd does. Its `direction` then gives the sending
 * end of a flow, not the direction through the interface, so the sites decide; at a core interface, where they cannot,
 * packets are assumed to be metered on entry.
 */
function observationAtOne(block: FlowBlock, row: number, slot: number, boundaries: Boundaries): number {
  const isSource = leadsTo(boundaries, slot, block.srcSite[row]!)
  const isSink = leadsTo(boundaries, slot, block.dstSite[row]!)
  const isExit = isSource && isSink ? block.direction[row] === exit : isSink
  block.direction[row] = isExit ? exit : entry
  if (slot >= 0) boundaries.metering.made(slot, isExit ? way.out : way.in)
  if (isExit) return isSink ? sawEgress : sawNothing
  return isSource ? sawIngress : sawNothing
}

function leadsTo({ siteAt }: Boundaries, slot: number, site: number): boolean {
  return site !== 0 && slot >= 0 && siteAt[slot] === site
}
