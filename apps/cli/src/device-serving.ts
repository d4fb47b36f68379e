/** Options by which a device serves its router to AI agents, and the side-car that does it for members of a fleet. @module */
import type { SouthboundOptions } from '@vagus/device'
import type { RunOptions } from '@vagus/sidecar'
import type { Keyring } from '@vagus/keyring'
import { optionalController } from './address.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options, ValuesOf } from './option.ts'
import { checkListen, ownerNamed } from './side-car-options.ts'
import { startFailure } from './side-car-start.ts'

export const servingOptions = {
  tools: {
    type: 'flag',
    description: 'answer questions of AI agents about the router at the control socket: "vagus device mcp"',
  },
  configures: {
    type: 'words',
    value: 'PATTERNS',
    description:
      'lines of configuration that AI agents may commit for a while: CONTEXT / LINE with *, such as "interface * / description *" (default: none); implies --tools',
  },
  'serve-to': {
    type: 'text',
    value: 'OWNER',
    description:
      'also be an agent of the fleet of this owner, whose members call these tools as its roster allows; implies --tools',
  },
  'serve-as': {
    type: 'text',
    value: 'NAME',
    description:
      'agent of this host that serves, made if it is new; not that of --as (default: the name of the device)',
  },
  'serve-at': {
    type: 'words',
    value: 'LIST',
    description:
      'sockets for other agents (default: udp://127.0.0.1:0,tcp://127.0.0.1:0); of other hosts: udp://0.0.0.0:7601,tcp://0.0.0.0:7601',
  },
} as const satisfies Options
type Values = ValuesOf<typeof servingOptions>

/** Which lines AI agents may commit; `undefined`: they get no answer at all. */
export function toolsOf({ tools, configures, 'serve-to': owner }: Values): SouthboundOptions | undefined {
  return tools || configures !== undefined || owner !== undefined ? { configures: configures ?? [] } : undefined
}

/** @throws {RangeError} on an option that says how, where none says to whom */
export function checkUnserved(values: Values): void {
  const idle = (['serve-as', 'serve-at'] as const).find((one) => values[one] !== undefined)
  if (idle !== undefined) throw new RangeError(`--${idle} needs --serve-to OWNER, the owner of the fleet`)
}

export interface ServingHost {
  readonly keyring: Keyring
  /** Of the device. */
  readonly name: string
  /** Which agent it steers as; `undefined`: no controller steers by it. */
  readonly steersAs: string | undefined
  /** Of the controller, where rosters and agents are looked up and this one is published. */
  readonly api: string | undefined
  /** Control socket of the device agent. */
  readonly control: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly report: (line: string) => void
}

/**
 * What the side-car runs with, whose program is `vagus device mcp` for each session. Two agents, because one of a fleet
 * speaks with its members alone, and the controller that steers is none. @throws {Failure} usage
 */
export async function servingOf(
  owner: string,
  values: Pick<Values, 'serve-as' | 'serve-at'>,
  { keyring, name: device, steersAs, api, control, environment, report }: ServingHost,
): Promise<Omit<RunOptions, 'signal'>> {
  const { isAgentName, nameRule } = await import('@vagus/identity')
  const { 'serve-as': name = device, 'serve-at': listen = ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'] } = values
  if (!isAgentName(name))
    throw new Failure(exitCode.usage, `"${name}" is no name of an agent: ${nameRule}`, 'such as --serve-as pe-1')
  if (name === steersAs)
    throw new Failure(
      exitCode.usage,
      `${name} is the agent that the controller steers by, and cannot serve a fleet as well`,
      `add --serve-as ${name}-tools; its id is then what the roster must have`,
    )
  await checkListen(listen)
  const controller = optionalController(api, environment)
  return {
    keyring,
    name,
    exposed: {},
    listen,
    relays: [],
    folders: [],
    controller,
    allowed: [],
    owner: await ownerNamed(owner, { host: keyring.folder, folders: [], option: '--serve-to' }),
    port: 0,
    tokens: new Map(),
    program: [process.execPath, ...process.execArgv, process.argv[1]!, 'device', 'mcp', '--control', control],
    programSpeaks: 'mcp',
    isOf: 'a router',
    environment,
    report,
  }
}

/** Until `signal` is aborted. @throws {Failure}, {KeyringError} */
export async function serve(options: Omit<RunOptions, 'signal'>, signal: AbortSignal): Promise<void> {
  const { runSidecar } = await import('@vagus/sidecar')
  try {
    await runSidecar({ ...options, signal })
  } catch (error) {
    throw startFailure(error as NodeJS.ErrnoException, options.name, 'end that one first, or add --serve-as NAME')
  }
}
