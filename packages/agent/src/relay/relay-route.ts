/** A circuit through a relay as a route: packets go as datagrams of the session with the relay. @module */
import type { Radio } from '@vagus/channel'
import { type HostRoute, maxUdpOctets, randomOctets, routeCost } from '@vagus/transport'
import { overhead } from '../link/link-limits.ts'
import type { Connection } from '../connection.ts'
import { cutPacket, PacketParts } from './packet-parts.ts'
import { circuitHeaderOctets, relayProtocol, relayText } from './relay-message.ts'

/**
 * Octets of a datagram that the relay can pass on, whatever the other agent's session with it goes by now: nobody tells
 * this side, and the relay drops what is too long there.
 */
const maxForwarded = maxUdpOctets - overhead

/** The session with a relay. */
export interface RelayConnection extends Connection {
  /** `sleeper`: the radio under the path that carries data, if it is to sleep. */
  readonly routes?: { readonly sleeper: Radio | undefined }
}

/** Those at one relay. */
interface Circuits {
  readonly connection: RelayConnection
  closeCircuit(circuit: number): void
}

export class RelayRoute implements HostRoute {
  users: HostRoute['users'] = undefined
  readonly kind = 'datagram'
  readonly transport = 'relay'
  readonly cost = routeCost.relay
  readonly source = 'proven'
  readonly queued = 0
  readonly local: string
  readonly remote: string
  readonly parts = new PacketParts()
  readonly #at: Circuits
  readonly #circuit: number
  readonly #unused: NodeJS.Timeout | undefined
  #number = randomOctets(1)[0]!

  /** `unused` closes the circuit if no session uses it. */
  constructor(at: Circuits, circuit: number, remote: string, unused?: NodeJS.Timeout) {
    this.#at = at
    this.#circuit = circuit
    this.#unused = unused
    this.local = relayText(at.connection.peer.identity.id)
    this.remote = remote
  }

  get maxOctets(): number {
    return Math.max(0, this.#longest - circuitHeaderOctets)
  }

  /** That of the session with the relay. */
  get proxy(): string | undefined {
    return this.#at.connection.paths().find(({ primary }) => primary)?.proxy
  }

  send(packet: Uint8Array): void {
    for (const datagram of cutPacket(packet, this.#circuit, this.#number++, this.#longest)) {
      this.#at.connection.sendDatagram(datagram, { protocol: relayProtocol, class: 'call' })
    }
  }

  /** What the session with the relay goes over. */
  get radio(): Radio | undefined {
    return this.#at.connection.routes?.sleeper
  }

  /** Octets of a datagram to the relay. */
  get #longest(): number {
    return Math.min(this.#at.connection.maxDatagramOctets, maxForwarded)
  }

  get isIncoming(): boolean {
    return this.#unused !== undefined
  }

  used(): void {
    clearTimeout(this.#unused)
  }

  close(): void {
    this.#at.closeCircuit(this.#circuit)
  }
}
