/**
 * What the caller of `labUp` passes to the process inside the lab, in a file of the lab's folder, and the paths in
 * there.
 * @module
 */
import { join } from 'node:path'
import type { LabProgram, LabState, SteeringOptions, TrafficOptions } from './lab.ts'
import type { RecordOptions } from './record/layout.ts'
import type { Network } from './topology/network.ts'

export interface LabSpec {
  readonly name: string
  readonly topology: string
  readonly folder: string
  readonly mode: 'attached' | 'detached'
  readonly substrate: LabState['substrate']
  readonly network: Network
  readonly programs: readonly LabProgram[]
  readonly traffic: TrafficOptions
  readonly steering: SteeringOptions
  /** Whose intents are obeyed; absent: nobody's. */
  readonly intentsOf?: string
  /** Absent: it is not recorded. The folder is there. */
  readonly record?: Required<RecordOptions>
  /** ADDRESS:PORT outside. */
  readonly listen: string
  readonly provenance: LabState['provenance']
  /** When `labUp` was called, milliseconds since 1970. */
  readonly calledAt: number
}

/** Name of the controller's own agent in its keyring. */
export const controllerAgent = 'controller'

/** Name of the controller as a member of the agents' fleet, in its keyring and in the roster. */
export const networkMember = 'network'

/** Name of the owner of the agents' roster, in their keyring. */
export const rosterOwner = 'operator'

/** The agent of the network operations centre, which may ask routers and change them for a while. */
export const nocAgent = 'noc'

/** TCP port at which a side-car takes the calls of its agent. */
export const sidecarPort = 7600
/** Where it does so, seen from beside it. */
export const agentsUrl = `http://127.0.0.1:${sidecarPort}/agents/`

/** Name of the agent as which a device negotiates with the controller; as the router it serves the fleet. */
export const steeringAgent = (router: string): string => `${router}-steering`

/** Whether the routers are members of the lab's fleet: where there is one, and device agents run. */
export const servesRouters = ({ network, programs }: Pick<LabSpec, 'network' | 'programs'>): boolean =>
  network.agents.length > 0 && (['agents', 'controller', 'devices'] as const).every((one) => programs.includes(one))

/** Octets of the file system that holds the controller's home: small enough to be filled on purpose. */
export const homeOctets = 1 << 30

/** Paths of a lab. Those below `folder` are seen from outside too; the others only inside. */
export const labPaths = (folder: string) =>
  ({
    spec: join(folder, 'lab.json'),
    control: join(folder, 'control.sock'),
    controller: join(folder, 'controller.sock'),
    logs: join(folder, 'logs'),
    /** Control sockets of the device agents. */
    devices: join(folder, 'devices'),
    config: join(folder, 'vagus.yaml'),
    plan: join(folder, 'traffic.json'),
    /** Process identifier of the unshare that holds the lab. */
    pid: join(folder, 'pid'),
    routers: '/run/lab/routers',
    home: '/run/lab/home',
    /** `home` as it is reached from outside, for the key of the operator. */
    homeOutside: join(folder, 'home'),
    /** State of the agents beside routers, a folder each. */
    deviceHomes: '/run/lab/device-homes',
    softflowd: '/run/lab/softflowd',
    traffic: '/run/lab/traffic',
    access: '/run/lab/access',
    /** State of the agents, one keyring for all: each finds the others there. */
    agents: '/run/lab/agents',
    /** `agents` as it is reached from outside, for the keys of the owner of the roster. */
    agentsOutside: join(folder, 'agents'),
  }) as const

/** State of the agent beside the router `name`: its `$VAGUS_HOME`. */
export const deviceHome = (name: string): string => join(labPaths('').deviceHomes, name)

/** State of a lab before anything runs, or of one that has died. */
export function bareState(spec: LabSpec, state: LabState['state']): LabState {
  const { name, topology, substrate, network, programs, listen, folder, calledAt, provenance } = spec
  return {
    name,
    topology,
    state,
    substrate,
    routers: network.nodes.length,
    links: network.links.length,
    sites: network.sites.length,
    agents: [],
    nodes: [
      ...[...network.nodes, ...network.agents].map(({ name }) => name),
      'controller',
      ...(servesRouters(spec) ? [nocAgent] : []),
    ],
    programs,
    console: programs.includes('controller') && state !== 'dead' ? `http://${listen}` : '',
    folder,
    startedAt: new Date(calledAt).toISOString(),
    provenance,
    startedMs: null,
    convergedMs: null,
    readyMs: null,
    steps: [],
  }
}
