/** What a session sent and received, with its own headers but without those of UDP, TCP or a relay. @module */

export interface Carried {
  readonly sent: Counted
  readonly received: Counted
}

/** Grows in place: it is on the path of every packet. */
interface Counted {
  octets: number
  packets: number
}

export function countPacket(counted: Counted, packet: Uint8Array): void {
  counted.octets += packet.length
  counted.packets++
}
