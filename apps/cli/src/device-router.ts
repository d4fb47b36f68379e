/** What the options of `vagus device` say about its router and the session with the controller. @module */
import { isIP, isIPv4 } from 'node:net'
import { rateOf } from '@vagus/api/rate'
import type { AgentOptions, CounterOptions } from '@vagus/device'
import { mobilityOf } from './device-mobility.ts'
import { servicesOf } from './device-services.ts'
import type { DeviceValues } from './device-options.ts'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

export type Counters = Pick<CounterOptions, 'agent' | 'collector' | 'source'>

/** Destination, source and agent address of the counters. @throws {Failure} usage, {RangeError} */
export async function countersOf({ agent, collector, controller, source }: DeviceValues): Promise<Counters> {
  if (agent === undefined)
    throw new Failure(
      exitCode.usage,
      '"vagus device" needs --agent ADDRESS',
      'the address of this router in vagus.yaml',
    )
  const { endpointOf } = await import('@vagus/device')
  const known = { agent: addressOf('--agent', agent), collector: endpointOf('--collector', collector) }
  if (source === undefined) return known
  const version = isIP(addressOf('--source', source))
  if (version === isIP(known.collector.address)) return { ...known, source }
  if (controller !== undefined && version === isIP(endpointOf('--controller', controller).address)) return known
  throw new RangeError(`--source must be of the IP version of --collector or --controller, got "${source}"`)
}

/** Options of the part of the agent that peers with the router. */
const onlyBesideRouter = [
  'router-at',
  'router-address',
  'policy-file',
  'identifier',
  'controller',
  'key-file',
  'hops',
  'carrier-attribute',
  'mobile',
  'services',
  'flow',
  'capacity',
  'steered-by',
  'configures',
  'serve-to',
] as const satisfies readonly (keyof DeviceValues)[]

/** `undefined`: it does not peer with the router. @throws {RangeError} before anything is started */
export async function besideRouter(values: DeviceValues): Promise<Omit<AgentOptions, 'name' | 'report'> | undefined> {
  const { router: kind, control, 'router-at': at, 'policy-file': policyFile } = values
  const peering = await peeringOf(values)
  if (peering === undefined || kind === undefined) return undefined
  const { checkControl, openRouter } = await import('@vagus/device')
  await checkControl(control)
  const place = { kind, ...(at === undefined ? {} : { at }), ...(policyFile === undefined ? {} : { policyFile }) }
  return { ...peering, router: openRouter(place) }
}

/** All but the router itself; nothing is opened. @throws {RangeError} */
export async function peeringOf(
  values: DeviceValues,
): Promise<Omit<AgentOptions, 'name' | 'report' | 'router'> | undefined> {
  const { router: kind, identifier, controller, flow, capacity, control } = values
  if (kind === undefined) {
    const idle = values.tools ? 'tools' : onlyBesideRouter.find((option) => values[option] !== undefined)
    if (idle !== undefined) throw new RangeError(`--${idle} needs --router KIND, which is frr, bird or gobgp`)
    return undefined
  }
  const { endpointOf } = await import('@vagus/device')
  if (identifier !== undefined && !isIPv4(identifier))
    throw new RangeError(`--identifier must be an IPv4 address, got "${identifier}"`)
  const routerAddress = values['router-address']
  const carrierAttribute = values['carrier-attribute']
  return {
    ...(identifier === undefined ? {} : { identifier }),
    localAddress: addressOf('--local-address', values['local-address']),
    control,
    ...(routerAddress === undefined ? {} : { routerAddress: addressOf('--router-address', routerAddress) }),
    ...(controller === undefined ? {} : { controller: endpointOf('--controller', controller) }),
    ...(await sessionSourceOf(values)),
    protection: await protectionOf(controller, values['key-file'], values.hops),
    ...(carrierAttribute === undefined ? {} : { carrierAttribute }),
    ...(flow === undefined ? {} : { flow: endpointOf('--flow', flow) }),
    ...(capacity === undefined ? {} : { capacities: capacitiesOf(capacity) }),
    ...(await mobilityOf(values)),
    ...(await servicesOf(values)),
  }
}

/** Octets per second by interface, from `IF=RATE` in bits per second. @throws {RangeError} */
function capacitiesOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    words.map((word) => {
      const [, name, text = ''] = /^([^=]+)=(.*)$/.exec(word) ?? []
      const rate = rateOf(text)
      if (name === undefined || !(rate > 0))
        throw new RangeError(`--capacity must be IF=RATE, such as ifb7=500M, got "${word}"`)
      return [name, rate / 8] as const
    }),
  )
}

/** @throws {RangeError} */
function addressOf(option: string, text: string): string {
  if (isIP(text) === 0) throw new RangeError(`${option} must be an IPv4 or IPv6 address, got "${text}"`)
  return text
}

/** Source address of the session with the controller, which accepts only that of `--agent`. @throws {RangeError} */
async function sessionSourceOf({ agent, controller, source }: DeviceValues): Promise<Pick<AgentOptions, 'source'>> {
  if (controller === undefined) return {}
  const { endpointOf, sourceAddress } = await import('@vagus/device')
  const { address } = endpointOf('--controller', controller)
  if (source !== undefined && isIP(source) === isIP(address)) return { source }
  const own = sourceAddress(agent!, address) // checked with the counters
  return own === undefined ? {} : { source: own }
}

/** Protection of the session with the controller. @throws {RangeError} */
async function protectionOf(
  controller: string | undefined,
  keyFile: string | undefined,
  hops: number | undefined,
): Promise<{ readonly password?: string; readonly ttlSecurity?: number }> {
  if (controller === undefined && (keyFile ?? hops) !== undefined) {
    throw new RangeError('--key-file and --hops need --controller ADDR:PORT')
  }
  const { readKeyFile } = await import('@vagus/device')
  return {
    ...(keyFile === undefined ? {} : { password: readKeyFile(keyFile) }),
    ...(hops === undefined ? {} : { ttlSecurity: hops }),
  }
}
