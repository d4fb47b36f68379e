/** The agent beside a router, asked at its own socket: changes to a router do not go through the controller. @module */
import type { Config } from '@vagus/api'
import { controllerAddress } from '../address.ts'
import { mistakenOf, whereAgentIs } from './bgp-options.ts'
import { type Client, clientOf } from '../client.ts'
import type { Call } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options, ValuesOf } from '../option.ts'

export const agentOptions = {
  socket: {
    type: 'text',
    value: 'PATH',
    description: "socket of the agent (default: from the controller's configuration)",
  },
  ...controllerOption,
} as const satisfies Options

type AgentCall = Omit<Call<Options>, 'values'> & { readonly values: ValuesOf<typeof agentOptions> }

/** The agent of the device. @throws {Failure} when its socket is unknown */
export async function agentOf(call: AgentCall, device: string): Promise<Client> {
  const { socket } = call.values
  const known = socket === undefined ? (await configOf(call)).devices.find(({ name }) => name === device) : undefined
  const path = socket ?? known?.agent
  if (path !== undefined) return agentAt(path, call.signal)
  if (known === undefined)
    throw new Failure(exitCode.usage, `there is no device "${device}"`, 'the names: vagus device ls')
  throw new Failure(
    exitCode.failed,
    `the configuration names no agent of device "${device}" (devices.agent)`,
    `name its socket: --socket PATH, on the host where it runs (and a link by its interface) · ${whereAgentIs}`,
  )
}

/** The agent at a socket. */
export const agentAt = (path: string, signal: AbortSignal): Client =>
  clientOf(controllerAddress(`unix:${path}`), signal, 'device agent')

/** How the commands in a hint reach the same agent. */
export interface AgentPlace {
  readonly device: string
  readonly socket?: string | undefined
}

export const showWords = ({ device, socket }: AgentPlace): string =>
  `vagus device show ${device}${socket === undefined ? '' : ` --socket ${socket}`}`

/** The next command. @param what its option; without one it prints the policy */
export const policyWords = ({ device, socket }: AgentPlace, what = ''): string =>
  `vagus device policy ${device}${what === '' ? '' : ` ${what}`}${socket === undefined ? '' : ` --socket ${socket}`}`

/** Adds to a refusal of the agent where to look, or what a prefix looks like. */
export async function orSee<T>(place: AgentPlace, prefix: string, answer: Promise<T>): Promise<T> {
  const { device, socket } = place
  const whose = socket === undefined ? `--device ${device}` : `--controller unix:${socket}`
  const look = `its sessions and routes: ${showWords(place)} · vagus bgp adj-in router ${whose}`
  return answer.catch(mistakenOf(prefix, look))
}

/**
 * The device and interface at our end of a link; with `--socket` and no `--controller`, the link is named by that interface,
 * and the agent knows the device. @throws {Failure} when there is no such link, or it has no such end
 */
export async function endOfLink(
  call: AgentCall,
  link: string,
): Promise<{ readonly device: string; readonly interface: string }> {
  const { socket, controller } = call.values
  if (socket !== undefined && controller === undefined) return { device: 'DEVICE', interface: link }
  return ourEndOf(link, await configOf(call))
}

/** @throws {Failure} when there is no such link, or it has no such end */
export function ourEndOf(
  link: string,
  config: Pick<Config, 'devices' | 'links'>,
): { readonly device: string; readonly interface: string } {
  const found = config.links.find(({ name }) => name === link)
  if (found === undefined) {
    const names = 'the names: vagus link ls'
    const without = '`links:` in vagus.yaml names them: vagus config explain links · or: --socket PATH --link INTERFACE'
    throw new Failure(exitCode.usage, `there is no link "${link}"`, config.links.length > 0 ? names : without)
  }
  const ours = new Set(config.devices.map(({ name }) => name))
  const ends = [found.a, found.z].filter((end) => ours.has(end.node) && end.interface !== undefined)
  const [end] = ends
  if (end?.interface === undefined || ends.length === 2) {
    throw new Failure(
      exitCode.usage,
      `link "${link}" does not lead to a site or another AS, so its routes have no MED`,
      'those that do: vagus link ls',
    )
  }
  return { device: end.node, interface: end.interface }
}

const configOf = (call: AgentCall): Promise<Config> => clientFor(call).getPlain<Config>('/v1/config')

/** The owner of a class: the user, unless another name is given. */
export const ownerOf = ({ environment }: Pick<AgentCall, 'environment'>): string =>
  environment['USER'] ?? environment['LOGNAME'] ?? 'operator'
