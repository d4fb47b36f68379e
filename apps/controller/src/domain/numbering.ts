/**
 * The numbers that devices, sites and applications have in flow records. They outlive the configuration: a record of last
 * week means the site that had the number then, also after the list was sorted anew or a site was taken out of it.
 * @module
 */
import type { Config } from '@vagus/api'
import {
  type Application,
  defaultApplications,
  type Domain,
  type DomainDevice,
  type DomainSite,
} from '@vagus/analytics'

/** What has numbers, and the links between it. An empty list of applications means those of well-known ports. */
export interface NumberedConfig {
  readonly devices: Config['devices']
  readonly sites: Config['sites']
  readonly links: Config['links']
  readonly applications: readonly Application[]
}

/** The configuration with the applications that it means. */
export function numberedConfig({ devices, sites, links, applications }: Config): NumberedConfig {
  return { devices, sites, links, applications: applications.length > 0 ? applications : defaultApplications }
}

/** Names in the order of their numbers, from 1. */
export interface Numbering {
  readonly devices: readonly string[]
  readonly sites: readonly string[]
  readonly applications: readonly string[]
}

/** Columns have 16 bits. When more names than this have been used, numbering begins anew and old records lose theirs. */
const maxNames = 60_000

/** The numbers so far with those of new names added. */
export function numberingOf(before: Numbering | undefined, config: NumberedConfig): Numbering {
  const added = (old: readonly string[], items: readonly { readonly name: string }[]): readonly string[] => {
    const names = items.map(({ name }) => name)
    const known = new Set(old)
    const all = [...old, ...names.filter((name) => !known.has(name))]
    return all.length > maxNames ? names : all
  }
  return {
    devices: added(before?.devices ?? [], config.devices),
    sites: added(before?.sites ?? [], config.sites),
    applications: added(before?.applications ?? [], config.applications),
  }
}

/** The domain with each thing at the place of its number; what is configured no more keeps its name and matches nothing. */
export function domainOf(config: NumberedConfig, numbering: Numbering): Domain {
  const devices = byName(config.devices)
  const sites = byName(config.sites)
  const applications = byName(config.applications)
  return {
    devices: numbering.devices.map((name, index): DomainDevice => {
      const device = devices.get(name)
      // In flow records an index of 0 is one that is not known.
      return device === undefined
        ? goneDevice(name, index)
        : { ...device, interfaces: device.interfaces.filter((each) => each.index > 0) }
    }),
    sites: numbering.sites.map((name): DomainSite => sites.get(name) ?? { name, prefixes: [] }),
    links: config.links,
    applications: numbering.applications.map(
      (name): Application => applications.get(name) ?? { name, ports: [], protocol: 'any' },
    ),
  }
}

/** An address that nothing has: the discard prefix 100::/64 (RFC 6666). */
const goneDevice = (name: string, index: number): DomainDevice => ({
  name,
  address: `100::${(index + 1).toString(16)}`,
  interfaces: [],
})

const byName = <Item extends { readonly name: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [item.name, item]))
