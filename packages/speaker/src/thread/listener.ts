/** Accepts connections and hands each to the peer that it comes from; a stranger's is closed at once. @module */
import { once } from 'node:events'
import { createServer, isIPv6, type Server, type Socket } from 'node:net'
import { fdOf, protectConnection, protectListener, UnavailableError } from '@vagus/linux'
import type { RefusedEvent } from '../event.ts'
import type { Endpoint, PeerOptions } from '../options.ts'
import { plain } from '../session/connection.ts'

export interface ListenerPorts {
  /** The peer that a connection is from: by its address, and by ours where the peer has one. */
  readonly peerOf: (
    address: string,
    localAddress: string,
  ) => { readonly options: PeerOptions; accept(socket: Socket): void } | undefined
  readonly peers: () => readonly PeerOptions[]
  readonly emit: (event: RefusedEvent) => void
}

export class Listener {
  readonly #server: Server
  readonly #ports: ListenerPorts
  readonly #family: 'ipv4' | 'ipv6'
  #refusedAt = 0
  #refused = 0

  private constructor(server: Server, family: 'ipv4' | 'ipv6', ports: ListenerPorts) {
    this.#server = server
    this.#family = family
    this.#ports = ports
    server.on('connection', (socket) => this.#accept(socket))
  }

  /** @throws {UnavailableError} when the address cannot be had, or keys cannot be set */
  static async open({ address, port }: Endpoint, ports: ListenerPorts): Promise<Listener> {
    // Half-open: the NOTIFICATION that ends a session still goes out when the peer has closed its half.
    const server = createServer({ allowHalfOpen: true })
    server.listen({ host: address, port, ipv6Only: isIPv6(address) })
    try {
      await once(server, 'listening')
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      throw new UnavailableError(unavailable[code ?? ''] ?? 'refused', message, { cause })
    }
    const listener = new Listener(server, isIPv6(address) ? 'ipv6' : 'ipv4', ports)
    listener.protect()
    return listener
  }

  get endpoint(): Endpoint {
    const { address, port } = this.#server.address() as { address: string; port: number }
    return { address, port }
  }

  /** Sets the keys of the peers as they are now. */
  protect(): void {
    const peers = this.#ports
      .peers()
      .filter(
        ({ address, password, ttlSecurity }) =>
          isIPv6(address) === (this.#family === 'ipv6') && (password ?? ttlSecurity) !== undefined,
      )
      .map(({ address, password, ttlSecurity }) => ({
        address,
        ...(password === undefined ? {} : { password }),
        ...(ttlSecurity === undefined ? {} : { hops: ttlSecurity }),
      }))
    if (peers.length > 0) protectListener(fdOf(this.#server), this.#family, peers)
  }

  #accept(socket: Socket): void {
    const address = plain(socket.remoteAddress)
    const peer = this.#ports.peerOf(address, plain(socket.localAddress))
    if (peer === undefined) {
      socket.on('error', () => undefined)
      socket.destroy()
      this.#tell(address)
      return
    }
    const { ttlSecurity } = peer.options
    if (ttlSecurity !== undefined) protectConnection(fdOf(socket), this.#family, ttlSecurity)
    peer.accept(socket)
  }

  #tell(address: string): void {
    this.#refused++
    if (Date.now() - this.#refusedAt < 1000) return
    const problem = `a connection from ${address}, which is no peer`
    this.#ports.emit({ type: 'refused', address, problem, count: this.#refused })
    this.#refusedAt = Date.now()
    this.#refused = 0
  }

  close(): void {
    this.#server.close()
  }
}

const unavailable: Readonly<Record<string, 'in-use' | 'not-permitted' | 'address'>> = {
  EADDRINUSE: 'in-use',
  EACCES: 'not-permitted',
  EADDRNOTAVAIL: 'address',
}
