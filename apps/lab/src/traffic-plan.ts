/**
 * The plan of a network's traffic: its sites, their access, and the links that bound them.
 * @module
 */
import type { TrafficOptions } from './lab.ts'
import type { Network, Site } from './topology/network.ts'
import { makePlan, type Plan } from './traffic/plan.ts'

/** Throws as `makePlan` does. */
export function trafficPlan(network: Network, options: TrafficOptions): Plan {
  const { seed = 1, matrix = 'gravity', load, dayMinutes } = options
  const boundary = network.links.filter(({ a, z }) => (a.interface.site ?? z.interface.site) !== undefined)
  return makePlan({
    seed,
    matrix,
    ...(load !== undefined && { load }),
    ...(dayMinutes !== undefined && { dayMinutes }),
    sites: network.sites.map((site) => ({
      name: site.name,
      v4Prefix: firstPrefix(site, '.'),
      v6Prefix: firstPrefix(site, ':'),
      accessBitsPerSecond: boundary
        .filter(({ a, z }) => (a.interface.site ?? z.interface.site) === site.name)
        .reduce((sum, { capacity }) => sum + capacity, 0),
    })),
    // which of its parallel links a packet takes is BGP's decision, so each must carry what the busiest would
    links: boundary.map(({ a, z, capacity }) => {
      const site = (a.interface.site ?? z.interface.site)!
      return { a: site, z: a.interface.site === undefined ? z.node : a.node, bitsPerSecond: capacity }
    }),
  })
}

function firstPrefix({ hosts }: Site, mark: '.' | ':'): string {
  return hosts.find((prefix) => prefix.includes(mark))!
}
