/**
 * Ends programs in order: first those that make traffic, then those that report it, then the controller, so that it can
 * save what it has, then what records all this. The kernel ends the rest with the namespaces.
 * @module
 */
import { recorderName } from '../record/recorder.ts'
import { type LabSpec, nocAgent, servesRouters } from '../spec.ts'
import { ownRouters } from '../topology/network.ts'
import type { Processes } from './processes.ts'
import { deviceName, sidecarName } from './programs.ts'

export async function takeDown(spec: LabSpec, processes: Processes): Promise<void> {
  const { network } = spec
  const own = ownRouters(network)
  const stop = (names: readonly string[]): Promise<unknown> =>
    Promise.all(names.map((name) => processes.stop(name, 'SIGTERM')))
  await stop([
    ...network.sites.map(({ name }) => `${name}.traffic`),
    ...network.agents.map(({ name }) => sidecarName(name)),
    ...(servesRouters(spec) ? [sidecarName(nocAgent)] : []),
  ])
  await stop([
    ...own.map(({ name }) => deviceName(name)),
    ...own.flatMap(({ name, interfaces }) => interfaces.map((at) => `${name}.softflowd-${at.name}`)),
  ])
  await stop(['controller'])
  await stop([recorderName])
}
