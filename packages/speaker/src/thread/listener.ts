/** Accepts connections and hands each to the peer that it comes from; a stranger's is closed at once. @module */
import { createServer, isIPv6, type Server, type Socket } from 'node:net'
import { fdOf, protectConnection, protectListener, unprotectListener } from '@vagus/linux'
import type { RefusedEvent } from '../event.ts'
import type { Endpoint, PeerOptions } from '../options.ts'
import { plain } from '../session/connection.ts'
import { listenAt } from './listen.ts'
import { Refusals } from './refusals.ts'

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
  readonly endpoint: Endpoint
  readonly #server: Server
  readonly #ports: ListenerPorts
  readonly #family: 'ipv4' | 'ipv6'
  readonly #refusals = new Refusals()
  /** Addresses for which the socket has a key. */
  #keyed: ReadonlySet<string> = new Set()

  private constructor(server: Server, endpoint: Endpoint, ports: ListenerPorts) {
    this.#server = server
    this.endpoint = endpoint
    this.#family = isIPv6(endpoint.address) ? 'ipv6' : 'ipv4'
    this.#ports = ports
    server.on('connection', (socket) => this.#accept(socket))
  }

  /** @throws {UnavailableError} when the address cannot be had, or keys cannot be set */
  static async open(endpoint: Endpoint, ports: ListenerPorts): Promise<Listener> {
    // Half-open: the NOTIFICATION that ends a session still goes out when the peer has closed its half. Paused: the peer's
    // connection says how it is read.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
    const listener = new Listener(server, await listenAt(server, endpoint), ports)
    listener.protect()
    return listener
  }

  /** Sets the keys of the peers as they are now; those of former ones go. @throws {UnavailableError} */
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
    const keyed = new Set(peers.flatMap(({ address, password }) => (password === undefined ? [] : address)))
    const former = [...this.#keyed].filter((address) => !keyed.has(address))
    // Before the others are set: one of them may write the same address in another way.
    if (former.length > 0) unprotectListener(fdOf(this.#server), former)
    if (peers.length > 0) protectListener(fdOf(this.#server), this.#family, peers)
    this.#keyed = keyed
  }

  #accept(socket: Socket): void {
    const address = plain(socket.remoteAddress)
    socket.on('error', () => undefined)
    // Whoever came is gone again, as those that look for open ports are.
    if (address === '') {
      socket.destroy()
      return
    }
    const peer = this.#ports.peerOf(address, plain(socket.localAddress))
    const problem = peer === undefined ? 'no peer has this address' : this.#protected(socket, peer.options)
    if (problem === undefined) {
      peer?.accept(socket)
      return
    }
    socket.destroy()
    const count = this.#refusals.add(address, performance.now())
    if (count !== undefined) this.#ports.emit({ type: 'refused', address, problem, count })
  }

  /** Why the connection cannot have the protection that its peer is to have; undefined when it has it. */
  #protected(socket: Socket, { ttlSecurity }: PeerOptions): string | undefined {
    if (ttlSecurity === undefined) return undefined
    try {
      protectConnection(fdOf(socket), this.#family, ttlSecurity)
      return undefined
    } catch (error) {
      return `it cannot be protected: ${String(error)}`
    }
  }

  close(): void {
    this.#server.close()
  }
}
