/** Options by which a controller may steer by the router of a device, and what they mean to its agent. @module */
import type { LinesAllowed, SteeringOptions } from '@vagus/device'
import type { Keyring } from '@vagus/keyring'
import { optionalController } from './address.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { homeOption } from './keyring-options.ts'
import type { Options, ValuesOf } from './option.ts'

export const controllerApi = {
  api: {
    type: 'text',
    value: 'ADDRESS',
    description:
      "the controller's HTTP API, where agents are looked up, and the agent of --serve-to published (default $VAGUS_CONTROLLER)",
  },
} as const satisfies Options

export const steeringOptions = {
  'steered-by': {
    type: 'text',
    value: 'ID',
    description: "id of the controller's agent, which may then ask for MEDs; steering and lines need this, and --api",
  },
  as: {
    type: 'text',
    value: 'NAME',
    description: 'agent of this host to negotiate as, made if it is new (default: the name of the device)',
  },
  'steer-prefixes': {
    type: 'words',
    value: 'LIST',
    description: 'prefixes that may be steered, with what is within (default: every prefix)',
  },
  'steer-for': {
    type: 'duration',
    value: 'TIME',
    description: 'longest lease, at most 1d (default 2h; controllers ask for 1h)',
  },
} as const satisfies Options

export const lineOptions = {
  lines: {
    type: 'text',
    value: 'BLOCK',
    description: 'hold private lines, whose locators are in this IPv6 /32 (as lines.block in vagus.yaml)',
  },
  'line-links': {
    type: 'words',
    value: 'LIST',
    description: 'interfaces to other routers that hold lines; no path goes over any other',
  },
  'line-share': {
    type: 'text',
    value: 'SHARE',
    description: 'part of each of these links that lines may take together, up to 0.95 (default 0.9)',
  },
  'line-sites': {
    type: 'words',
    value: 'LIST',
    description: "prefixes of your sites, or that hold them all: lines carry nobody else's packets",
  },
} as const satisfies Options
type Values = ValuesOf<typeof controllerApi & typeof steeringOptions & typeof lineOptions & typeof homeOption>

/** Seconds. */
const longest = { usual: 7200, most: 86_400 } as const

const onlySteered = ['as', 'steer-prefixes', 'steer-for', 'lines', 'line-links', 'line-share', 'line-sites'] as const
/** Of every agent that the device speaks as. */
const ofAgents = ['api', 'home'] as const

/** What else than steering is told where the controller is: AI agents that are served, and service by role. */
interface AlsoAsking {
  readonly 'serve-to'?: string | undefined
  readonly services?: readonly string[] | undefined
}

/** @throws {RangeError} on an option that says how, where none says by whom */
export function checkUnsteered(values: Values & AlsoAsking): void {
  const isAsking = values['serve-to'] !== undefined || values.services !== undefined
  const checked = isAsking ? onlySteered : [...onlySteered, ...ofAgents]
  const idle = checked.find((one) => values[one] !== undefined)
  if (idle !== undefined) throw new RangeError(`--${idle} needs --steered-by ID, the id of the controller's agent`)
}

export interface SteeredHost {
  readonly keyring: Keyring
  readonly device: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly report: (line: string) => void
}

/** Makes the agent of the device if it is new, and says its id. @throws {RangeError}, {Failure} usage, {KeyringError} */
export async function steeringOf(
  values: Values,
  { keyring, device, environment, report }: SteeredHost,
): Promise<SteeringOptions> {
  const { api, ...wanted } = await wantedSteering(values, { device, environment })
  const [{ ownAgent }, { controllerList }] = await Promise.all([import('@vagus/keyring'), import('@vagus/lookup')])
  const { identity } = ownAgent({ keyring, name: wanted.as, report })
  report(`steering: its id is ${identity.id}; devices.id in the controller's vagus.yaml must be that`)
  const list = controllerList(api)
  return { ...wanted, lookup: list, list, keyring }
}

/** What the options ask for, checked; nothing is made. @throws {RangeError}, {Failure} usage */
export async function wantedSteering(
  values: Values,
  { device, environment }: Pick<SteeredHost, 'device' | 'environment'>,
): Promise<Omit<SteeringOptions, 'lookup' | 'list' | 'keyring'> & { readonly api: string }> {
  const [{ steeredPrefixes }, { isAgentId, isAgentName, nameRule }] = await Promise.all([
    import('@vagus/device'),
    import('@vagus/identity'),
  ])
  const { 'steered-by': by = '', 'steer-for': seconds = longest.usual, as = device } = values
  if (!isAgentId(by)) throw new RangeError(`--steered-by must be an id such as did:key:z6Mk…, got "${by}"`)
  if (!isAgentName(as))
    throw new Failure(exitCode.usage, `"${as}" is no name of an agent: ${nameRule}`, 'such as --as pe-1')
  if (seconds < 1 || seconds > longest.most) throw new RangeError(`--steer-for must be 1s to 1d, got ${seconds} s`)
  const api = optionalController(values.api, environment)
  if (api === undefined)
    throw new Failure(
      exitCode.usage,
      '"--steered-by" needs --api ADDRESS, where the controller is looked up',
      'such as --api http://192.0.2.10:7600',
    )
  const prefixes = steeredPrefixes(values['steer-prefixes'] ?? [])
  return { by, api, as, allowed: { prefixes, leaseMs: seconds * 1000 }, ...(await linesOf(values)) }
}

const usualShare = 0.9

/** @throws {RangeError} that says what would be right */
async function linesOf({
  lines: block,
  'line-links': links,
  'line-share': share,
  'line-sites': sites,
}: Values): Promise<{ readonly lines?: LinesAllowed }> {
  if (block === undefined) {
    const idle = Object.entries({ links, share, sites }).find(([, value]) => value !== undefined)
    if (idle !== undefined) throw new RangeError(`--line-${idle[0]} needs --lines BLOCK, such as --lines fd00:c::/32`)
    return {}
  }
  if (links === undefined)
    throw new RangeError('--lines needs --line-links LIST, the interfaces to other routers, such as eth1,eth2')
  if (sites === undefined)
    throw new RangeError('--lines needs --line-sites LIST, the prefixes of your sites, such as 10.0.0.0/8')
  const { linesAllowed } = await import('@vagus/device')
  return { lines: linesAllowed({ block, links, sites, share: share === undefined ? usualShare : Number(share) }) }
}
