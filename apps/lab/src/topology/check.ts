/**
 * Rules for a topology beyond its form: names known and unique, prefixes disjoint, everything connected.
 * @module
 */
import { contains, parsePrefix } from '@vagus/address'
import { maxJitter } from '../access/delay.ts'
import { accessNames, type AccessProfile } from '../access/profile.ts'
import { traceProblem } from '../access/trace.ts'
import { hasRoom, maxAccesses, profileNameOf, profileOf } from './access.ts'
import { maxNodes, type Topology } from './schema.ts'
import { infrastructure, lineBlock } from './addresses.ts'

/** Names that mean something else in a lab. */
const reserved = ['controller', 'noc']

/** Every mistake in words, with its fix; empty when there is none. */
export function mistakesIn(topology: Topology): readonly string[] {
  const found = [...nameMistakes(topology), ...linkMistakes(topology)]
  if (found.length > 0) return found // the checks below take the names for granted
  const apart = [...asMistakes(topology), ...prefixMistakes(topology), ...connectionMistakes(topology)]
  return apart.length > 0 ? apart : [...versionMistakes(topology), ...agentMistakes(topology)]
}

/** Every node with what it is: `own`, `site`, or the name of its neighbour. */
function kindsOf({ routers, sites, neighbours }: Topology): readonly (readonly [name: string, kind: string])[] {
  return [
    ...Object.keys(routers).map((name) => [name, 'own'] as const),
    ...Object.keys(sites).map((name) => [name, 'site'] as const),
    ...Object.entries(neighbours).flatMap(([name, { routers }]) =>
      routers.map((router) => [router, `neighbour ${name}`] as const),
    ),
  ]
}

function nameMistakes(topology: Topology): readonly string[] {
  const names = [...kindsOf(topology).map(([name]) => name), ...Object.keys(topology.agents)]
  const neighbours = Object.entries(topology.neighbours)
  return [
    ...(names.length > maxNodes ? [`${names.length} nodes are too many, at most ${maxNodes}`] : []),
    ...repeated(names).map((name) => `node "${name}" is named twice; every router, site and agent needs its own name`),
    ...names.filter((name) => reserved.includes(name)).map((name) => `"${name}" cannot be the name of a node`),
    ...repeated([...Object.keys(topology.sites), ...neighbours.map(([name]) => name)]).map(
      (name) => `"${name}" is a site and a neighbour; rename one`,
    ),
    ...neighbours
      .filter(([, { routers, hosts }]) => !routers.includes(hosts.at))
      .map(
        ([name, { hosts, routers }]) => `neighbours.${name}.hosts.at: "${hosts.at}" is none of ${routers.join(', ')}`,
      ),
  ]
}

function linkMistakes(topology: Topology): readonly string[] {
  const kinds = new Map(kindsOf(topology))
  const named = topology.links.flatMap(({ name }) => (name === undefined ? [] : [name]))
  return [
    ...repeated(named).map((name) => `link "${name}" is named twice`),
    ...topology.links.flatMap(({ between }) => {
      const label = `link ${between.join(' - ')}`
      const unknown = between.filter((name) => !kinds.has(name))
      if (unknown.length > 0) {
        return unknown.map((name) => `${label}: there is no node "${name}"; there are ${[...kinds.keys()].join(', ')}`)
      }
      if (between[0] === between[1]) return [`${label} must have two different ends`]
      return mayConnect(topology, kinds, between) ? [] : [`${label}: sites and neighbours connect to edge routers only`]
    }),
  ]
}

function mayConnect(
  { routers }: Topology,
  kinds: ReadonlyMap<string, string>,
  ends: readonly [string, string],
): boolean {
  const [a, z] = ends.map((name) => kinds.get(name)!) as [string, string]
  if (a === z) return a !== 'site'
  const own = ends.find((name) => kinds.get(name) === 'own')
  return own !== undefined && routers[own]!.role === 'edge'
}

function asMistakes({ as, sites, neighbours }: Topology): readonly string[] {
  const numbers = [as, ...Object.values(sites).map(({ as }) => as), ...Object.values(neighbours).map(({ as }) => as)]
  return repeated(numbers).map(
    (number) => `AS ${number} is used twice; a router refuses routes that carry its own AS, so each needs another`,
  )
}

function prefixMistakes({ sites, neighbours }: Topology): readonly string[] {
  const owned = [
    ...Object.entries(sites).flatMap(([name, { prefixes }]) => prefixes.map((text) => ({ name, text }))),
    ...Object.entries(neighbours).flatMap(([name, { hosts }]) => hosts.prefixes.map((text) => ({ name, text }))),
    ...[...infrastructure, lineBlock].map((text) => ({
      name: 'the lab itself (links, loopbacks, management, lines)',
      text,
    })),
  ]
  const ill = owned.flatMap(({ name, text }) => problemOf(name, text))
  if (ill.length > 0) return ill
  const parsed = owned.map((entry) => ({ ...entry, prefix: parsePrefix(entry.text) }))
  return parsed.flatMap((one, index) =>
    parsed
      .slice(index + 1)
      .filter(({ prefix }) => contains(prefix, one.prefix.octets) || contains(one.prefix, prefix.octets))
      .map((other) => `${one.text} of ${one.name} and ${other.text} of ${other.name} overlap`),
  )
}

/** Everything in a lab speaks both versions: routers, hosts and the traffic between them. */
function versionMistakes({ sites, neighbours }: Topology): readonly string[] {
  const owners = [
    ...Object.entries(sites).map(([name, { prefixes }]) => ({ place: `sites.${name}.prefixes`, prefixes })),
    ...Object.entries(neighbours).map(
      ([
        name,
        {
          hosts: { prefixes },
        },
      ]) => {
        return { place: `neighbours.${name}.hosts.prefixes`, prefixes }
      },
    ),
  ]
  return owners.flatMap(({ place, prefixes }) =>
    ([4, 6] as const)
      .filter((version) => prefixes.every((text) => parsePrefix(text).version !== version))
      .map((version) => `${place}: there is no IPv${version} prefix; name one of each version`),
  )
}

function problemOf(name: string, text: string): readonly string[] {
  try {
    parsePrefix(text)
    return []
  } catch (error) {
    return [`${name}: ${(error as Error).message}`]
  }
}

function connectionMistakes(topology: Topology): readonly string[] {
  const names = kindsOf(topology).map(([name]) => name)
  const reached = new Set(names.slice(0, 1))
  for (const name of reached) {
    for (const { between } of topology.links) if (between.includes(name)) between.forEach((end) => reached.add(end))
  }
  return names
    .filter((name) => !reached.has(name))
    .map((name) => `node "${name}" is not connected; give it a link to an edge or core router`)
}

function agentMistakes({ agents, sites }: Topology): readonly string[] {
  const networks = Object.entries(agents).flatMap(([agent, { networks }]) =>
    Object.entries(networks).map(([name, network]) => ({ place: `agents.${agent}.networks.${name}`, name, network })),
  )
  const joined = new Set(networks.map(({ network }) => network.at).filter((site) => sites[site] !== undefined))
  return [
    ...(networks.length > maxAccesses
      ? [`${networks.length} access networks are too many, at most ${maxAccesses}`]
      : []),
    ...networks.flatMap(({ place, name, network }) => [
      ...(sites[network.at] === undefined
        ? [`${place}.at: "${network.at}" is no site; there are ${Object.keys(sites).join(', ')}`]
        : []),
      ...(network.profile === undefined && profileNameOf(name) === undefined
        ? [`${place}: say its profile, one of ${accessNames.join(', ')}; "${name}" is none of them`]
        : profileMistakes(place, network, profileOf(name, network))),
    ]),
    ...[...joined].flatMap((site) => {
      const prefixes = sites[site]!.prefixes.map(parsePrefix).filter(hasRoom)
      const hasBoth = ([4, 6] as const).every((version) => prefixes.some((prefix) => prefix.version === version))
      return hasBoth ? [] : [`site ${site} needs a prefix of /24 or more and one of /112 or more: agents join it`]
    }),
  ]
}

function profileMistakes(
  place: string,
  said: { readonly trace?: string | undefined },
  { delay: { mean, jitter }, trace }: AccessProfile,
): readonly string[] {
  const most = mean * maxJitter
  const problem = trace === undefined ? undefined : traceProblem(trace)
  return [
    ...(jitter > most
      ? [`${place}.jitter: ${jitter} ms is too much around a delay of ${mean} ms; say 0..${Number(most.toFixed(3))}`]
      : []),
    // The usual trace of a kind has a rate that stands in for it.
    ...(problem !== undefined && (said.trace !== undefined || problem.kind === 'broken')
      ? [`${place}.trace: ${problem.text}`]
      : []),
  ]
}

function repeated<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}
