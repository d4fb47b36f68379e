/**
 * The socket of a session: only what the router itself sends reaches the library, and what the library throws at a bad
 * message becomes a problem of that router instead of the end of the process.
 * @module
 */
import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram'
import { canonicalAddress } from '../domain/directory.ts'

export interface Peer {
  readonly address: string
  readonly port: number
  /** The library could not take a message of the router. */
  readonly onBad: (error: Error) => void
  /** Somebody else answered. */
  readonly onStranger: (from: string) => void
}

type MessageListener = (octets: Buffer, from: RemoteInfo) => void

/** What the library calls of a socket. */
export class PeerSocket {
  readonly #socket: Socket
  readonly #peer: Peer

  constructor(type: SocketType, peer: Peer) {
    this.#socket = createSocket(type)
    this.#peer = peer
  }

  on(event: 'message' | 'close' | 'error', listener: MessageListener & (() => void)): this {
    if (event === 'message') this.#socket.on('message', this.#guarded(listener))
    else if (event === 'error') this.#socket.on('error', this.#peer.onBad)
    else this.#socket.on(event, listener)
    return this
  }

  send(
    octets: Buffer,
    from: number,
    length: number,
    port: number,
    address: string,
    sent: (error: Error | null) => void,
  ) {
    this.#socket.send(octets, from, length, port, address, sent)
  }

  close(): void {
    this.#socket.close()
  }

  ref(): void {
    this.#socket.ref()
  }

  unref(): void {
    this.#socket.unref()
  }

  #guarded(listener: MessageListener): MessageListener {
    const { address, port, onBad, onStranger } = this.#peer
    return (octets, from) => {
      try {
        if (canonicalAddress(from.address) === address && from.port === port) listener(octets, from)
        else onStranger(`${from.address}:${from.port}`)
      } catch (error) {
        onBad(error as Error)
      }
    }
  }
}
