/**
 * Whether proposals can be approved: the controller has an agent, knows those of the devices at borders, and they are
 * connected.
 * @module
 */
import type { AgentList, Config, DeviceList } from '@vagus/api'
import type { BorderList } from '@vagus/api/steering'
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { Client } from '../client.ts'
import type { AskedAgent } from './agents.ts'
import { type Check, ok, warn } from './check.ts'
import { isLoopback } from './listeners.ts'

export interface Approving {
  readonly config: Pick<Config, 'agent' | 'devices' | 'listen'>
  readonly devices: Pick<DeviceList, 'items'>
  readonly borders: Pick<BorderList, 'items'>
  /** Of the controller's own agent; undefined: it has none, or its list does not tell. */
  readonly id: string | undefined
  /** Those whose sockets the controller can ask. */
  readonly asked: readonly AskedAgent[]
}

/** Nothing is missing of a controller that knows no borders, or is older than they are. */
export async function askApproving(
  client: Client,
  config: Config,
): Promise<Pick<Approving, 'borders' | 'id'> | undefined> {
  const borders = await client.get<BorderList>('BorderList', '/v1/borders').catch(() => undefined)
  if (borders === undefined) return undefined
  const name = config.agent?.name
  if (name === undefined || borders.items.length === 0) return { borders, id: undefined }
  const list = await client.get<AgentList>('AgentList', '/v1/agents').catch(() => undefined)
  return { borders, id: list?.items.find((agent) => agent.name === name)?.id }
}

export function approvalChecks(approving: Approving): readonly Check[] {
  const { config, borders } = approving
  const names = [...new Set(borders.items.flatMap(({ links }) => links.map(({ device }) => device)))].toSorted()
  if (names.length === 0) return []
  if (config.agent === undefined)
    return [
      warn(
        'approvals',
        'no proposal can be approved: the controller has no agent that could ask those of the devices',
        "in vagus.yaml, agent: { listen: ['udp://ADDRESS:7602'] }; then restart it · vagus config explain agent",
      ),
    ]
  const found = names.flatMap((device) => {
    const fault = faultOf(device, approving)
    return fault === undefined ? [] : [{ device, ...fault }]
  })
  if (found.length === 0) return [ok('approvals', `the agents of all ${names.length} devices at borders are connected`)]
  // What ails several devices is said once, with the fix of the first.
  return Object.values(Object.groupBy(found, ({ problem }) => problem)).flatMap((all = []) => {
    const devices = all.map(({ device }) => device).join(', ')
    return all.slice(0, 1).map(({ state, problem, fix }) => {
      return { check: 'approvals', state, found: `${devices}: ${problem}`, fix }
    })
  })
}

interface Fault extends Pick<Check, 'state' | 'fix'> {
  readonly problem: string
}

function faultOf(device: string, { config, devices, id, asked }: Approving): Fault | undefined {
  const configured = config.devices.find(({ name }) => name === device)?.id
  const answer = asked.find((one) => one.device === device)?.answer
  const own = steeringIn(answer)
  const steered = `vagus device … --steered-by ${id ?? 'ID'} --api URL`
  const fromElsewhere = elsewhereText(config)
  if (own === undefined && configured === undefined) {
    const problem = 'no proposal that needs it can be approved: vagus.yaml has no id of its agent'
    return { state: 'warn', problem, fix: `${steered}   (it prints the id, for devices.id${fromElsewhere})` }
  }
  if (own !== undefined && own.id !== configured) {
    const wrong = configured === undefined ? 'no id of its agent' : `${configured}, which is not the id of its agent`
    const fix = `in vagus.yaml, at ${device}: id: ${own.id}; then kill -HUP the controller`
    return { state: 'fail', problem: `vagus.yaml has ${wrong}`, fix }
  }
  if (own !== undefined && id !== undefined && own.by !== id)
    return { state: 'fail', problem: `its agent obeys ${own.by}, which is not this controller`, fix: steered }
  const isConnected = devices.items.some(({ name, agent }) => name === device && agent?.connectedSince)
  if (isConnected) return undefined
  return absenceOf(device, answer, { why: own?.problem ?? undefined, fromElsewhere })
}

/** Undefined where the agent does not answer, or is steered by nobody. */
const steeringIn = (answer: AskedAgent['answer'] | undefined): DeviceAgent['steering'] =>
  answer === undefined || answer instanceof Error ? undefined : answer.steering

/** What an agent on another host needs besides, where the API is for this host only. */
const elsewhereText = ({ listen }: Pick<Config, 'listen'>): string =>
  isLoopback(listen)
    ? `; on another host it needs a URL that it reaches, and "listen" is ${listen}: vagus config explain listen`
    : ''

function absenceOf(
  device: string,
  answer: AskedAgent['answer'] | undefined,
  { why, fromElsewhere }: { readonly why: string | undefined; readonly fromElsewhere: string },
): Fault {
  return {
    state: 'fail',
    problem: `its agent is not connected to that of the controller${why === undefined ? '' : `: ${why}`}`,
    fix: `vagus device show ${device}${answer === undefined ? ` --socket PATH   (on its host)${fromElsewhere}` : ''}`,
  }
}
