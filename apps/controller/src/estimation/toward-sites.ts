/** How much passes each device toward each site, by the prefixes that its agent tells as its heaviest. @module */
import { formatPrefix } from '@vagus/address'
import type { Config } from '@vagus/api'
import type { TelemetryTable } from '@vagus/bgp/telemetry'
import type { SiteOf } from '../domain/site-lookup.ts'
import type { TowardSites } from './matrix-reading.ts'

/** An older view tells of other traffic. Milliseconds. */
const freshFor = 90_000
/** Part of the traffic that the listed prefixes must be: of less, what is not listed may go anywhere. */
const leastListed = 0.9

export function towardSitesOf(
  table: TelemetryTable | undefined,
  { devices }: Pick<Config, 'devices'>,
  sites: readonly string[],
  siteOf: SiteOf,
  now: number,
): TowardSites {
  const placeOf = new Map(sites.map((name, place) => [name, place]))
  const configured = new Set(devices.map(({ name }) => name))
  const found = new Map<string, { site: number; rate: number }[]>()
  for (const { name, key } of table?.devices() ?? []) {
    const view = table!.view(key.local.bgpIdentifier, 'destination-prefix')
    if (name === undefined || !configured.has(name) || view === undefined || now - view.sequence > freshFor) continue
    const rates = new Map<number, number>()
    let listed = 0
    for (const { key: of, rate } of view.records) {
      listed += rate
      if (of.type !== 'prefix') continue
      const site = placeOf.get(siteOf(addressOf(formatPrefix(of.prefix))) ?? '')
      if (site !== undefined) rates.set(site, (rates.get(site) ?? 0) + rate * 8)
    }
    if (listed < leastListed * (view.totals.ipv4 + view.totals.ipv6)) continue
    found.set(
      name,
      [...rates].map(([site, rate]) => ({ site, rate })),
    )
  }
  return found
}

const addressOf = (prefix: string): string => prefix.slice(0, prefix.indexOf('/'))
