/** The traffic classes of proposals at the agents of their devices: what is in force, and how one is set and ended. @module */
import { type ProposedClass, steeringOwner } from '@vagus/api/steering'
import type {
  ActuationList,
  ActuationPlan,
  ActuationReceipt,
  ActuationRequest,
  ActuationUndone,
} from '@vagus/api/telemetry'
import { agentOf } from '../bgp/agent.ts'
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import type { controllerOption } from '../controller-options.ts'
import type { Options, ValuesOf } from '../option.ts'

export type Actuation = ActuationList['active'][number]

/** A class of a proposal, the agent to ask for it, and what an earlier proposal has in force there. */
export interface ClassChange {
  readonly entry: ProposedClass
  readonly agent: Client
  readonly earlier: Actuation | undefined
}

type SteeringCall = Omit<Call<Options>, 'values'> & { readonly values: ValuesOf<typeof controllerOption> }

/**
 * The agent of a device. Ctrl-C does not cut its requests short: a change that is not answered may have been made.
 * @throws {Failure} when its socket is unknown
 */
export function uncutAgentOf(call: SteeringCall, device: string): Promise<Client> {
  const { signal } = new AbortController()
  return agentOf({ ...call, signal, values: { ...call.values, socket: undefined } }, device)
}

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
