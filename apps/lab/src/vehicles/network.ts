/**
 * The network of the scenario `vehicles`: a plant with a dispatcher, and vehicles with a radio for Wi-Fi and one for a
 * private 5G cell. Between each radio and the plant is an emulated access link.
 *
 *   dispatcher ── plant ═╪═ wlan0  v1      10.1.1.2
 *                        ╪═ wwan0          10.2.1.2
 *                        ╪═ wlan0  v2      …
 * @module
 */
import type { AccessName } from '../access/profile.ts'
import { type Radio, radios } from './schedule.ts'

export const maxVehicles = 32
export const dispatcher = 'dispatcher'
export const dispatcherAddress = '10.0.0.2'
export const agentPort = 7601

export const accessOfRadio = { wlan0: 'wifi', wwan0: '5g' } as const satisfies Record<Radio, AccessName>

/** From 1. */
export const vehicleName = (number: number): string => `v${number}`

const subnetOf = (number: number, radio: Radio): string => `10.${radios.indexOf(radio) + 1}.${number}`
/** The vehicle's own. */
export const addressOf = (number: number, radio: Radio): string => `${subnetOf(number, radio)}.2`
const gatewayOf = (number: number, radio: Radio): string => `${subnetOf(number, radio)}.1`
const tableOf = (radio: Radio): number => 1001 + radios.indexOf(radio)

/** Both ends of the emulator, in the scenario's own namespace. */
export const emulatorEnds = (number: number, radio: Radio) =>
  ({ agentSide: `${radio}-${number}a`, siteSide: `${radio}-${number}z` }) as const

/** Commands of `ip -batch` that make namespaces and links. */
export function linkCommands(vehicles: number): readonly string[] {
  return [
    'link set lo up',
    ...['plant', dispatcher].map((name) => `netns add ${name}`),
    `link add core netns plant type veth peer name eth0 netns ${dispatcher}`,
    ...numbers(vehicles).flatMap((number) => [
      `netns add ${vehicleName(number)}`,
      ...radios.flatMap((radio) => radioCommands(number, radio)),
    ]),
  ]
}

function radioCommands(number: number, radio: Radio): readonly string[] {
  const { agentSide, siteSide } = emulatorEnds(number, radio)
  return [
    `link add ${agentSide} type veth peer name ${radio} netns ${vehicleName(number)}`,
    `link add ${siteSide} type veth peer name ${radio}-${number} netns plant`,
    ...[agentSide, siteSide].map((name) => `link set ${name} addrgenmode none up`),
  ]
}

export interface Node {
  readonly name: string
  /** Commands of `ip -batch`. */
  readonly ip: readonly string[]
}

export function nodesOf(vehicles: number): readonly Node[] {
  const all = numbers(vehicles)
  const cells = all.flatMap((number) =>
    radios.flatMap((radio) => [
      `addr add ${gatewayOf(number, radio)}/30 dev ${radio}-${number}`,
      `link set ${radio}-${number} gso_max_segs 1 up`,
    ]),
  )
  return [
    { name: 'plant', ip: ['link set lo up', 'addr add 10.0.0.1/30 dev core', 'link set core up', ...cells] },
    {
      name: dispatcher,
      ip: [
        'link set lo up',
        `addr add ${dispatcherAddress}/30 dev eth0`,
        'link set eth0 gso_max_segs 1 up',
        'route add default via 10.0.0.1',
      ],
    },
    ...all.map((number) => ({ name: vehicleName(number), ip: ['link set lo up', ...radios.flatMap(radioOf(number))] })),
  ]
}

const radioOf =
  (number: number) =>
  (radio: Radio): readonly string[] => [
    `link set ${radio} gso_max_segs 1`,
    `addr add ${addressOf(number, radio)}/30 dev ${radio}`,
    `rule add from ${addressOf(number, radio)} lookup ${tableOf(radio)}`,
  ]

const routeTo = (number: number, radio: Radio, table: string): string =>
  `route replace default via ${gatewayOf(number, radio)} dev ${radio} ${table}`

/** The cell is there: what is sent from its address leaves by it. */
export const attachCommands = (number: number, radio: Radio): readonly string[] => [
  `link set ${radio} up`,
  routeTo(number, radio, `table ${tableOf(radio)}`),
]
/** It is the one for programs that do not choose. */
export const preferCommands = (number: number, radio: Radio): readonly string[] => [routeTo(number, radio, '')]
export const detachCommands = (radio: Radio): readonly string[] => [`link set ${radio} down`]

/** From 1. */
export const numbers = (vehicles: number): readonly number[] => Array.from({ length: vehicles }, (_, at) => at + 1)
