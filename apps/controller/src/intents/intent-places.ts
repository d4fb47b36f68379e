/** What names in intents stand for, as the configuration has it. @module */
import { apiVersion, type Config } from '@vagus/api'
import type { IntentPlaces } from '@vagus/api/intent-places'
import type { Places } from '@vagus/intent'

type PlacesConfig = Pick<Config, 'devices' | 'sites' | 'links'>

export function configuredPlaces({ devices, sites, links }: PlacesConfig): Places & { readonly neighbours: string[] } {
  const known = new Set(devices.map(({ name }) => name))
  const neighbours = sites.flatMap(({ name, kind }) => (kind === 'neighbour' ? [name] : []))
  const endsOf = ({ a, z }: PlacesConfig['links'][number]) =>
    [a, z].flatMap(({ node: device, interface: name }) =>
      known.has(device) && name !== undefined ? [{ device, interface: name }] : [],
    )
  const withEnds = links.map((link) => [link, endsOf(link)] as const).filter(([, ends]) => ends.length > 0)
  const devicesOf = (site: string): string[] =>
    devices.flatMap(({ name, interfaces }) => (interfaces.some((one) => one.site === site) ? [name] : []))
  const linksTo = (site: string): string[] =>
    withEnds.flatMap(([{ name, a, z }]) => (a.node === site || z.node === site ? [name] : []))
  return {
    sites: Object.fromEntries(sites.map(({ name }) => [name, devicesOf(name)])),
    links: Object.fromEntries(withEnds.map(([{ name }, ends]) => [name, ends])),
    borders: Object.fromEntries(
      neighbours.flatMap((name) => {
        const own = linksTo(name)
        return own.length === 0 ? [] : [[name, own]]
      }),
    ),
    neighbours,
  }
}

/** @param owner whose intents are obeyed */
export function intentPlacesOf(config: PlacesConfig, owner: string): IntentPlaces {
  const { sites, links, borders, neighbours } = configuredPlaces(config)
  const lists = (all: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(all).map(([name, list]) => [name, [...list]]))
  return {
    apiVersion,
    kind: 'IntentPlaces',
    owner,
    devices: config.devices.map(({ name }) => name),
    sites: lists(sites),
    links: Object.fromEntries(Object.entries(links).map(([name, ends]) => [name, ends.map((end) => ({ ...end }))])),
    borders: lists(borders),
    neighbours,
  }
}
