/**
 * Input of the traffic plan, and its checks.
 * @module
 */
import { parsePrefix } from '@vagus/address'
import type { Application } from './applications.ts'

export interface PlanSite {
  readonly name: string
  /** All addresses of it are local to the site, at least 32 of them: length 27 or less. */
  readonly v4Prefix: string
  /** All addresses of it are local to the site: length 112 or less. */
  readonly v6Prefix: string
  /** Capacity of the site's access in bits per second, the same both ways. */
  readonly accessBitsPerSecond: number
}

export interface PlanLink {
  /** Name of a site or of anything else. */
  readonly a: string
  readonly z: string
  readonly bitsPerSecond: number
}

export interface PlanInput {
  /** 2..64 sites with different names. */
  readonly sites: readonly PlanSite[]
  /** The same seed gives the same traffic. */
  readonly seed: number
  readonly matrix: 'abilene' | 'geant' | 'gravity'
  /** Share of its smallest link that the busiest site uses in the busiest hour; above 0, at most 1. Default 0.5. */
  readonly load?: number
  /** Default: `defaultApplications`. */
  readonly applications?: readonly Application[]
  /** Share of IPv6 in a pair's octets: one for all, or drawn per pair from a range. Default 0.4..0.7. */
  readonly v6Share?: number | { readonly least: number; readonly most: number }
  /** Minutes in which a day of the matrix passes. Without it the traffic stays at the mean of the day. */
  readonly dayMinutes?: number
  /** Hour of the day at which the traffic starts, 0..24. Default 9. */
  readonly startHour?: number
  /** Links that end at a site bound it too, such as the parallel links of a neighbour AS; others do not matter. */
  readonly links?: readonly PlanLink[]
  /** Data packets and acknowledgements of all sites together in the busiest hour are kept below this. Default 10,000. */
  readonly maxPacketsPerSecond?: number
}

export const planDefaults = {
  load: 0.5,
  v6Share: { least: 0.4, most: 0.7 },
  startHour: 9,
  maxPacketsPerSecond: 10_000,
} as const
/** More pairs would give each too little traffic to be seen. */
const maxSites = 64
/** With an IPv6 and a TCP header 1,412 octets: below every MTU of the lab, with room for a tunnel header. */
const maxPayload = 1340

/** @throws {RangeError} naming the option @throws {AddressError} on a prefix that is none */
export function checkPlanInput(input: PlanInput): void {
  const { sites, load = planDefaults.load, dayMinutes, startHour = planDefaults.startHour } = input
  if (sites.length < 2 || sites.length > maxSites) wrong('sites', `2..${maxSites} sites`, sites.length)
  const names = sites.map(({ name }) => name)
  if (new Set(names).size !== sites.length) wrong('sites', 'of different names', names.join(', '))
  for (const site of sites) checkSite(site)
  for (const application of input.applications ?? []) checkApplication(application)
  if (!(load > 0 && load <= 1)) wrong('load', 'above 0 and at most 1', load)
  if (dayMinutes !== undefined && !(dayMinutes > 0)) wrong('dayMinutes', 'above 0, or left out', dayMinutes)
  if (!(startHour >= 0 && startHour <= 24)) wrong('startHour', '0..24', startHour)
}

function checkSite({ name, v4Prefix, v6Prefix, accessBitsPerSecond }: PlanSite): void {
  const [v4, v6] = [parsePrefix(v4Prefix), parsePrefix(v6Prefix)]
  if (v4.version !== 4 || v4.length > 27) wrong(`v4Prefix of ${name}`, 'an IPv4 prefix of length 27 or less', v4Prefix)
  if (v6.version !== 6 || v6.length > 112)
    wrong(`v6Prefix of ${name}`, 'an IPv6 prefix of length 112 or less', v6Prefix)
  if (!(accessBitsPerSecond > 0)) wrong(`accessBitsPerSecond of ${name}`, 'above 0', accessBitsPerSecond)
}

function checkApplication({ name, port, payload: { least, most } }: Application): void {
  if (!(Number.isInteger(port) && port > 0 && port < 65536)) wrong(`port of ${name}`, '1..65535', port)
  if (!(least >= 1 && least <= most && most <= maxPayload)) {
    wrong(`payload of ${name}`, `1 ≤ least ≤ most ≤ ${maxPayload}`, `${least}..${most}`)
  }
}

function wrong(name: string, must: string, got: string | number): never {
  throw new RangeError(`"${name}" must be ${must}, got ${got}`)
}
