/**
 * The hosts of a site: addresses within its prefixes. A few hosts start most of the flows, as in life; the servers of
 * an application are always the same.
 *
 *   IPv4   network + 10, + 11, …
 *   IPv6   interface identifiers drawn from the seed (as RFC 7217 makes them look); in prefixes longer than /64 they
 *          count from 0x10
 * @module
 */
import { formatAddress, parsePrefix } from '@vagus/address'
import type { Version } from './packet.ts'
import type { PlanSite } from './plan-input.ts'
import { createRandom, type Random } from '../random.ts'

const maxHosts = 200
const serversPerApplication = 3
/** The first addresses are left to routers. */
const firstHost = 10
const firstPort = 32_768
const ports = 28_000

export interface Hosts {
  readonly client: (random: Random) => string
  /** `application`: its number in the plan. */
  readonly server: (application: number, random: Random) => string
}

export function hostsOf(site: PlanSite, version: Version, seed: number): Hosts {
  const prefix = parsePrefix(version === 4 ? site.v4Prefix : site.v6Prefix)
  const count = version === 4 ? Math.min(maxHosts, 2 ** (32 - prefix.length) - firstHost - 1) : maxHosts
  const addresses = Array.from({ length: count }, (_, host) => {
    const octets = Uint8Array.from(prefix.octets)
    if (version === 6 && prefix.length <= 64) {
      const random = createRandom('host', seed, site.name, host)
      for (let index = 8; index < 16; index++) octets[index] = 1 + random() * 255
    } else {
      addTo(octets, version === 4 ? firstHost + host : 0x10 + host)
    }
    return formatAddress(octets)
  })
  return {
    client: (random) => addresses[Math.trunc(random() ** 2 * count)]!,
    server: (application, random) =>
      addresses[Math.trunc(application * serversPerApplication + random() * serversPerApplication) % count]!,
  }
}

/** A source port out of the range that Linux takes for clients. */
export const drawPort = (random: Random): number => firstPort + Math.trunc(random() * ports)

function addTo(octets: Uint8Array, number: number): void {
  let carry = number
  for (let index = 15; carry > 0 && index >= 0; index--) {
    carry += octets[index]!
    octets[index] = carry & 255
    carry >>>= 8
  }
}
