/**
 * The agents that negotiate about approvals: the controller's, and one beside each router of ours. Their keys are made
 * before the programs start, because the generated `vagus.yaml` names their ids.
 * @module
 */
import { join } from 'node:path'
import { Keyring, ownAgent } from '@vagus/keyring'
import type { AgentIds } from '../controller-config.ts'
import { controllerAgent, labPaths, type LabSpec } from '../spec.ts'
import { ownRouters } from '../topology/network.ts'

/** What a program gets as `$VAGUS_HOME` beside the router `name`. */
export const deviceHome = (name: string): string => join(labPaths('').deviceHomes, name)

/** Makes the keys that are not there; undefined where nobody would use them. @throws {KeyringError} */
export function agentIds({ network, programs }: Pick<LabSpec, 'network' | 'programs'>): AgentIds | undefined {
  if (!programs.includes('controller') || !programs.includes('devices')) return undefined
  return {
    controller: idIn(labPaths('').home, controllerAgent),
    devices: new Map(ownRouters(network).map(({ name }) => [name, idIn(deviceHome(name), name)])),
  }
}

const idIn = (home: string, name: string): string =>
  ownAgent({ keyring: new Keyring(join(home, 'agents')), name, report: () => {} }).identity.id
