/** What each command needs of the machine when it runs as a service: sockets, groups, capabilities. @module */
import { realpathSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Config } from '@vagus/api'
import type { DeviceValues } from '../device-options.ts'
import type { Service } from './unit.ts'

/** Commands that can be services. */
export const serviceKinds = ['controller', 'device', 'gateway', 'netconf', 'relay', 'run'] as const
export type ServiceKind = (typeof serviceKinds)[number]

export type Needs = Omit<Service, 'unit' | 'words'> & {
  /** Files that only their owner may read, which must be the user of the service. */
  readonly keys: readonly string[]
}

/** Of a command that needs no more than its own state. */
export const nothing: Omit<Needs, 'description'> = {
  reload: 'by a restart',
  after: [],
  groups: [],
  capabilities: [],
  prepare: [],
  writes: [],
  more: [],
  keys: [],
}

/** What serves each kind of router: its unit, and the group of its sockets. GoBGP's gRPC has none. */
export const routers = {
  frr: { after: ['frr.service'], groups: ['frrvty'] },
  bird: { after: ['bird.service'], groups: ['bird'] },
  gobgp: { after: ['gobgpd.service'], groups: [] },
} as const

/** Ports below are the kernel's to give (capabilities(7), CAP_NET_BIND_SERVICE). */
const firstFreePort = 1024

/** Lines of the unit of a controller. */
export const ownNice = ['# the thread that receives flows comes first', 'LimitNICE=-10'] as const

const portOf = (uri: string): number => Number(/:(\d+)(?:\/.*)?$/.exec(uri)?.[1] ?? firstFreePort)

const forPorts = (places: readonly string[]): readonly string[] =>
  places.some((place) => portOf(place) > 0 && portOf(place) < firstFreePort) ? ['CAP_NET_BIND_SERVICE'] : []

export function controllerNeeds({ domain, listen, flow, bgp, agent, fleet, camara, snmp, devices }: Config): Needs {
  const members = [...(agent?.listen ?? []), ...(fleet?.listen ?? [])]
  const places = [...(listen.startsWith('unix:') ? [] : [listen]), ...flow.listen, ...members]
  return {
    ...nothing,
    description: `Vagus controller of ${domain}`,
    reload: 'on SIGHUP',
    capabilities: forPorts(bgp === undefined ? places : [...places, bgp.listen]),
    keys: [
      ...(bgp?.keyFile === undefined ? [] : [bgp.keyFile]),
      ...(camara?.consumers.map(({ tokenFile }) => tokenFile) ?? []),
      ...new Set([snmp, ...devices.map((device) => device.snmp)].flatMap((one) => one?.secretsFile ?? [])),
    ],
    more: ownNice,
  }
}

export function deviceNeeds(values: DeviceValues, device: string): Needs {
  const { router, lines, services, flow, 'key-file': keyFile, 'policy-file': policy, 'local-address': address } = values
  const served = values['serve-at'] ?? []
  return {
    ...nothing,
    description: `Vagus agent beside the router of ${device}`,
    ...(router === undefined ? {} : routers[router]),
    // The router opens its session to an address that no interface has.
    prepare: router === undefined ? [] : [`ip route replace local ${address} dev lo`],
    capabilities: [
      // Routes, rates and guards of private lines; queues and marks of services.
      ...(lines === undefined && services === undefined ? [] : ['CAP_NET_ADMIN']),
      ...forPorts([...served, ...(flow === undefined ? [] : [flow])]),
    ],
    writes: policy === undefined ? [] : [dirname(policy)],
    keys: keyFile === undefined ? [] : [keyFile],
  }
}

/** Keys and known hosts of its ssh are in the home of the user of all services, or where `--ssh-config` says. */
export const netconfNeeds = ({
  router,
  'serve-at': served = [],
}: {
  readonly router?: string | undefined
  readonly 'serve-at'?: readonly string[] | undefined
}): Needs => ({
  ...nothing,
  description: `Vagus agent of the router ${router}`,
  capabilities: forPorts(served),
})

/** @param values of its line; where it listens by itself are no ports of the kernel's */
export const relayNeeds = ({
  name,
  listen = [],
}: {
  readonly name: string
  readonly listen?: readonly string[]
}): Needs => ({
  ...nothing,
  description: `Vagus relay ${name}`,
  capabilities: forPorts(listen),
})

export const agentNeeds = ({
  name,
  listen,
  port,
}: {
  readonly name: string
  readonly listen: readonly string[]
  readonly port: number
}): Needs => ({
  ...nothing,
  description: `Vagus agent ${name}`,
  capabilities: forPorts([...listen, `:${port}`]),
})

export const gatewayNeeds = ({
  name,
  listen = '',
  key,
  tokens,
}: {
  readonly name: string
  readonly listen?: string
  readonly key?: string
  readonly tokens?: string
}): Needs => ({
  ...nothing,
  description: `Vagus gateway ${name}`,
  capabilities: forPorts([/:\d+\/?$/.test(listen) ? listen : `${listen}:443`]),
  keys: [key, tokens].filter((file) => file !== undefined),
})

/** The programs that start this very command, whatever the search path of a service is. */
export function ownProgram(path: string | undefined): readonly [node: string, launcher: string] {
  const launcher = resolve(import.meta.dirname, '../../../../bin/vagus.mjs')
  const linked = (path ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, 'vagus'))
  // The link of npm survives an update that moves the files.
  return [process.execPath, linked.find((file) => isSame(file, launcher)) ?? launcher]
}

function isSame(file: string, launcher: string): boolean {
  try {
    return realpathSync(file) === realpathSync(launcher)
  } catch {
    return false
  }
}

/** Folders that no service sees (systemd.exec(5), ProtectHome and PrivateTmp). */
export const hiddenFolders = ['/home/', '/root/', '/run/user/', '/tmp/', '/var/tmp/'] as const
