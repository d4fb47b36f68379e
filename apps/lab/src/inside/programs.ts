/**
 * The command lines of everything that runs beside the routers. All of them are what runs in production too; only the
 * traffic is the lab's own.
 * @module
 */
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { EmulatorOptions } from '../access/emulator.ts'
import { accessInterfaces } from '../kernel/links.ts'
import { type AgentIds, agentSocket, bgpPort, flowPorts, meetingPort } from '../controller-config.ts'
import { agentAddress } from '../frr/agent-policy.ts'
import {
  deviceHome,
  labPaths,
  type LabSpec,
  nocAgent,
  rosterOwner,
  servesRouters,
  sidecarPort,
  steeringAgent,
} from '../spec.ts'
import type { Access, Agent } from '../topology/access.ts'
import { controllerAddresses, lineBlock } from '../topology/addresses.ts'
import { coreInterfaces, type Network, type Node, ownRouters, type Site } from '../topology/network.ts'
import { defaultSeed } from '../traffic-plan.ts'
import { generatorCommand } from '../traffic/generator-command.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Program } from './processes.ts'

/** The command of this checkout. */
export const vagus = [process.execPath, resolve(import.meta.dirname, '../../../cli/src/main.ts')] as const
/** Node's own place for what earlier starts compiled: with it a process takes a third less memory and starts sooner. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') } as const

export function controllerProgram({ folder }: LabSpec): Program {
  const command = [...vagus, 'controller', '--config', labPaths(folder).config] as const
  return { name: 'controller', command, environment: compileCache }
}

/**
 * softflowd on each interface of `node` that is not for management. A core interface captures what comes in, so that a
 * packet is exported once per hop; a boundary interface captures both ways, because nobody watches its other end.
 */
export function exporterPrograms(node: Node, holders: Holders, folder: string): readonly Program[] {
  const collectors = `${controllerAddresses.v4}:${flowPorts.ipfix},${agentFlow}`
  return node.interfaces.map(({ name, index, site }): Program => {
    const own = join(labPaths(folder).softflowd, `${node.name}-${name}`)
    return {
      name: `${node.name}.softflowd-${name}`,
      command: onNode(holders.get(node.name)!, [
        'softflowd',
        ...`-d -i ${index}:${name} -n ${collectors} -v 10 -A milli -m ${maxFlows} -p ${own}.pid -c ${own}.ctl`.split(
          ' ',
        ),
        ...Object.entries(timeouts).flatMap(([timeout, seconds]) => ['-t', `${timeout}=${seconds}`]),
        ...(site === undefined ? ['inbound'] : []),
      ]),
    }
  })
}

/** Flows that one softflowd tracks; beyond it, the oldest are exported early. */
const maxFlows = 32_768
/** Seconds; everything is exported within five, so that a matrix is true soon after the traffic. */
const timeouts = {
  general: 5,
  tcp: 5,
  'tcp.rst': 2,
  'tcp.fin': 2,
  udp: 5,
  icmp: 5,
  maxlife: 5,
  expint: 1,
} as const

/** Where the agent beside a router receives its flow export. */
const agentFlow = '127.0.0.1:4739'
/** For telemetry while the controller is away: a code that IANA has deprecated, so that nobody uses it. */
const carrierAttribute = 129

/** What AI agents may change for a while: nothing that carries traffic. */
const configures = ['interface * / description *', 'ip prefix-list NOC-* *', 'ipv6 prefix-list NOC-* *']

/** The agents beside routers; with `ids` the controller's agent may ask them for MEDs. @param owner of the lab's fleet */
export function devicePrograms(
  spec: LabSpec,
  holders: Holders,
  { ids, owner }: { readonly ids: AgentIds | undefined; readonly owner: string | undefined },
): readonly Program[] {
  const { network, folder } = spec
  const { v4 } = controllerAddresses
  const collector = `${v4}:${flowPorts.sflow}`
  return ownRouters(network).map((node) => ({
    name: deviceName(node.name),
    environment: { ...compileCache, VAGUS_HOME: deviceHome(node.name) },
    command: onNode(holders.get(node.name)!, [
      ...vagus,
      ...`device --name ${node.name} --collector ${collector} --agent ${node.management.v4} --grasp *`.split(' '),
      ...`--router frr --local-address ${agentAddress} --controller ${v4}:${bgpPort} --flow ${agentFlow}`.split(' '),
      '--carrier-attribute',
      String(carrierAttribute),
      '--control',
      agentSocket(folder, node.name),
      ...(ids === undefined
        ? []
        : [
            '--steered-by',
            ids.controller,
            '--as',
            steeringAgent(node.name),
            '--api',
            `unix:${labPaths(folder).controller}`,
            ...lineWords(node, network),
            ...(spec.intentsOf === undefined ? [] : ['--intents-of', spec.intentsOf]),
          ]),
      ...(owner !== undefined && servesRouters(spec) ? servingWords(node, owner) : []),
    ]),
  }))
}

/** Private lines over all links to other routers of ours; a router without one holds none. */
function lineWords(node: Node, { sites }: Network): readonly string[] {
  const links = coreInterfaces(node).map(({ name }) => name)
  const prefixes = sites.flatMap(({ kind, hosts }) => (kind === 'site' ? hosts : []))
  if (links.length === 0 || prefixes.length === 0) return []
  return ['--lines', lineBlock, '--line-links', links.join(','), '--line-sites', prefixes.join(',')]
}

/** The router as a member of the lab's fleet, which its agents reach over the management network. */
const servingWords = ({ name, management: { v4 } }: Node, owner: string): readonly string[] => [
  '--serve-to',
  owner,
  '--serve-as',
  name,
  '--serve-at',
  `udp://${v4}:${meetingPort},tcp://${v4}:${meetingPort}`,
  '--configures',
  configures.join(','),
]

/** The side-car of the agent that speaks with routers; it is where the controller is, in the management network. */
export function nocProgram({ folder }: LabSpec): Program {
  const { agents, controller } = labPaths(folder)
  const words = `run --name ${nocAgent} --home ${agents} --port ${sidecarPort} --roster ${rosterOwner}`.split(' ')
  return {
    name: sidecarName(nocAgent),
    environment: compileCache,
    command: [...vagus, ...words, '--controller', `unix:${controller}`],
  }
}

/** The agent beside a router, as process: `pe-1.device`. */
export const deviceName = (router: string): string => `${router}.device`

/** `vagus run` beside an agent, with the agent's own program where it has one; `node` in that is the Node that we are. */
export function sidecarProgram(
  { name, a2a, mcp, program }: Agent,
  holders: Holders,
  { programs, folder }: LabSpec,
): Program {
  const { agents, controller } = labPaths(folder)
  return {
    name: sidecarName(name),
    environment: { ...compileCache, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
    command: onNode(holders.get(name)!, [
      ...vagus,
      'run',
      ...`--name ${name} --home ${agents} --lookup ${join(agents, 'agents')} --port ${sidecarPort} --roster ${rosterOwner}`.split(
        ' ',
      ),
      ...`--listen udp://0.0.0.0:${meetingPort},tcp://0.0.0.0:${meetingPort}`.split(' '),
      ...(programs.includes('controller') ? ['--controller', `unix:${controller}`] : []),
      ...(a2a === undefined ? [] : ['--a2a', a2a]),
      ...(mcp === undefined ? [] : ['--mcp', mcp]),
      ...(program === undefined ? [] : ['--', ...program]),
    ]),
  }
}

/** Announces a move to the side-car on a host; ends when its sessions have left the old network. */
export const announceCommand = (holder: number, from: Access, to: Access): readonly [string, ...string[]] =>
  onNode(holder, [
    process.execPath,
    resolve(import.meta.dirname, '../announce/main.ts'),
    ...`${sidecarPort} ${from.name} ${to.name}`.split(' '),
  ])

export const sidecarName = (agent: string): string => `${agent}.side-car`

/** The emulated link of an access network. */
export function emulatorProgram(agent: string, access: Access, { traffic }: LabSpec): Program {
  const { agentSide, siteSide } = accessInterfaces(access)
  const options: EmulatorOptions & { readonly control: string } = {
    agentSide,
    siteSide,
    profile: access.profile,
    seed: traffic.seed ?? defaultSeed,
    control: emulatorControl(access),
  }
  const main = resolve(import.meta.dirname, '../access/main.ts')
  return {
    name: `${agent}.${access.name}`,
    environment: compileCache,
    command: [process.execPath, main, JSON.stringify(options)],
  }
}

/** Control socket of the process of an access link. */
export const emulatorControl = ({ number }: Access): string => join(labPaths('').access, `${number}.sock`)

export function trafficProgram(site: Site, holders: Holders, folder: string): Program {
  const { plan, traffic } = labPaths(folder)
  return {
    name: `${site.name}.traffic`,
    environment: compileCache,
    command: onNode(holders.get(site.node)!, generatorCommand({ site: site.name, plan, run: traffic })),
  }
}
