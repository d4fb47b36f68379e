/** Starts GRASP instances: over a secure substrate, in DULL mode on one link, or plainly for tests. @module */
import type { Config, Limits } from '@vagus/grasp'
import { GraspError } from './errors.ts'
import { Instance } from './instance.ts'
import { LinkNetwork } from './link/link-network.ts'
import { readInterfaces } from './link/interfaces.ts'
import { ServiceAgent } from './service-agent.ts'
import type { Substrate } from './substrate/substrate.ts'
import { SubstrateNetwork } from './substrate/substrate-network.ts'

interface Common {
  /** Off by default (RFC 8990 §2.5.5.1). */
  readonly rapid?: Config['rapid']
  readonly limits?: Partial<Limits>
  /** Takes a line for people when something starts or stops failing. */
  readonly report?: (line: string) => void
}

export type GraspOptions = Common &
  (
    | { readonly mode: 'domain'; readonly substrate?: Substrate }
    /** Discovery Unsolicited Link-Local (RFC 8990 §2.5.2) on one interface: for what must be found before there is trust. */
    | { readonly mode: 'dull'; readonly interface: string; readonly objectives?: readonly string[] }
    /** No security at all. For tests with other implementations on links of their own. */
    | { readonly mode: 'plain'; readonly interfaces?: readonly string[]; readonly address?: Uint8Array }
  )

export interface Grasp {
  readonly instance: Instance
  /** A service agent of its own. @throws {GraspError} `dupASA`, `ASAfull` */
  agent(name: string): ServiceAgent
  /** The interface or neighbour behind a number. */
  linkName(link: number): string | undefined
  /** Why the last multicast could not go out on the link; undefined when it could. Known some milliseconds after it. */
  multicastProblem(link: number): string | undefined
  close(): Promise<void>
}

/** @throws {GraspError} `noSecurity` in domain mode without a substrate, {Error} of the system when there is no socket */
export async function openGrasp(options: GraspOptions): Promise<Grasp> {
  const { rapid, limits } = options
  const common = { ...(rapid === undefined ? {} : { rapid }), ...(limits === undefined ? {} : { limits }) }
  if (options.mode === 'domain') {
    if (options.substrate === undefined) throw new GraspError('noSecurity')
    const network = new SubstrateNetwork(options.substrate)
    const instance = new Instance(network, { ...common, mode: 'domain' })
    return graspOf(instance, (link) => network.neighbourOf(link)?.name)
  }
  const network = await LinkNetwork.open(linkOptions(options))
  const dull = options.mode === 'dull' && options.objectives
  const instance = new Instance(network, {
    ...common,
    mode: options.mode === 'dull' ? 'dull' : 'domain',
    ...(dull ? { dullObjectives: dull } : {}),
  })
  return {
    ...graspOf(instance, (link) => network.nameOf(link)),
    multicastProblem: (link) => network.multicastProblem(link),
  }
}

function linkOptions(
  options: Exclude<GraspOptions, { readonly mode: 'domain' }>,
): Parameters<typeof LinkNetwork.open>[0] {
  const report = options.report === undefined ? {} : { report: options.report }
  if (options.mode === 'dull') {
    const link = readInterfaces([options.interface]).get(options.interface)
    if (link === undefined) throw new GraspError('invalidLoc', `"${options.interface}" has no link-local IPv6 address`)
    return { ...report, interfaces: [link.name], address: link.address }
  }
  options.report?.('GRASP: PLAIN MODE: nobody on these links is who they say; for tests only')
  const { interfaces, address } = options
  return {
    ...report,
    ...(interfaces === undefined ? {} : { interfaces }),
    ...(address === undefined ? {} : { address }),
  }
}

const graspOf = (instance: Instance, linkName: Grasp['linkName']): Grasp => ({
  instance,
  agent: (name) => new ServiceAgent(instance, name),
  linkName,
  multicastProblem: () => undefined,
  close: () => instance.stop(),
})
