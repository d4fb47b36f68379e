/**
 * The other end of the flows: takes what comes to the ports of the applications, counts it by site and throws it away,
 * as the Discard Protocol does (RFC 863).
 * @module
 */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { contains, parseAddress, type Prefix, parsePrefix, versionOf } from '@vagus/address'
import type { Account } from './account.ts'
import type { Application } from './applications.ts'
import type { Version } from './packet.ts'
import type { Plan } from './plan.ts'

/** Connections to one port at a time; more are closed at once. */
const maxConnections = 1024
/** Addresses whose site is remembered; when there are more, all are forgotten. */
const maxAddresses = 4096

interface Peer {
  readonly site: string
  readonly version: Version
}
interface Accepted extends Peer {
  /** Octets of payload in a usual segment. */
  readonly segment: number
  /** Octets that were counted already. */
  counted: number
}

export type ReceivedPayload = Readonly<Record<string, { readonly v4: number; readonly v6: number }>>

export class Sinks {
  readonly #plan: Plan
  readonly #account: Account
  readonly #prefixes: readonly { readonly site: string; readonly prefix: Prefix }[]
  readonly #peers = new Map<string, Peer | undefined>()
  readonly #received = new Map<string, { v4: number; v6: number }>()
  readonly #servers: Server[] = []
  readonly #sockets: DatagramSocket[] = []
  readonly #connections = new Map<Socket, Accepted>()

  /** `site`: where they are; traffic from itself is not counted. */
  constructor(plan: Plan, site: string, account: Account) {
    this.#plan = plan
    this.#account = account
    const others = plan.sites.filter(({ name }) => name !== site)
    this.#prefixes = others.flatMap(({ name, v4Prefix, v6Prefix }) => [
      { site: name, prefix: parsePrefix(v4Prefix) },
      { site: name, prefix: parsePrefix(v6Prefix) },
    ])
    for (const { name } of others) this.#received.set(name, { v4: 0, v6: 0 })
  }

  /** Resolves when all ports are open. @throws {Error} of the kernel, such as EADDRINUSE */
  async start(): Promise<void> {
    for (const application of this.#plan.applications) {
      if (application.protocol === 'tcp') await this.#listenTcp(application)
      else for (const type of ['udp4', 'udp6'] as const) await this.#listenUdp(type, application.port)
    }
  }

  /** Octets of payload that came in, by site and family. */
  received(): ReceivedPayload {
    for (const [socket, accepted] of this.#connections) this.#countOf(socket, accepted)
    return Object.fromEntries([...this.#received].map(([site, octets]) => [site, { ...octets }]))
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
    for (const server of this.#servers) server.close()
    for (const socket of this.#connections.keys()) socket.destroy()
  }

  async #listenTcp({ port, payload }: Application): Promise<void> {
    const server = createServer((socket) => this.#accept(socket, (payload.least + payload.most) / 2))
    server.maxConnections = maxConnections
    server.listen({ port, host: '::' })
    this.#servers.push(server)
    await once(server, 'listening')
  }

  async #listenUdp(type: 'udp4' | 'udp6', port: number): Promise<void> {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' })
    socket.on('message', (datagram, { address }) => {
      const peer = this.#peerOf(address)
      if (peer !== undefined) this.#add(peer, datagram.length)
    })
    socket.bind(port)
    this.#sockets.push(socket)
    await once(socket, 'listening')
  }

  #accept(socket: Socket, segment: number): void {
    const peer = this.#peerOf(socket.remoteAddress ?? '')
    socket.on('error', () => {}) // 'close' follows
    socket.resume()
    if (peer === undefined) return
    this.#account.accepted(peer.site, peer.version)
    const accepted = { ...peer, segment, counted: 0 }
    this.#connections.set(socket, accepted)
    socket.on('close', () => {
      this.#countOf(socket, accepted)
      this.#connections.delete(socket)
    })
  }

  #countOf(socket: Socket, accepted: Accepted): void {
    const octets = socket.bytesRead - accepted.counted
    accepted.counted = socket.bytesRead
    this.#add(accepted, octets)
    this.#account.received(accepted.site, accepted.version, octets / accepted.segment)
  }

  #add({ site, version }: Peer, octets: number): void {
    this.#received.get(site)![version === 4 ? 'v4' : 'v6'] += octets
  }

  /** `undefined` for an address of no other site. */
  #peerOf(text: string): Peer | undefined {
    if (this.#peers.has(text)) return this.#peers.get(text)
    if (this.#peers.size >= maxAddresses) this.#peers.clear()
    const address = parseAddress(text)
    const site = this.#prefixes.find(({ prefix }) => contains(prefix, address))?.site
    const peer = site === undefined ? undefined : { site, version: versionOf(address) }
    this.#peers.set(text, peer)
    return peer
  }
}
