/** Which namespaces of a lab are captured, and the program that does it. @module */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { compileCache } from '../inside/programs.ts'
import { eventually } from '../inside/eventually.ts'
import { createProcesses, type Processes, type Program } from '../inside/processes.ts'
import { managementBridge } from '../kernel/links.ts'
import { run } from '../inside/run.ts'
import { labPaths, type LabSpec } from '../spec.ts'
import type { Network } from '../topology/network.ts'
import { trafficPlan } from '../traffic-plan.ts'
import { type RecordedNamespace, type RecordOptions, type RecorderOptions, recordPaths } from './layout.ts'

const main = resolve(import.meta.dirname, 'main.ts')

export const recorderName = 'recorder'

const recorderProgram = (options: RecorderOptions): Program => ({
  name: recorderName,
  command: [process.execPath, main, JSON.stringify(options)],
  environment: compileCache,
})

/** Settles when every frame is captured from now on. Ends with `processes.stop(recorderName, 'SIGTERM')`. */
export async function startRecorder(options: RecorderOptions, processes: Processes): Promise<void> {
  processes.start(recorderProgram(options))
  const { counts } = recordPaths(options.folder)
  await eventually('the recorder did not start', async () => existsSync(counts))
}

/** The same in a scenario that has no lab, for all namespaces that have a name here. Gives what ends it. @param logs folder of its log */
export async function recordAll(
  { folder, limit }: Required<RecordOptions>,
  logs: string,
): Promise<() => Promise<void>> {
  const processes = createProcesses(logs, () => {})
  const names = (await run(['ip', 'netns', 'list'])).split('\n').flatMap((line) => line.split(' ')[0] || [])
  const namespaces = names.map((name) => ({ name, netns: name, interfaces: {} }))
  await startRecorder({ folder, limit, namespaces, madeUpPorts: [], controller: null }, processes)
  return () => processes.stop(recorderName, 'SIGTERM')
}

/** Undefined where the lab is not to be recorded. */
export function recorderOptionsOf(spec: LabSpec): RecorderOptions | undefined {
  const { record, network, programs, traffic, folder } = spec
  if (record === undefined) return undefined
  const ports = programs.includes('traffic') ? trafficPlan(network, traffic).applications.map(({ port }) => port) : []
  return {
    ...record,
    namespaces: recordedNamespaces(network),
    madeUpPorts: ports,
    controller: programs.includes('controller') ? labPaths(folder).controller : null,
  }
}

/** Each node, each agent's host, and the controller's side of the management network. */
export function recordedNamespaces(network: Network): readonly RecordedNamespace[] {
  const management = { description: 'management network', speed: null }
  return [
    ...network.nodes.map(({ name, interfaces }) => ({
      name,
      netns: name,
      interfaces: {
        eth0: management,
        ...Object.fromEntries(
          interfaces.map(({ name: at, link, peer, capacity }) => {
            return [at, { description: `link ${link} to ${peer.node}`, speed: capacity }] as const
          }),
        ),
      },
    })),
    ...network.agents.map(({ name, networks }) => ({
      name,
      netns: name,
      interfaces: Object.fromEntries(
        networks.map((access) => [
          access.name,
          { description: `access network ${access.name} at ${access.site}`, speed: null },
        ]),
      ),
    })),
    {
      name: 'controller',
      netns: null,
      interfaces: { [managementBridge]: management },
      // Its other interfaces are the far ends of those above.
      only: ['lo', managementBridge, 'inband'],
    },
  ]
}
