/** Telemetry of the agents as resources: octets per second on the wire become bits per second. @module */
import { formatAddress, formatPrefix } from '@vagus/address'
import { apiVersion, type Config, type Link } from '@vagus/api'
import type { DeviceTop, LinkTelemetry, LinkTelemetryList } from '@vagus/api/telemetry'
import type { TelemetryTable, ViewKey, ViewKind } from '@vagus/bgp/telemetry'
import { linkTelemetryOf } from '@vagus/speaker'
import { nameOfProtocol } from '../resources/key-names.ts'
import { timeText } from '../resources/windows.ts'

/** All links that agents tell of, those of configured links with their names. */
export function linkTelemetryListOf(table: TelemetryTable | undefined, config: Config, now: number): LinkTelemetryList {
  const names = new Map<string, string>(
    config.links.flatMap(({ name, a, z }) =>
      [a, z].flatMap((end) => (end.interface === undefined ? [] : [[`${end.node}:${end.interface}`, name] as const])),
    ),
  )
  const items = (table?.links() ?? [])
    .map(({ link }) => linkTelemetryOf(link, names.get(link.name ?? '') ?? null, now))
    .sort((one, other) => one.device.localeCompare(other.device) || one.interface.localeCompare(other.interface))
  const counts = table?.counts ?? { accepted: 0, malformed: 0, implausible: 0, outdated: 0, foreign: 0, refused: 0 }
  return { apiVersion, kind: 'LinkTelemetryList', now: timeText(now), items, counts: { ...counts } }
}

/** What the agent at one end of a configured link measures, by the link's name; of both ends the one that `rules`. */
export function measuredLinksOf(
  table: TelemetryTable,
  config: Config,
  now: number,
): ReadonlyMap<string, Link['measured']> {
  const ruling = new Map<string, LinkTelemetry>()
  for (const one of linkTelemetryListOf(table, config, now).items) {
    if (one.link === null) continue
    const other = ruling.get(one.link)
    if (other === undefined || rules(one, other)) ruling.set(one.link, one)
  }
  const endsAt = new Map(config.links.map(({ name, a }) => [name, a]))
  return new Map([...ruling].map(([link, one]) => [link, measuredOf(one, endsAt.get(link))]))
}

/**
 * The link has no more capacity than its smaller end, so that one says whether it is full; then the surer one, then the
 * newer. Were it the newer first, two ends that differ would overrule one another with every repetition.
 */
function rules(one: LinkTelemetry, other: LinkTelemetry): boolean {
  if (one.capacity !== other.capacity) return one.capacity < other.capacity
  if (one.confidence !== other.confidence) return one.confidence > other.confidence
  return one.ageSeconds < other.ageSeconds
}

function measuredOf(one: LinkTelemetry, a: Config['links'][number]['a'] | undefined): NonNullable<Link['measured']> {
  const isA = a?.node === one.device && a.interface === one.interface
  const ways = { no: 'no', both: 'both', out: isA ? 'a-z' : 'z-a', in: isA ? 'z-a' : 'a-z' } as const
  return {
    by: one.device,
    capacity: one.capacity,
    aToZ: isA ? one.out : one.in,
    zToA: isA ? one.in : one.out,
    congested: ways[one.congested],
    delayMicroseconds: one.delayMicroseconds,
    ageSeconds: one.ageSeconds,
  }
}

/** Undefined when no agent tells of a device of this name. */
export function deviceTopOf(
  table: TelemetryTable | undefined,
  device: string,
  kind: ViewKind,
  now: number,
): DeviceTop | undefined {
  const found = table?.devices().find(({ name }) => name === device)
  if (table === undefined || found === undefined) return undefined
  const view = table.view(found.key.local.bgpIdentifier, kind)
  const head = { apiVersion, kind: 'DeviceTop', device, view: kind } as const
  if (view === undefined) {
    return { ...head, windowMs: 0, measuredAt: null, ageSeconds: null, totals: { ipv4: 0, ipv6: 0 }, items: [] }
  }
  const total = view.totals.ipv4 + view.totals.ipv6
  return {
    ...head,
    windowMs: view.window,
    measuredAt: timeText(view.sequence),
    ageSeconds: Math.max(0, (now - view.sequence) / 1000),
    totals: { ipv4: view.totals.ipv4 * 8, ipv6: view.totals.ipv6 * 8 },
    items: view.records.map(({ key, rate, trend }) => ({
      key: keyText(key),
      bitsPerSecond: rate * 8,
      // On the wire it has thousandths, of which many keys have none.
      share: total > 0 ? Math.min(1, rate / total) : 0,
      trend: trend === undefined ? null : trend / 100,
    })),
  }
}

function keyText(key: ViewKey): string {
  if (key.type === 'prefix') return formatPrefix(key.prefix)
  if (key.type === 'as') return `AS ${key.as}`
  if (key.type === 'application') return key.name
  const end = (address: Uint8Array, port: number): string => {
    const text = formatAddress(address)
    return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`
  }
  const { source, sourcePort, destination, destinationPort, protocol } = key
  return `${end(source, sourcePort)} → ${end(destination, destinationPort)} ${nameOfProtocol(protocol)}`
}
