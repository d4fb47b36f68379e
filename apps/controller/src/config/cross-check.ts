/** Checks beyond the schema: names are unique, references resolve. @module */
import { containsPrefix, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import type { Config } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import { isAgentId } from '@vagus/identity'
import { canonicalAddress } from '../domain/directory.ts'
import type { KeyPath } from './config-error.ts'
import { secretsNeeded, targetOf } from '../snmp/settings.ts'
import { parseFlowEndpoint, parseHttpEndpoint, parseListenUri } from './endpoint.ts'

export interface CrossProblem {
  readonly path: KeyPath
  readonly problem: string
}
type Report = (path: KeyPath, problem: string) => void

/** All of them, in the order of the keys. */
export function crossProblems(config: Config): readonly CrossProblem[] {
  const problems: CrossProblem[] = []
  const report: Report = (path, problem) => problems.push({ path, problem })
  endpoints(config, report)
  unique(config.devices, 'name', (index) => ['devices', index, 'name'], report)
  unique(config.devices, 'address', (index) => ['devices', index, 'address'], report, canonicalAddress)
  unique(config.devices, 'id', (index) => ['devices', index, 'id'], report)
  unique(config.devices, 'serial', (index) => ['devices', index, 'serial'], report)
  unique(config.devices, 'node', (index) => ['devices', index, 'node'], report)
  unique(config.sites, 'name', (index) => ['sites', index, 'name'], report)
  unique(config.links, 'name', (index) => ['links', index, 'name'], report)
  unique(config.applications, 'name', (index) => ['applications', index, 'name'], report)
  unique(config.access.owners, 'name', (index) => ['access', 'owners', index, 'name'], report)
  unique(config.access.owners, 'id', (index) => ['access', 'owners', index, 'id'], report)
  telemetry(config, report)
  sources(config, report)
  interfaces(config, report)
  snmp(config, report)
  sites(config, report)
  links(config, report)
  applications(config, report)
  fleet(config, report)
  intents(config, report)
  lines(config, report)
  join(config, report)
  agentsLines(config, report)
  camara(config, report)
  inClear(config, report)
  return problems
}

/** `form` maps equivalent values to one text. Items that lack it do not count. */
function unique<Name extends string, Value extends string | number>(
  items: readonly { readonly [Key in Name]?: Value | undefined }[],
  name: Name,
  path: (index: number) => KeyPath,
  report: Report,
  form: (value: Value) => Value | string = (value) => value,
): void {
  const first = new Map<Value | string, number>()
  for (const [index, item] of items.entries()) {
    const given = item[name]
    if (given === undefined) continue
    const value = form(given)
    const before = first.get(value)
    if (before === undefined) first.set(value, index)
    else report(path(index), `"${given}" is taken by the one at [${before}]`)
  }
}

function endpoints(config: Config, report: Report): void {
  const check = (parse: (text: string) => unknown, text: string, path: KeyPath): void => {
    try {
      parse(text)
    } catch (error) {
      report(path, (error as Error).message)
    }
  }
  check(parseHttpEndpoint, config.listen, ['listen'])
  for (const [index, text] of config.steering.bounds.prefixes.entries())
    check(parsePrefix, text, ['steering', 'bounds', 'prefixes', index])
  for (const key of ['agent', 'fleet'] as const)
    for (const [index, text] of (config[key]?.listen ?? []).entries())
      check(parseListenUri, text, [key, 'listen', index])
  for (const [index, text] of config.flow.listen.entries()) check(parseFlowEndpoint, text, ['flow', 'listen', index])
}

/** BGP needs an AS, and an identifier that is no address of IPv6 and not 0.0.0.0 (RFC 6286). */
function telemetry({ bgp, as }: Config, report: Report): void {
  if (bgp === undefined) return
  const listen: KeyPath = ['bgp', 'listen']
  if (as === undefined) report(listen, 'needs "as", our AS number')
  if (bgp.identifier === '0.0.0.0') report(['bgp', 'identifier'], 'must not be 0.0.0.0')
  try {
    const { address } = parseFlowEndpoint(bgp.listen)
    const isIdentifier = bgp.identifier !== undefined || (!address.includes(':') && address !== '0.0.0.0')
    if (!isIdentifier)
      report(listen, `needs "bgp.identifier", an IPv4 address of ours, because ${address} cannot be one`)
  } catch (error) {
    report(listen, (error as Error).message)
  }
}

/** One source speaks for one device, and a device's own address for itself. */
function sources({ devices }: Config, report: Report): void {
  const owner = new Map(devices.map(({ name, address }) => [canonicalAddress(address), name]))
  for (const [at, device] of devices.entries()) {
    for (const [index, source] of device.sources.entries()) {
      const other = owner.get(canonicalAddress(source))
      if (other !== undefined)
        report(['devices', at, 'sources', index], `${source} is already an address of "${other}"`)
      else owner.set(canonicalAddress(source), device.name)
    }
  }
}

function interfaces({ devices, sites }: Config, report: Report): void {
  const siteNames = new Set(sites.map(({ name }) => name))
  for (const [at, device] of devices.entries()) {
    const path = (index: number, name: string): KeyPath => ['devices', at, 'interfaces', index, name]
    const given = device.interfaces.map(({ index }) => ({ index: index === 0 ? undefined : index }))
    unique(given, 'index', (index) => path(index, 'index'), report)
    for (const [index, each] of given.entries())
      if (each.index === undefined && device.snmp === undefined)
        report(path(index, 'index'), 'is missing: its ifIndex, or "snmp" of the device, by which it is learned')
    unique(device.interfaces, 'name', (index) => path(index, 'name'), report)
    for (const [index, { site }] of device.interfaces.entries()) {
      if (site === undefined) continue
      if (!siteNames.has(site)) report(path(index, 'site'), `"${site}" is not one of the sites`)
      if (device.role === 'core') {
        report(path(index, 'site'), `${device.name} is a core device, which has no boundary; its role must be edge`)
      }
    }
  }
}

/** Each device that is asked is asked as somebody. */
function snmp({ devices, snmp }: Config, report: Report): void {
  for (const [at, device] of devices.entries()) {
    const target = targetOf(device, snmp)
    if (target === undefined) continue
    const needed = secretsNeeded(target)
    if (target.version === '3' && target.user === '')
      report(['devices', at, 'snmp'], 'needs "user": set snmp.user for all devices, or "user" here')
    if (needed.length > 0 && target.secretsFile === undefined)
      report(
        ['devices', at, 'snmp'],
        `needs "secretsFile" with ${needed.join(' and ')}: vagus config explain snmp.secretsFile`,
      )
  }
}

function sites({ devices, sites }: Config, report: Report): void {
  const deviceNames = new Set(devices.map(({ name }) => name))
  const owner = new Map<string, string>()
  for (const [index, { name, prefixes }] of sites.entries()) {
    if (deviceNames.has(name)) report(['sites', index, 'name'], `"${name}" is the name of a device`)
    for (const [at, text] of prefixes.entries()) {
      const path: KeyPath = ['sites', index, 'prefixes', at]
      try {
        const prefix = formatPrefix(parsePrefix(text))
        const other = owner.get(prefix)
        if (other !== undefined) report(path, `${text} already belongs to "${other}"`)
        owner.set(prefix, name)
      } catch (error) {
        report(path, (error as Error).message)
      }
    }
  }
}

function links({ devices, sites, links }: Config, report: Report): void {
  const deviceOf = new Map(devices.map((device) => [device.name, device]))
  const siteNames = new Set(sites.map(({ name }) => name))
  for (const [index, link] of links.entries()) {
    for (const end of ['a', 'z'] as const) {
      const { node, interface: name } = link[end]
      const device = deviceOf.get(node)
      if (device === undefined && !siteNames.has(node)) {
        report(['links', index, end, 'node'], `"${node}" is neither a device nor a site`)
      }
      if (device !== undefined && name !== undefined && !device.interfaces.some((one) => one.name === name)) {
        const known = device.interfaces.map((one) => one.name).join(', ')
        report(['links', index, end, 'interface'], `${node} has no interface "${name}"; it has ${known || 'none'}`)
      }
    }
    const measured = [link.a, link.z].some((end) => deviceOf.has(end.node) && end.interface !== undefined)
    if (!measured) report(['links', index], 'must name the interface of a device at one end, else its load is unknown')
  }
}

function applications({ applications }: Config, report: Report): void {
  for (const [index, { ports }] of applications.entries()) {
    for (const [at, port] of ports.entries()) {
      if (typeof port === 'number') continue
      const [low, high] = port.split('-').map(Number) as [number, number]
      if (low > high || high > 65_535) {
        report(['applications', index, 'ports', at], `"${port}" must be LOW-HIGH within 0..65535`)
      }
    }
  }
}

function intents({ intents, access }: Config, report: Report): void {
  if (intents === undefined || isAgentId(intents.owner)) return
  if (access.owners.some(({ name }) => name === intents.owner)) return
  report(['intents', 'owner'], `"${intents.owner}" is neither an id (did:key:z6Mk…) nor a name of access.owners`)
}

/** Its owner is known by name, and its agent is not the one that devices obey. */
function fleet({ fleet, agent, access }: Config, report: Report): void {
  if (fleet === undefined) return
  const known = access.owners.map(({ name }) => name)
  if (!known.includes(fleet.owner))
    report(['fleet', 'owner'], `"${fleet.owner}" is none of access.owners; there are ${known.join(', ') || 'none'}`)
  if (fleet.name === agent?.name)
    report(['fleet', 'name'], `"${fleet.name}" is agent.name, too; devices obey that one, and members call another`)
}

/** What agents may have is a part of what lines may have, and somebody says who they are. */
function agentsLines({ lines, fleet }: Config, report: Report): void {
  const agents = lines?.agents
  if (lines === undefined || agents === undefined) return
  if (fleet === undefined) report(['lines', 'agents'], 'needs "fleet", whose members order over their side-cars')
  if (agents.share > lines.share)
    report(['lines', 'agents', 'share'], `${agents.share} is more than lines.share, ${lines.share}`)
  if (agents.count > lines.count)
    report(['lines', 'agents', 'count'], `${agents.count} is more than lines.count, ${lines.count}`)
  if (agents.each > agents.count)
    report(['lines', 'agents', 'each'], `${agents.each} is more than lines.agents.count, ${agents.count}`)
  if (agents.least > agents.rate)
    report(['lines', 'agents', 'least'], `${agents.least} is more than lines.agents.rate, ${agents.rate}`)
}

/** A line is asked for by the controller's agent, at agents that it knows, and over links whose both ends it can name. */
function lines({ lines, agent, devices, sites, links }: Config, report: Report): void {
  for (const [index, { node, id, serial }] of devices.entries())
    if (node !== undefined && id === undefined && serial === undefined)
      report(['devices', index, 'node'], 'needs "id", that of its agent, or "serial", by which it is learned')
  if (lines === undefined) return
  if (agent === undefined) report(['lines'], 'needs "agent", which asks the agents of the devices')
  try {
    const block = parsePrefix(lines.block)
    for (const { name, prefixes } of sites) {
      const other = prefixes.find((text) => text !== '::/0' && isShared(block, text))
      if (other !== undefined)
        report(['lines', 'block'], `shares addresses with ${other} of "${name}"; it must be free`)
    }
  } catch (error) {
    report(['lines', 'block'], (error as Error).message)
  }
  const nodes = new Set(devices.filter(({ node }) => node !== undefined).map(({ name }) => name))
  for (const [index, link] of links.entries()) {
    if (!nodes.has(link.a.node) || !nodes.has(link.z.node)) continue
    for (const end of ['a', 'z'] as const)
      if (link[end].interface === undefined)
        report(['links', index, end], `needs "interface": lines go over this link, as both its devices have "node"`)
  }
}

/** A session is a line, between sites that are there. */
function camara({ camara, lines, sites }: Config, report: Report): void {
  if (camara === undefined) return
  if (lines === undefined) report(['camara'], 'needs "lines": a session is a private line')
  unique(camara.profiles, 'name', (index) => ['camara', 'profiles', index, 'name'], report)
  unique(camara.consumers, 'name', (index) => ['camara', 'consumers', index, 'name'], report)
  for (const [index, { minDuration, maxDuration }] of camara.profiles.entries())
    if (parseDuration(minDuration) > parseDuration(maxDuration))
      report(['camara', 'profiles', index, 'minDuration'], `${minDuration} is more than maxDuration, ${maxDuration}`)
  for (const [index, consumer] of camara.consumers.entries())
    for (const [at, name] of consumer.sites.entries())
      if (!sites.some((site) => site.name === name && site.kind === 'site'))
        report(['camara', 'consumers', index, 'sites', at], `"${name}" is not one of our sites`)
}

/** Somebody must vouch for boxes, and they must be able to reach what they are told. */
function join({ join, agent, listen, devices }: Config, report: Report): void {
  if (join === undefined) {
    const index = devices.findIndex(({ serial }) => serial !== undefined)
    if (index >= 0) report(['devices', index, 'serial'], 'needs "join", with "listen" and a maker')
    return
  }
  if (join.masa === undefined && join.makers.length === 0)
    report(['join'], 'needs "masa", the folder that "vagus masa new" makes, or "makers"')
  if (agent === undefined) report(['join'], 'needs "agent", with whom the agents of the boxes connect')
  unique(join.makers, 'name', (index) => ['join', 'makers', index, 'name'], report)
  try {
    const { address } = parseFlowEndpoint(join.listen)
    if (address === '0.0.0.0' || address === '::')
      report(['join', 'listen'], `${address} is no address that a join proxy could be told; name one of this host`)
  } catch (error) {
    report(['join', 'listen'], (error as Error).message)
  }
  if (join.api === undefined && /^(unix:|127\.|localhost:|\[::1\])/.test(listen))
    report(['join'], `needs "api", as no box reaches ${listen}; such as http://192.0.2.10:7600`)
}

/** A prefix that is none is reported with its site. */
function isShared(block: Prefix, text: string): boolean {
  try {
    const other = parsePrefix(text)
    return containsPrefix(block, other) || containsPrefix(other, block)
  } catch {
    return false
  }
}

/** Where people sign in, whoever reads on the way would have their sessions. */
function inClear({ listen, tls, plain, operators }: Config, report: Report): void {
  if (tls !== undefined && listen.startsWith('unix:')) report(['tls'], 'is for TCP; a Unix socket needs none')
  if (operators === undefined || tls !== undefined || plain !== undefined || listen.startsWith('unix:')) return
  if (/^(127\.|\[::1\]:)/.test(listen)) return
  const fix = 'set "tls", or say in "plain" why not, such as "TLS ends at the proxy on this host"'
  report(['listen'], `${listen} is no loopback address, and tokens of "operators" would go there in clear: ${fix}`)
}
