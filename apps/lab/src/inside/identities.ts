/**
 * The agents that negotiate about approvals: the controller's, and one beside each router of ours. Their keys are made
 * before the programs start, because the generated `vagus.yaml` names their ids.
 * @module
 */
import { join } from 'node:path'
import type { AgentIds } from '../controller-config.ts'
import { controllerAgent, deviceHome, labPaths, type LabSpec, steeringAgent } from '../spec.ts'
import { ownRouters } from '../topology/network.ts'

/** Makes the keys that are not there; undefined where nobody would use them. @throws {KeyringError} */
export async function agentIds({ network, programs }: LabSpec): Promise<AgentIds | undefined> {
  if (!programs.includes('controller') || !programs.includes('devices')) return undefined
  const { Keyring, ownAgent } = await import('@vagus/keyring') // no other lab needs its cryptography
  const idIn = (home: string, name: string): string =>
    ownAgent({ keyring: new Keyring(join(home, 'agents')), name, report: () => {} }).identity.id
  return {
    controller: idIn(labPaths('').home, controllerAgent),
    devices: new Map(ownRouters(network).map(({ name }) => [name, idIn(deviceHome(name), steeringAgent(name))])),
  }
}
