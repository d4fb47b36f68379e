/**
 * The plan of a network's traffic: its sites, their access, and the links that bound them.
 * @module
 */
import type { LabProgram, TrafficOptions } from './lab.ts'
import type { Network, Site } from './topology/network.ts'
import { hasMeasuredMatrix, measuredNameOf } from './traffic/measured-matrix.ts'
import { planDefaults } from './traffic/plan-input.ts'
import { makePlan, type Plan } from './traffic/plan.ts'

/** Share of one of the parallel links of a neighbour AS, if BGP sent all of its traffic over the smallest of them. */
const maxOfOneLink = 0.85
/** Of all that is random in a lab. */
export const defaultSeed = 1
/** Sites for which Abilene has nodes. */
const maxAbileneSites = 12

/** Whether a program reads it: the generators, or the controller, which uses its applications. */
export const needsPlan = (programs: readonly LabProgram[]): boolean =>
  programs.includes('traffic') || programs.includes('controller')

/** Throws as `makePlan` does. */
export function trafficPlan(network: Network, options: TrafficOptions): Plan {
  const { seed = defaultSeed, load = planDefaults.load, dayMinutes } = options
  const isMeasured = network.sites.length <= maxAbileneSites && hasMeasuredMatrix('abilene')
  const matrix = options.matrix ?? (isMeasured ? 'abilene' : 'gravity')
  const boundary = network.links.filter(({ a, z }) => (a.interface.site ?? z.interface.site) !== undefined)
  return makePlan({
    seed,
    matrix,
    load,
    ...(dayMinutes !== undefined && { dayMinutes }),
    sites: network.sites.map((site) => ({
      name: site.name,
      v4Prefix: firstPrefix(site, '.'),
      v6Prefix: firstPrefix(site, ':'),
      accessBitsPerSecond: boundary
        .filter(({ a, z }) => (a.interface.site ?? z.interface.site) === site.name)
        .reduce((sum, { capacity }) => sum + capacity, 0),
    })),
    // `load` is for what a site has together; which of parallel links a packet takes is BGP's decision
    links: boundary.map(({ a, z, capacity }) => {
      const site = (a.interface.site ?? z.interface.site)!
      const bitsPerSecond = (capacity * maxOfOneLink) / load
      return { a: site, z: a.interface.site === undefined ? z.node : a.node, bitsPerSecond }
    }),
  })
}

/** Where the matrix comes from: `after Abilene 2004-03-03`, `seeded gravity`. */
export const matrixText = ({ matrix }: Plan): string =>
  matrix === 'gravity' ? 'seeded gravity' : `after ${measuredNameOf(matrix)}`

function firstPrefix({ hosts }: Site, mark: '.' | ':'): string {
  return hosts.find((prefix) => prefix.includes(mark))!
}
