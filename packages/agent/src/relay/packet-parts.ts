/** Splits packets that are longer than a datagram through a relay, and reassembles them. @module */
import { circuitHeaderOctets, maxParts } from './relay-message.ts'

/** The datagrams that carry `packet`, each at most `maxOctets` octets; none if it takes too many. */
export function cutPacket(
  packet: Uint8Array,
  circuit: number,
  number: number,
  maxOctets: number,
): readonly Uint8Array[] {
  const room = maxOctets - circuitHeaderOctets
  const count = Math.max(1, Math.ceil(packet.length / room))
  if (room <= 0 || count > maxParts) return []
  return Array.from({ length: count }, (_, part) => {
    const octets = packet.subarray(part * room, (part + 1) * room)
    const datagram = new Uint8Array(circuitHeaderOctets + octets.length)
    new DataView(datagram.buffer).setUint32(0, circuit)
    datagram[4] = number & 0xff
    datagram[5] = (part << 4) | count
    datagram.set(octets, circuitHeaderOctets)
    return datagram
  })
}

/** Reassembles one packet at a time: the parts of a packet arrive close together, or it is lost. */
export class PacketParts {
  #number = -1
  #parts: (Uint8Array | undefined)[] = []

  /** The whole packet, once its last part has arrived. */
  add(datagram: Uint8Array): Uint8Array | undefined {
    if (datagram.length < circuitHeaderOctets) return undefined
    const number = datagram[4]!
    const [part, count] = [datagram[5]! >> 4, datagram[5]! & 0x0f]
    const octets = datagram.subarray(circuitHeaderOctets)
    if (count === 1) return octets
    if (part >= count) return undefined
    if (number !== this.#number || this.#parts.length !== count) {
      this.#number = number
      this.#parts = Array.from({ length: count })
    }
    this.#parts[part] = octets
    if (this.#parts.includes(undefined)) return undefined
    this.#number = -1
    return Buffer.concat(this.#parts as Uint8Array[])
  }
}
