/**
 * Brings the lab up, step by step, each timed.
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { controllerConfig } from '../controller-config.ts'
import type { LabStep } from '../lab.ts'
import { recorderOptionsOf, startRecorder } from '../record/recorder.ts'
import { labPaths, type LabSpec, servesRouters, sidecarPort } from '../spec.ts'
import { accessText } from '../topology/access.ts'
import { membersOf, ownRouters } from '../topology/network.ts'
import { matrixText, needsPlan, trafficPlan } from '../traffic-plan.ts'
import { controlPath } from '../traffic/generator.ts'
import type { Agents } from './agents.ts'
import { answersReady } from './controller-ready.ts'
import { waitForConvergence } from './convergence.ts'
import { eventually, patience } from './eventually.ts'
import { fleetOf, publishFleet } from './fleet.ts'
import { agentIds } from './identities.ts'
import { isListening } from './listening.ts'
import { type Holders, makeNodes } from './nodes.ts'
import type { Processes } from './processes.ts'
import {
  controllerProgram,
  devicePrograms,
  exporterPrograms,
  nocProgram,
  sidecarProgram,
  trafficProgram,
} from './programs.ts'
import { startRouters } from './routers.ts'

/** Ends of the controller before it was ready; after more it will not get ready. */
const maxEnds = 2

/** Calls `onStep` at the end of each step. */
export async function bringUp(
  spec: LabSpec,
  processes: Processes,
  agents: Agents,
  onHolders: (holders: Holders) => void,
  onStep: (step: LabStep) => void,
): Promise<void> {
  const { network, folder, programs } = spec
  const paths = labPaths(folder)
  const timed = stepTimer(onStep)

  const holders = await timed('namespaces', `${network.nodes.length} namespaces, ${network.links.length} links`, () =>
    makeNodes(network, paths.routers),
  )
  onHolders(holders)
  await record(spec, processes, timed)
  const identities = Promise.all([agentIds(spec), fleetOf(spec)]) // beside the routers
  identities.catch(() => {}) // it is awaited below
  await timed(
    'routers',
    (version) => `${network.nodes.length} routers started, ${version}`,
    () => startRouters(network, paths.routers, holders, processes),
  )

  const plan = needsPlan(programs) ? trafficPlan(network, spec.traffic) : undefined
  const [ids, fleet] = await identities
  // these read their programs while routing converges
  if (programs.includes('controller')) {
    writeFileSync(paths.config, stringify(controllerConfig(spec, plan!.applications, { ids, owner: fleet?.owner })))
    processes.start(controllerProgram(spec))
  }
  if (network.agents.length > 0) {
    mkdirSync(paths.access, { recursive: true })
    agents.startAccesses()
  }
  await timed('converged', 'every session established, every prefix known to every router', () =>
    waitForConvergence(network, paths.routers, patience),
  )
  if (programs.includes('controller')) {
    await timed('controller', 'controller ready', () =>
      eventually(
        'the controller is not ready',
        async () => {
          if (processes.ends('controller') > maxEnds)
            throw new Error(`the controller keeps ending: ${lastLineOf(paths.logs)}`)
          return answersReady(paths.controller)
        },
        { lastWord: () => lastLineOf(paths.logs) },
      ),
    )
    if (fleet !== undefined) await publishFleet(fleet, paths.controller)
  }
  const sidecars = programs.includes('agents') ? membersOf(network) : []
  if (network.agents.length > 0) {
    await timed('access', accessText(network.agents), () => agents.attach())
    for (const agent of sidecars) processes.start(sidecarProgram(agent, holders, spec)) // beside all that follows
  }
  if (programs.includes('exporters')) {
    mkdirSync(paths.softflowd, { recursive: true })
    const exporters = ownRouters(network).flatMap((node) => exporterPrograms(node, holders, folder))
    await timed('exporters', `${exporters.length} flow exporters`, async () => exporters.forEach(processes.start))
  }
  if (programs.includes('devices')) {
    mkdirSync(paths.devices, { recursive: true })
    const devices = devicePrograms(spec, holders, { ids, owner: fleet?.owner })
    await timed('devices', `${devices.length} devices`, async () => devices.forEach(processes.start))
    if (servesRouters(spec)) processes.start(nocProgram(spec))
  }
  if (programs.includes('traffic')) {
    mkdirSync(paths.traffic, { recursive: true })
    writeFileSync(paths.plan, JSON.stringify(plan))
    await timed('traffic', `traffic between ${network.sites.length} sites, ${matrixText(plan!)}`, async () => {
      for (const site of network.sites) processes.start(trafficProgram(site, holders, folder))
      await eventually('the traffic did not start', async () =>
        network.sites.every(({ name }) => existsSync(controlPath(paths.traffic, name))),
      )
    })
  }
  if (sidecars.length > 0) {
    await timed('agents', `${sidecars.length} agents with their side-cars`, () =>
      eventually('the side-cars did not start', async () =>
        sidecars.every(({ name }) => isListening(holders.get(name)!, sidecarPort)),
      ),
    )
  }
}

async function record(spec: LabSpec, processes: Processes, timed: ReturnType<typeof stepTimer>): Promise<void> {
  const options = recorderOptionsOf(spec)
  if (options === undefined) return
  const detail = `${options.namespaces.length} captures in ${options.folder}`
  await timed('recorder', detail, () => startRecorder(options, processes))
}

function stepTimer(onStep: (step: LabStep) => void) {
  return async <Result>(
    step: LabStep['step'],
    detail: string | ((result: Result) => string),
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const started = performance.now()
    const result = await work()
    const seconds = Math.round(performance.now() - started) / 1000
    onStep({ step, detail: typeof detail === 'string' ? detail : detail(result), seconds })
    return result
  }
}

/** Its last message; lines that start with a space belong to the line above. */
function lastLineOf(logs: string): string {
  const lines = readFileSync(join(logs, 'controller.log'), 'utf8').split('\n')
  return lines.findLast((line) => /^\S/.test(line)) ?? 'without a word'
}
