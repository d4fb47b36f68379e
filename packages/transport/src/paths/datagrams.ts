/**
 * What comes and goes by a socket of node:dgram, by events and calls of that module. `native-datagrams.ts` does the same
 * with a tenth of the work where it can.
 * @module
 */
import type { RemoteInfo, Socket } from 'node:dgram'
import { nativeDatagrams } from './native-datagrams.ts'

/** Who sent a datagram, or gets one. */
export interface DatagramPeer {
  readonly address: string
  readonly port: number
  /** The same as the kernel writes it (`sockaddr_in`, `sockaddr_in6`), where native calls are made. */
  readonly name?: Uint8Array
}

export interface DatagramReceiver {
  /**
   * A whole datagram; one of a session (`connectionIdOf`) only until this returns, others for good. `key` is the same for
   * the same sender, and for nobody else at this socket.
   */
  datagram(packet: Uint8Array, key: string | number, sender: () => DatagramPeer): void
  /** One was not sent, or the kernel says that an earlier one did not arrive: the name of the error, `ECONNREFUSED`. */
  failed(code: string): void
}

export interface Datagrams {
  /** Gives a packet to the kernel, or drops it where that has no room. `to` is left out when the socket is connected. */
  send(packet: Uint8Array, to?: DatagramPeer): void
  /** Fulfilled when the port is free. */
  close(): Promise<void>
}

/** @param socket bound; a connected one hears of its peer alone */
export function openDatagrams(socket: Socket, receiver: DatagramReceiver): Datagrams {
  return nativeDatagrams(socket, receiver) ?? nodeDatagrams(socket, receiver)
}

export function nodeDatagrams(socket: Socket, receiver: DatagramReceiver): Datagrams {
  const onError = ({ code }: NodeJS.ErrnoException): void => receiver.failed(code ?? '')
  const onSent = (error: Error | null): void => {
    if (error !== null) onError(error)
  }
  socket.on('message', (packet, sender: RemoteInfo) =>
    receiver.datagram(packet, `${sender.address} ${sender.port}`, () => sender),
  )
  socket.on('error', onError)
  let isOpen = true
  return {
    send(packet, to) {
      if (!isOpen) return
      // A callback costs a turn of its own; without one, what fails is one datagram, which may be lost.
      if (to === undefined) socket.send(packet, onSent)
      else socket.send(packet, to.port, to.address)
    },
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) return resolve()
        isOpen = false
        socket.close(() => resolve())
      }),
  }
}
