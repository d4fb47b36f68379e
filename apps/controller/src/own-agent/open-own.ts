/** The controller's own agent, where the configuration names one: without, nothing of it is loaded. @module */
import type { Config } from '@vagus/api'
import { parseAddress } from '@vagus/address'
import { type Locator, transportProtocol } from '@vagus/grasp'
import type { ControlStore } from '@vagus/store'
import { parseFlowEndpoint } from '../config/endpoint.ts'
import type { Agents } from '../http/backend.ts'
import { nextEpoch } from '../steering/approval/approval-keeper.ts'
import type { OwnAgent } from './own-agent.ts'
import type { TakeNews } from './take-news.ts'

export interface OpenOwn {
  /** Of the moment; who is admitted follows it. */
  readonly config: () => Pick<Config, 'agent' | 'devices' | 'join'>
  /** Folder of the controller's state. */
  readonly home: string
  readonly control: ControlStore
  readonly agents: Agents
  readonly news: TakeNews
  /** Whether the agent of that id has leases yet, of approvals or lines. */
  readonly hasLeases: (id: string) => boolean
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** @throws {KeyringError}; node's error when it cannot listen */
export async function openOwn({
  config,
  home,
  control,
  agents,
  news,
  hasLeases,
  report,
}: OpenOwn): Promise<OwnAgent | undefined> {
  const { agent } = config()
  if (agent === undefined) return undefined
  const { openOwnAgent } = await import('./own-agent.ts')
  const admitted = (): ReadonlySet<string> =>
    new Set(config().devices.flatMap(({ id }) => (id === undefined ? [] : [id])))
  const own = await openOwnAgent({
    ...agent,
    home,
    agents,
    news,
    report,
    admitted,
    hasLeases,
    registrar: registrarOf(config().join),
    epoch: nextEpoch(control, Date.now()),
  })
  report(`${agent.name} is ${own.id}, at ${own.addresses.join(' ')}`)
  return own
}

/** As join proxies are told (RFC 8995 §4.3). */
function registrarOf(join: Config['join']): Locator | undefined {
  if (join === undefined) return undefined
  const { address, port } = parseFlowEndpoint(join.listen)
  const octets = parseAddress(address)
  const protocol = transportProtocol.tcp
  return address.includes(':')
    ? { type: 'ipv6', address: octets, protocol, port }
    : { type: 'ipv4', address: octets.subarray(12), protocol, port }
}
