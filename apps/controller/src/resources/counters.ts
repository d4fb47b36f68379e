/** Where the interface counters of devices come from. @module */
import { formatEndpoint } from '@vagus/address'
import { apiVersion } from '@vagus/api'
import { counterSources, type DeviceCounters, type DeviceInterfaces } from '@vagus/api/counters'
import type { ConfiguredDevice } from '../domain/directory.ts'
import type { View } from '../domain/view.ts'
import type { PolledRouter } from '../snmp/polled-router.ts'
import type { SnmpDesk } from '../snmp/snmp-desk.ts'
import { timeText } from './windows.ts'

export type CountersView = Pick<View, 'now' | 'config' | 'directory' | 'measurements'>
export type AskedRouters = Pick<SnmpDesk, 'routerOf'>

export const countersOf = (view: CountersView, snmp: AskedRouters): DeviceCounters[] =>
  view.config.devices.map((device) => deviceCounters(view, device, snmp.routerOf(device.name)))

function deviceCounters(
  view: CountersView,
  device: ConfiguredDevice,
  router: PolledRouter | undefined,
): DeviceCounters {
  const { measurements, directory } = view
  const address = directory.addressOf(device)
  const number = measurements.numberAt(address)
  const now = view.now()
  const tracked = device.interfaces.flatMap(({ index }) => measurements.counters.source(number, index) ?? [])
  const heard = counterSources.filter((source) => measurements.isHeardBy(source, address, now))
  // Of a device without interfaces here, all that it tells counts.
  const from = heard.filter((source) => device.interfaces.length === 0 || tracked.some((one) => one.from === source))
  const since = Math.min(...tracked.flatMap((one) => (from.includes(one.from) ? [one.since] : [])))
  return {
    device: device.name,
    from: [...from],
    since: Number.isFinite(since) ? timeText(since) : null,
    ...(router === undefined ? {} : { snmp: snmpOf(router, device) }),
  }
}

function snmpOf({ target, standing, rounds }: PolledRouter, { interfaces }: ConfiguredDevice): DeviceCounters['snmp'] {
  const { sysName, upSince, places, tooFast } = rounds.facts
  const given = new Map(interfaces.map(({ name, index }) => [name, index]))
  return {
    version: target.version,
    level: target.version === '3' ? target.level : '',
    place: formatEndpoint(target),
    everySeconds: target.every / 1000,
    state: standing.state,
    since: timeText(standing.since),
    lastAt: standing.lastAt === undefined ? null : timeText(standing.lastAt),
    problem: standing.problem,
    sysName: sysName ?? null,
    upSince: upSince === undefined ? null : timeText(upSince),
    missing: places.filter(({ index }) => index === undefined).map(({ wanted }) => wanted.name),
    moved: places.flatMap(({ wanted, index }) => {
      const configured = given.get(wanted.name)
      return index === undefined || configured === undefined || configured === 0 || configured === index
        ? []
        : [{ name: wanted.name, configured, index }]
    }),
    tooFast: [...tooFast],
  }
}

/** All interfaces of a device, as it listed them; a problem where it has not. */
export function deviceInterfacesOf(
  { config, now }: Pick<View, 'config' | 'now'>,
  snmp: AskedRouters,
  name: string,
): DeviceInterfaces | { readonly problem: string } {
  if (config.devices.every((device) => device.name !== name))
    return { problem: `there is no device "${name}"; see /v1/devices` }
  const router = snmp.routerOf(name)
  if (router === undefined) return { problem: `${name} is not asked by SNMP: vagus.yaml: devices[].snmp of ${name}` }
  const { standing, rounds } = router
  if (rounds.facts.listed.length === 0)
    return { problem: `${name} has not listed its interfaces yet: ${standing.problem || 'it is being asked'}` }
  const configured = new Map(rounds.facts.places.map(({ wanted, index }) => [index, wanted.name]))
  return {
    apiVersion,
    kind: 'DeviceInterfaces',
    device: name,
    now: timeText(now()),
    isCut: rounds.facts.isListCut,
    items: rounds.facts.listed.map(({ speed, ...one }) => ({
      ...one,
      bitsPerSecond: speed === 0 ? null : speed,
      configured: configured.get(one.index) ?? null,
    })),
  }
}

/** How many devices have counters, by source. */
export function counterCounts(counters: readonly DeviceCounters[]): { sflow: number; snmp: number; none: number } {
  const count = (is: (one: DeviceCounters) => boolean): number => counters.filter(is).length
  return {
    sflow: count(({ from }) => from.includes('sflow')),
    snmp: count(({ from }) => from.includes('snmp')),
    none: count(({ from }) => from.length === 0),
  }
}
