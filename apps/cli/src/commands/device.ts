/** `vagus device`: the agent beside a router; interface counters as sFlow, telemetry and traffic classes over BGP. @module */
import { isIP, isIPv4 } from 'node:net'
import type { AgentOptions, CounterOptions } from '@vagus/device'
import { type Call, defineCommand } from '../command.ts'
import { checkUnserved, serve, servingOf, servingOptions, toolsOf } from '../device-serving.ts'
import { checkWithoutIntents, intentOptions, intentsOf } from '../device-intents.ts'
import { checkUnsteered, steeringOf, steeringOptions } from '../device-steering.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { withKeyring } from '../keyring-options.ts'
import type { Options, ValuesOf } from '../option.ts'

const options = {
  name: { type: 'text', value: 'NAME', description: 'name of the device (default: host name)' },
  agent: {
    type: 'text',
    value: 'ADDRESS',
    presence: 'required',
    description: "the router's address in vagus.yaml (devices.address)",
  },
  collector: {
    type: 'text',
    value: 'ADDR:PORT',
    default: '127.0.0.1:6343',
    description: 'where the controller receives sFlow',
  },
  interval: {
    type: 'count',
    value: 'MS',
    min: 100,
    max: 3_600_000,
    default: 1000,
    description: 'time between counter readings, in milliseconds',
  },
  source: {
    type: 'text',
    value: 'ADDRESS',
    description: 'source address towards collector and controller (default: that of --agent if this host has it)',
  },
  grasp: {
    type: 'words',
    value: 'INTERFACES',
    description: 'interfaces on which controllers and devices find it, "*" for all',
  },
  router: {
    type: 'text',
    value: 'KIND',
    choices: ['frr', 'bird', 'gobgp'],
    description: 'also peer with the router; all options below need this. Its kind',
  },
  'router-at': {
    type: 'text',
    value: 'PLACE',
    description: 'FRR: socket folder; BIRD: control socket; GoBGP: ADDR:PORT or socket of gRPC',
  },
  'router-address': {
    type: 'text',
    value: 'ADDRESS',
    description: "address of the router's BGP (default: its identifier)",
  },
  'policy-file': {
    type: 'text',
    value: 'FILE',
    description: 'BIRD: the policy file that its configuration includes',
  },
  'local-address': {
    type: 'text',
    value: 'ADDRESS',
    default: '169.254.77.2',
    description: "source address of the session with the router; none of the router's interfaces may have it",
  },
  identifier: {
    type: 'text',
    value: 'ADDRESS',
    description: "our BGP identifier (default: the router's with another first octet: 10.0.0.1 gives 11.0.0.1)",
  },
  controller: { type: 'text', value: 'ADDR:PORT', description: "the controller's BGP, for telemetry" },
  'key-file': {
    type: 'text',
    value: 'FILE',
    description: 'file (mode 0600) with the TCP-MD5 key of the session with the controller, as its bgp.keyFile',
  },
  hops: {
    type: 'count',
    value: 'COUNT',
    min: 1,
    max: 254,
    description: 'maximum hops to the controller (RFC 5082), as its bgp.hops',
  },
  'carrier-attribute': {
    type: 'count',
    value: 'CODE',
    min: 1,
    max: 254,
    description: 'path attribute that carries telemetry when no peer accepts BGP-LS (default: none)',
  },
  flow: {
    type: 'text',
    value: 'ADDR:PORT',
    description:
      "where the router's flow export arrives, for top-N. Figures lag by the exporter's active timeout, which must be at most 120 s: softflowd -t maxlife=60 or less",
  },
  capacity: {
    type: 'words',
    value: 'IF=RATE,…',
    description:
      'bits per second of links whose driver does not report it, such as ifb7=500M; k, M, G are powers of 1000',
  },
  control: {
    type: 'text',
    value: 'PATH',
    default: '/run/vagus/device.sock',
    description: 'control socket of the agent',
  },
  ...steeringOptions,
  ...intentOptions,
  ...servingOptions,
} as const satisfies Options
type Values = ValuesOf<typeof options>

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
  'flow',
  'capacity',
  'steered-by',
  'configures',
  'serve-to',
] as const satisfies readonly (keyof Values)[]

export const command = defineCommand({
  name: 'device',
  summary: 'run beside a router: counters, telemetry, traffic classes',
  effect: 'rw',
  isService: true,
  examples: [
    {
      line: 'vagus device --name pe-1 --agent 192.0.2.1 --collector 192.0.2.10:6343',
      does: 'send counters every second until stopped',
    },
    {
      line: 'vagus device --agent 192.0.2.1 --router frr --controller 192.0.2.10:1790 --flow 127.0.0.1:4739',
      does: 'also peer with the router and exchange telemetry',
    },
    {
      line: 'vagus device --agent 192.0.2.1 --router frr --steered-by did:key:z6Mk… --api http://192.0.2.10:7600',
      does: 'also let the controller with that id ask for MEDs',
    },
    {
      line: 'vagus device … --steered-by did:key:z6Mk… --lines fd00:c::/32 --line-links eth1,eth2 --line-sites 10.0.0.0/8',
      does: 'also hold private lines over two links',
    },
    {
      line: 'vagus device … --steered-by did:key:z6Mk… --intents-of acme',
      does: 'also refuse what the intents of this operator forbid, whoever asks',
    },
    {
      line: 'vagus device … --serve-to acme --configures "interface * / description *"',
      does: 'also let AI agents of a fleet ask, and change descriptions for a while',
    },
  ],
  options,
  async run(call: Call<typeof options>) {
    const { values, terminal, signal: asked } = call
    const [{ Agent, runAutonomic, sendCounters }, { hostname }] = await Promise.all([
      import('@vagus/device'),
      import('node:os'),
    ])
    const { interval, grasp, collector, name = hostname() } = values
    const report = (line: string): void => terminal.err(`${line}\n`)
    // A part that fails ends the others: they would keep the process running, deaf to signals.
    const failed = new AbortController()
    const signal = AbortSignal.any([asked, failed.signal])
    try {
      const counters = await countersOf(values)
      const beside = await besideRouter(values)
      const own = { name, report: (line: string): void => report(`${name}: ${line}`) }
      const steered = await steeredBy(call, own)
      const serving = await servedTo(call, own)
      report(`${name}: sends interface counters to ${collector} every ${interval} ms`)
      if (grasp !== undefined) runAutonomic({ name, interfaces: grasp, report }, signal)
      const sending = sendCounters({ ...counters, name, interval, report }, signal)
      const agent = beside && [Agent.run({ ...beside, ...own, ...steered, ...toolsFor(values) }, signal)]
      await Promise.all([sending, ...(agent ?? []), ...(serving === undefined ? [] : [serve(serving, signal)])])
    } catch (error) {
      if (error instanceof RangeError) throw new Failure(exitCode.usage, error.message, 'see: vagus device --help')
      throw error
    } finally {
      failed.abort()
    }
    return exitCode.ok
  },
})

/** @throws {RangeError}, {Failure} */
async function steeredBy(
  call: Call<typeof options>,
  { name, report }: Pick<AgentOptions, 'name' | 'report'>,
): Promise<Pick<AgentOptions, 'steering' | 'intents'>> {
  const { values, environment } = call
  if (values['steered-by'] === undefined) {
    checkUnsteered(values, values['serve-to'] === undefined ? 'steered at most' : 'also serves')
    checkWithoutIntents(values)
    return {}
  }
  return withKeyring(call, async (keyring) => {
    const intents = await intentsOf(values, keyring)
    const steering = await steeringOf(values, { keyring, device: name, environment, report })
    return { steering, ...(intents === undefined ? {} : { intents }) }
  })
}

/** The side-car that serves; undefined: none does. @throws {RangeError}, {Failure} */
async function servedTo(call: Call<typeof options>, { name, report }: Pick<AgentOptions, 'name' | 'report'>) {
  const { values, environment } = call
  const { 'serve-to': owner, 'steered-by': by, as = name, api, control } = values
  if (owner === undefined) {
    checkUnserved(values)
    return undefined
  }
  const steersAs = by === undefined ? undefined : as
  return withKeyring(call, (keyring) =>
    servingOf(owner, values, { keyring, name, steersAs, api, control, environment, report }),
  )
}

/** What AI agents may ask of the router. */
function toolsFor(values: Values) {
  const tools = toolsOf(values)
  return tools === undefined ? {} : { tools }
}

type Counters = Pick<CounterOptions, 'agent' | 'collector' | 'source'>

/** Destination, source and agent address of the counters. @throws {Failure} usage, {RangeError} */
async function countersOf({ agent, collector, controller, source }: Values): Promise<Counters> {
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

/** `undefined`: it does not peer with the router. @throws {RangeError} before anything is started */
async function besideRouter(values: Values): Promise<Omit<AgentOptions, 'name' | 'report'> | undefined> {
  const { router: kind, identifier, controller, flow, capacity, control } = values
  if (kind === undefined) {
    const idle = values.tools ? 'tools' : onlyBesideRouter.find((option) => values[option] !== undefined)
    if (idle !== undefined) throw new RangeError(`--${idle} needs --router KIND, which is frr, bird or gobgp`)
    return undefined
  }
  const { checkControl, endpointOf, openRouter } = await import('@vagus/device')
  if (identifier !== undefined && !isIPv4(identifier))
    throw new RangeError(`--identifier must be an IPv4 address, got "${identifier}"`)
  const at = values['router-at']
  const routerAddress = values['router-address']
  const policyFile = values['policy-file']
  const carrierAttribute = values['carrier-attribute']
  const options = {
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
  }
  await checkControl(control)
  const place = { kind, ...(at === undefined ? {} : { at }), ...(policyFile === undefined ? {} : { policyFile }) }
  return { ...options, router: openRouter(place) }
}

const thousands: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/** Octets per second by interface, from `IF=RATE` in bits per second. @throws {RangeError} */
function capacitiesOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    words.map((word) => {
      const [, name, digits, unit] = /^([^=]+)=(\d+(?:\.\d+)?)([kMG]?)$/.exec(word) ?? []
      const rate = Number(digits) * (thousands[unit ?? ''] ?? 1)
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
async function sessionSourceOf({ agent, controller, source }: Values): Promise<Pick<AgentOptions, 'source'>> {
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
