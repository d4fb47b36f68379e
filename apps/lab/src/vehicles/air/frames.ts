/** Whose a frame on the air is, by its port. @module */
import type { Consumption } from '@vagus/channel'
import type { EmulatorOptions } from '../../access/emulator.ts'
import { agentPort } from '../network.ts'
import { mqttNames, mqttPeers, type PeerName } from '../peers.ts'
import type { Radio } from '../schedule.ts'

export interface AirLink extends EmulatorOptions {
  readonly radio: Radio
}

export interface AirRequest {
  /** Where it is in the list of links. */
  readonly link?: number
  readonly state?: 'alive' | 'dead'
}

export interface AirAnswer {
  /** Of Ethernet frames, both directions, also of those that were lost. */
  readonly octets: Readonly<Record<PeerName, number>>
  /** By link. */
  readonly radios: readonly Readonly<Record<PeerName, Consumption>>[]
}

const ipv4 = 0x0800
const [tcp, udp] = [6, 17]
const ethernetOctets = 14

const owners = new Map<number, PeerName>([
  [agentPort, 'vagus'],
  ...mqttNames.map((name) => [mqttPeers[name].port, name] as const),
])

/** @param frame of Ethernet; `undefined`: it is nobody's, as ARP */
export function peerOf(frame: Uint8Array): PeerName | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < ethernetOctets + 20 || view.getUint16(12) !== ipv4) return undefined
  const protocol = view.getUint8(ethernetOctets + 9)
  const ports = ethernetOctets + (view.getUint8(ethernetOctets) & 0x0f) * 4
  if ((protocol !== tcp && protocol !== udp) || frame.length < ports + 4) return undefined
  return owners.get(view.getUint16(ports)) ?? owners.get(view.getUint16(ports + 2))
}
