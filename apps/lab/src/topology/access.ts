/**
 * The access networks of a topology's agents, worked out. An agent's addresses belong to the site that its network joins:
 * they are taken from the end of the site's prefixes, so that the rest of the network reaches them without knowing of it.
 * @module
 */
import { formatAddress, parsePrefix, type Prefix } from '@vagus/address'
import { type AccessProfile, accessProfiles, accessNames } from '../access/profile.ts'
import { traceProblem } from '../access/trace.ts'
import type { Addresses } from './addresses.ts'
import type { Topology } from './schema.ts'

export interface Access {
  /** Also the name of the agent's interface. */
  readonly name: string
  /** The site that it joins. */
  readonly site: string
  readonly profile: AccessProfile
  /** From 1, unique in the network. */
  readonly number: number
  readonly agent: Addresses
  readonly gateway: Addresses
}

export interface Agent {
  readonly name: string
  /** It starts on the first. */
  readonly networks: readonly Access[]
  /** In the roster of the lab. */
  readonly roles: readonly string[]
  /** `stranger`: a host without side-car, in no roster. */
  readonly fleet: 'member' | 'stranger'
  /** Its servers, on loopback of its own host. */
  readonly a2a?: string
  readonly mcp?: string
  readonly program?: readonly string[]
}

/** Two addresses each, from the third on: the first two are the controller's; they fit into the last /24 and /112 of a site's prefixes. */
export const maxAccesses = 120
const hostBits = { 4: 8, 6: 16 } as const

/** Whether a prefix has room for the addresses of agents. */
export const hasRoom = ({ version, length }: Prefix): boolean =>
  length <= (version === 4 ? 32 : 128) - hostBits[version]

/** `topology` as `readTopology` gives it: without mistakes. */
export function agentsOf({ agents, sites }: Topology): readonly Agent[] {
  let number = 0
  return Object.entries(agents).map(([name, agent]): Agent => {
    const networks = Object.entries(agent.networks).map(([name, network]): Access => {
      number++
      const prefixes = sites[network.at]!.prefixes.map(parsePrefix)
      const [gateway, own] = ([0, 1] as const).map((end) => ({
        v4: hostOf(prefixes, 4, number * 2 + end),
        v6: hostOf(prefixes, 6, number * 2 + end),
      })) as [Addresses, Addresses]
      return { name, site: network.at, profile: profileOf(name, network), number, agent: own, gateway }
    })
    const { a2a, mcp, program, roles, fleet } = agent
    const own = { ...(a2a !== undefined && { a2a }), ...(mcp !== undefined && { mcp }), ...(program && { program }) }
    return { name, networks, roles, fleet, ...own }
  })
}

/** The number of networks, and those without the trace of their kind. */
export function accessText(agents: readonly Agent[]): string {
  const accesses = agents.flatMap(({ networks }) => networks)
  const without = accesses.filter(({ profile: { trace } }) => trace !== undefined && traceProblem(trace) !== undefined)
  const named = [...new Set(without.map(({ name, profile }) => `${name} at a constant rate, without ${profile.trace}`))]
  return [`${accesses.length} access networks of ${agents.length} agents`, ...named].join(', ')
}

/** The profile that a network of this name has when it names none. */
export const profileNameOf = (name: string): keyof typeof accessProfiles | undefined =>
  accessNames.find((known) => known === name)

type Said = Topology['agents'][string]['networks'][string]

/** Profile of network `name`: the usual one of its kind, with the given changes. */
export function profileOf(name: string, said: Said): AccessProfile {
  const usual: AccessProfile = accessProfiles[said.profile ?? profileNameOf(name)!]
  const {
    delay: mean = usual.delay.mean,
    jitter = usual.delay.jitter,
    shape = usual.delay.shape,
    queue = usual.queue,
    outages = usual.outages,
  } = said
  const { rate = usual.rate } = said
  // A given rate replaces the trace of the kind.
  const trace = said.trace ?? (said.rate === undefined ? usual.trace : undefined)
  return {
    delay: { mean, jitter, shape },
    loss: lossOf(said.loss) ?? usual.loss,
    rate: typeof rate === 'number' ? { up: rate, down: rate } : rate,
    queue,
    ...(trace !== undefined && { trace }),
    ...(outages !== undefined && { outages }),
  }
}

function lossOf(loss: Said['loss']): AccessProfile['loss'] | undefined {
  if (loss === undefined) return undefined
  return typeof loss === 'number' ? { kind: 'bernoulli', share: loss } : { kind: 'gilbert-elliott', ...loss }
}

/** Address `host` of the last hosts of the first prefix of this version that has room. */
export function hostOf(prefixes: readonly Prefix[], version: 4 | 6, host: number): string {
  const prefix = prefixes.find((prefix) => prefix.version === version && hasRoom(prefix))!
  const octets = prefix.octets.slice()
  if (version === 6) new DataView(octets.buffer).setUint16(12, 0xacce)
  else for (let bit = 96 + prefix.length; bit < 120; bit++) octets[bit >> 3]! |= 0x80 >> (bit & 7)
  new DataView(octets.buffer).setUint16(14, version === 6 ? host : (octets[14]! << 8) | host)
  return formatAddress(octets)
}
