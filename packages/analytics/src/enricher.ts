/**
 * Fills the columns that relate a record to the domain: sites of both addresses, application, edges, and whether this
 * is the counted observation of its packets.
 *
 * A packet that crosses three routers is exported at least three times. An observation at a boundary interface is an
 * ingress observation when the site behind it is the source's, an egress observation when it is the destination's. It
 * is counted when it is
 *
 *   an ingress observation, unless the destination is multihomed and the source is not
 *   an egress observation, when the destination is multihomed and the source is not
 *
 * because then only the egress observation shows the edge by which the traffic leaves. All other observations are
 * evidence of the path and contribute to link loads. A site is multihomed when several devices lead to it.
 *
 * Limit: traffic to a multihomed neighbour is counted only if its boundary interfaces are metered as packets leave, or
 * the devices meter packets as they come in from the core.
 * @module
 */
import type { FlowBlock } from '@vagus/flow'
import { ApplicationTable } from './application-table.ts'
import { Boundaries } from './boundaries.ts'
import { createDeviceLookup, type DeviceLookup } from './device-lookup.ts'
import type { Domain } from './domain.ts'
import { observationOf, sawEgress, sawIngress, sawNothing } from './observation.ts'
import { SiteTable } from './site-table.ts'

export interface EnricherConfig {
  readonly domain: Domain
  /** Text of an exporter's address, by its number in the collector. */
  readonly addressOf: (exporter: number) => string | undefined
}

export interface Enricher {
  /**
   * Fills `srcSite`, `dstSite`, `application`, `ingressEdge`, `egressEdge` and `counted` of all rows, and `direction`
   * when the exporter left it unknown or named one interface for both.
   */
  enrich(block: FlowBlock): void
  /** Number of the device with the exporter's address, 0 when the domain has none. Current as of the latest block. */
  readonly deviceOf: (exporter: number) => number
}

/** @throws {AddressError | RangeError} on an inconsistent domain; the message names the place */
export function createEnricher({ domain, addressOf }: EnricherConfig): Enricher {
  const sites = new SiteTable(domain.sites)
  const applications = new ApplicationTable(domain.applications)
  const devices = createDeviceLookup(domain, addressOf)
  const boundaries = new Boundaries(domain)
  return {
    enrich(block) {
      devices.renew()
      sites.lookUp(block.srcAddr, block.srcSite, block.length)
      sites.lookUp(block.dstAddr, block.dstSite, block.length)
      applications.fill(block)
      if (domain.devices.length > 0) fillEdges(block, boundaries, devices)
      else for (const column of [block.counted, block.ingressEdge, block.egressEdge]) column.fill(0, 0, block.length)
    },
    deviceOf: devices.deviceOf,
  }
}

function fillEdges(block: FlowBlock, boundaries: Boundaries, devices: DeviceLookup): void {
  const { exporter, srcSite, dstSite, ingressEdge, egressEdge, counted, length } = block
  const { isMultihomed, onlyDeviceOf } = boundaries
  for (let row = 0; row < length; row++) {
    const device = devices.deviceOf(exporter[row]!)
    const seen = device === 0 ? sawNothing : observationOf(block, row, device, boundaries)
    const src = srcSite[row]!
    const dst = dstSite[row]!
    const egressKnowsMore = isMultihomed[dst] === 1 && isMultihomed[src] === 0
    const counts = (seen & (egressKnowsMore ? sawEgress : sawIngress)) !== 0
    counted[row] = counts ? 1 : 0
    ingressEdge[row] = (seen & sawIngress) !== 0 ? device : counts ? onlyDeviceOf[src]! : 0
    egressEdge[row] = (seen & sawEgress) !== 0 ? device : counts ? onlyDeviceOf[dst]! : 0
  }
}
