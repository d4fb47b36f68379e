/**
 * Whether proposals can be approved: the controller has an agent, knows those of the devices at borders, and they are
 * connected.
 * @module
 */
import type { AgentList, Config, DeviceList } from '@vagus/api'
import type { BorderList } from '@vagus/api/steering'
import type { Client } from '../client.ts'
import type { AskedAgent } from './agents.ts'
import { type Check, fail, ok, warn } from './check.ts'

export interface Approving {
  readonly config: Pick<Config, 'agent' | 'devices'>
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
  const found = names.flatMap((device) => faultOf(device, approving) ?? [])
  if (found.length === 0) return [ok('approvals', `the agents of all ${names.length} devices at borders are connected`)]
  // What ails several devices is said once, with the fix of the first.
  const byProblem = Object.groupBy(found, ({ grade, problem }) => `${grade} ${problem}`)
  return Object.values(byProblem).map((all) => {
    const [{ grade, problem, fix }] = all as [Fault]
    return grade(`approvals`, `${all!.map(({ device }) => device).join(', ')}: ${problem}`, fix)
  })
}

interface Fault {
  readonly device: string
  readonly grade: typeof warn
  readonly problem: string
  readonly fix: string
}

function faultOf(device: string, { config, devices, id, asked }: Approving): Fault | undefined {
  const configured = config.devices.find(({ name }) => name === device)?.id
  const answer = asked.find((one) => one.device === device)?.answer
  const own = answer === undefined || answer instanceof Error ? undefined : answer.steering
  const steered = `vagus device … --steered-by ${id ?? 'ID'} --api URL`
  const yaml = `in vagus.yaml, at ${device}: id: ${own?.id}; then kill -HUP the controller`
  if (configured === undefined && own === undefined) {
    const problem = 'no proposal that needs it can be approved: vagus.yaml has no id of its agent'
    return { device, grade: warn, problem, fix: `${steered}   (it prints the id, for devices.id)` }
  }
  if (own !== undefined && own.id !== configured) {
    const problem = `vagus.yaml has ${configured === undefined ? 'no id of its agent' : `${configured}, which is not the id of its agent`}`
    return { device, grade: fail, problem, fix: yaml }
  }
  if (own !== undefined && id !== undefined && own.by !== id)
    return { device, grade: fail, problem: `its agent obeys ${own.by}, which is not this controller`, fix: steered }
  if ((devices.items.find(({ name }) => name === device)?.agent?.connectedSince ?? null) !== null) return undefined
  const why = own?.problem ?? null
  const place = answer === undefined ? ' --socket PATH   (on its host)' : ''
  return {
    device,
    grade: fail,
    problem: `its agent is not connected to that of the controller${why === null ? '' : `: ${why}`}`,
    fix: `vagus device show ${device}${place}`,
  }
}
