/** The traffic classes of proposals at the agents of their devices: what is in force, and how one is set and ended. @module */
import type { Config } from '@vagus/api'
import { type ProposedClass, steeringOwner } from '@vagus/api/steering'
import type {
  ActuationList,
  ActuationPlan,
  ActuationReceipt,
  ActuationRequest,
  ActuationUndone,
} from '@vagus/api/telemetry'
import { agentAt, ourEndOf } from '../bgp/agent.ts'
import { whereAgentIs } from '../bgp/bgp-options.ts'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export type Actuation = ActuationList['active'][number]

/** A class of a proposal, the agent to ask for it, and what an earlier proposal has in force there. */
export interface ClassChange {
  readonly entry: ProposedClass
  readonly agent: Client
  readonly earlier: Actuation | undefined
}

/**
 * The agent of a device. Ctrl-C does not cut its requests short: a change that is not answered may have been made.
 * @throws {Failure} when its socket is unknown
 */
export async function uncutAgentOf(controller: Client, device: string): Promise<Client> {
  const { devices } = await controller.getPlain<Config>('/v1/config')
  const path = devices.find(({ name }) => name === device)?.agent
  if (path !== undefined) return agentAt(path, new AbortController().signal)
  const problem = `the configuration names no agent of device "${device}" (devices.agent)`
  throw new Failure(exitCode.failed, problem, whereAgentIs)
}

/** Our end of a link. @throws {Failure} when there is no such link, or it has no such end */
export const endOfLink = async (
  controller: Client,
  link: string,
): Promise<{ readonly device: string; readonly interface: string }> =>
  ourEndOf(link, await controller.getPlain<Config>('/v1/config'))

/** What is in force at an agent. @throws {Failure} as `Client.get` */
export const activeAt = async (agent: Client): Promise<readonly Actuation[]> =>
  (await agent.get<ActuationList>('ActuationList', '/v1/bgp/actuations')).active

export const isAt = (one: Actuation, { prefix, interface: name }: ProposedClass): boolean =>
  one.prefix === prefix && one.interface === name

/** The class of an approved proposal in force where `entry` is. */
export const steeringAt = (active: readonly Actuation[], entry: ProposedClass): Actuation | undefined =>
  active.find((one) => one.owner === steeringOwner && isAt(one, entry))

/** `seconds`: how long it is to hold. */
export const requestOf = (entry: ProposedClass, number: number, seconds: number): ActuationRequest => ({
  owner: steeringOwner,
  prefix: entry.prefix,
  interface: entry.interface,
  class: number,
  seconds,
})

/** What it would do. @throws {Failure} as `Client.change` */
export const planClass = (agent: Client, body: ActuationRequest): Promise<ActuationPlan> =>
  agent.change('ActuationPlan', { method: 'POST', path: '/v1/bgp/plan', body })

/** @throws {Failure} as `Client.change` */
export const setClass = (agent: Client, body: ActuationRequest): Promise<ActuationReceipt> =>
  agent.change('ActuationReceipt', { method: 'POST', path: '/v1/bgp/actuations', body })

/** @throws {Failure} as `Client.change` */
export const endClass = (agent: Client, id: string): Promise<ActuationUndone> =>
  agent.change('ActuationUndone', {
    method: 'DELETE',
    path: '/v1/bgp/actuations',
    query: { id, owner: steeringOwner },
  })
