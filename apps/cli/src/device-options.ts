/** Options of `vagus device`, in the groups of its help; each is also a key of the file of `-c`. @module */
import type { OptionGroup } from './command.ts'
import { intentOptions } from './device-intents.ts'
import { mobilityOptions } from './device-mobility.ts'
import { servingOptions } from './device-serving.ts'
import { deviceServiceOptions } from './device-services.ts'
import { controllerApi, lineOptions, steeringOptions } from './device-steering.ts'
import { homeOption } from './keyring-options.ts'
import { metricsOption } from './observing.ts'
import type { Options, ValuesOf } from './option.ts'
import { fileOption } from './option-file.ts'

const ownOptions = {
  ...fileOption,
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
  joins: {
    type: 'words',
    value: 'INTERFACES',
    description: 'interfaces on which new boxes are taken to the registrar of the domain to join, "*" for all',
  },
  registrar: {
    type: 'text',
    value: 'ADDR:PORT',
    description: 'where the registrar is (default: where the controller of --steered-by says)',
  },
  ...metricsOption,
  ...homeOption,
} as const satisfies Options

const routerOptions = {
  router: {
    type: 'text',
    value: 'KIND',
    choices: ['frr', 'bird', 'gobgp'],
    description: 'kind of the router, to peer with it, too; all options below need this',
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
  capacity: {
    type: 'words',
    value: 'IF=RATE,…',
    description:
      'bits per second of links whose driver does not report it, such as ifb7=500M; k, M, G are powers of 1000',
  },
  flow: {
    type: 'text',
    value: 'ADDR:PORT',
    description:
      "where the router's flow export arrives, for top-N. Figures lag by the exporter's active timeout, which must be at most 120 s: softflowd -t maxlife=60 or less",
  },
  control: {
    type: 'text',
    value: 'PATH',
    default: '/run/vagus/device.sock',
    description: 'control socket of the agent',
  },
} as const satisfies Options

const controllerOptions = {
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
  ...controllerApi,
} as const satisfies Options

/** Titles as help shows them. */
export const deviceGroups = [
  { title: 'Options', options: ownOptions },
  { title: 'Its router', options: routerOptions },
  { title: 'Its controller', options: controllerOptions },
  { title: 'Steering', options: steeringOptions },
  { title: 'Private lines', options: lineOptions },
  { title: 'Intents', options: intentOptions },
  { title: 'Addresses that move', options: mobilityOptions },
  { title: 'Service by role', options: deviceServiceOptions },
  { title: 'AI agents', options: servingOptions },
] as const satisfies readonly OptionGroup[]

export const deviceOptions = {
  ...ownOptions,
  ...routerOptions,
  ...controllerOptions,
  ...steeringOptions,
  ...lineOptions,
  ...intentOptions,
  ...mobilityOptions,
  ...deviceServiceOptions,
  ...servingOptions,
} as const satisfies Options
export type DeviceValues = ValuesOf<typeof deviceOptions>
