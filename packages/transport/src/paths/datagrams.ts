/** Datagrams of a UDP socket: the interfaces to receive them and to send them through the kernel. @module */

/** The local address is not, or no longer, one of this host. */
export const goneCodes: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENODEV', 'EINVAL'])

/** The sender or the destination of a datagram. */
export interface DatagramPeer {
  readonly address: string
  readonly port: number
  /** The same in the kernel's form (`sockaddr_in`, `sockaddr_in6`), if native calls are used. */
  readonly name?: Uint8Array
}

export interface DatagramReceiver {
  /**
   * A whole datagram. One of a session (`isOfSession`) is valid only until this returns, others permanently. `key` is
   * the same for the same sender, and differs from that of every other sender at this socket.
   */
  datagram(packet: Uint8Array, key: string | number, sender: () => DatagramPeer): void
  /**
   * A datagram to `to` was not sent; or, without `to`, the kernel reports that an earlier one did not arrive. `code` is
   * the name of the error, `ECONNREFUSED`.
   */
  failed(code: string, to?: DatagramPeer): void
}

export interface Datagrams {
  /**
   * A peer of this socket's family by address (without a scope) and port, and the `key` of datagrams that come from
   * there.
   */
  peerAt(address: string, port: number): { readonly key: string | number; readonly peer: DatagramPeer }
  /**
   * Gives a packet to the kernel, or drops it if the kernel has no room. `to` is omitted if the socket is connected.
   * @param dscp as of `HostRoute`; without effect where native calls do not work
   */
  send(packet: Uint8Array, to?: DatagramPeer, dscp?: number): void
  /** Fulfilled when the port is free. */
  close(): Promise<void>
}
