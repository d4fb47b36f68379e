/** What comes and goes by a UDP socket: who hears it, and who gives it to the kernel. @module */

/** Who sent a datagram, or gets one. */
export interface DatagramPeer {
  readonly address: string
  readonly port: number
  /** The same as the kernel writes it (`sockaddr_in`, `sockaddr_in6`), where native calls are made. */
  readonly name?: Uint8Array
}

export interface DatagramReceiver {
  /**
   * A whole datagram; one of a session (`isOfSession`) only until this returns, others for good. `key` is the same for
   * the same sender, and for nobody else at this socket.
   */
  datagram(packet: Uint8Array, key: string | number, sender: () => DatagramPeer): void
  /**
   * One was not sent, to whom it was to go; or, without that, the kernel says that an earlier one did not arrive. The name
   * of the error, `ECONNREFUSED`.
   */
  failed(code: string, to?: DatagramPeer): void
}

export interface Datagrams {
  /** Somebody of this socket's family by address, without a scope, and port; and the `key` of what comes from there. */
  peerAt(address: string, port: number): { readonly key: string | number; readonly peer: DatagramPeer }
  /** Gives a packet to the kernel, or drops it where that has no room. `to` is left out when the socket is connected. */
  send(packet: Uint8Array, to?: DatagramPeer): void
  /** Fulfilled when the port is free. */
  close(): Promise<void>
}
