/**
 * GRASP over a secure substrate (RFC 8994 §6.9.2): each neighbour is an interface, a multicast is one copy on the stream kept
 * with each, and a session is a stream of its own. Members are reached by name, so a node's locator is its name.
 * @module
 */
import type { Duplex } from 'node:stream'
import { CborFramer } from '@vagus/wire'
import { grasp, type Locator, type NetworkEvent, type Peer, transportProtocol } from '@vagus/grasp'
import type { Network } from '../network.ts'
import { Streams } from '../streams.ts'
import type { Member, StreamPurpose, Substrate } from './substrate.ts'

interface Neighbour extends Member {
  readonly link: number
  /** Where our multicasts to it go. */
  stream: Promise<Duplex | undefined>
}

/** Octets that a neighbour may leave unread before multicasts to it are dropped: some hundred of them. */
const maxUnread = 131_072

export class SubstrateNetwork implements Network {
  readonly address: Uint8Array
  readonly port = grasp.listenPort
  readonly locator: Locator
  readonly #substrate: Substrate
  readonly #neighbours = new Map<string, Neighbour>()
  #tell: (event: NetworkEvent) => void = () => undefined
  #streams: Streams | undefined
  #nextLink = 1
  /** Multicasts dropped because their neighbour did not read. */
  dropped = 0

  constructor(substrate: Substrate) {
    const { name, address } = substrate.self
    this.#substrate = substrate
    this.address = address
    this.locator = { type: 'fqdn', name, protocol: transportProtocol.tcp, port: grasp.listenPort }
  }

  start(tell: (event: NetworkEvent) => void): void {
    this.#tell = tell
    this.#streams = new Streams(tell)
    this.#substrate.join({
      onNeighbour: (member) => this.#takeUp(member),
      onNeighbourGone: (name) => this.#drop(name),
      onStream: (stream, from, purpose) => this.#take(stream, from, purpose),
    })
  }

  multicast(link: number, octets: Uint8Array): void {
    const neighbour = this.#neighbourOf(link)
    neighbour?.stream
      .then((stream) => {
        if (stream === undefined || stream.destroyed) return this.#reopen(neighbour, octets)
        if (stream.writableLength > maxUnread) this.dropped++
        else stream.write(octets)
        return undefined
      })
      .catch(() => undefined)
  }

  deliver(to: Peer, octets: Uint8Array): void {
    const name = this.#neighbourOf(to.interface)?.name
    if (name !== undefined) this.#streams?.deliver(() => this.#substrate.open(name, 'unicast'), octets)
  }

  connect(connection: number, to: Locator, link: number | undefined): void {
    // In rapid mode a responder goes back to the neighbour that asked, by its interface.
    const name = to.type === 'fqdn' ? to.name : link === undefined ? undefined : this.#neighbourOf(link)?.name
    const opening =
      name === undefined
        ? Promise.reject(new Error('a member of the substrate is reached by its name'))
        : this.#substrate.open(name, 'unicast')
    this.#streams?.connect(connection, opening)
  }

  send(connection: number, octets: Uint8Array): void {
    this.#streams?.send(connection, octets)
  }

  close(connection: number): void {
    this.#streams?.close(connection)
  }

  async stop(): Promise<void> {
    for (const name of this.#neighbours.keys()) this.#drop(name)
    this.#streams?.stop()
    await this.#substrate.leave()
  }

  /** The neighbour behind the interface of that number. */
  neighbourOf(link: number): Member | undefined {
    return this.#neighbourOf(link)
  }

  #neighbourOf(link: number): Neighbour | undefined {
    return [...this.#neighbours.values()].find((one) => one.link === link)
  }

  #takeUp(member: Member): void {
    this.#drop(member.name)
    const link = this.#nextLink++
    this.#neighbours.set(member.name, { ...member, link, stream: this.#openMulticasts(member.name) })
    this.#tell({ type: 'interface-up', interface: link, address: this.address })
  }

  #drop(name: string): void {
    const neighbour = this.#neighbours.get(name)
    if (neighbour === undefined) return
    this.#neighbours.delete(name)
    void neighbour.stream.then((stream) => stream?.destroy())
    this.#tell({ type: 'interface-down', interface: neighbour.link })
  }

  async #openMulticasts(name: string): Promise<Duplex | undefined> {
    try {
      const stream = await this.#substrate.open(name, 'multicast')
      stream.on('error', () => undefined)
      stream.resume()
      return stream
    } catch {
      return undefined
    }
  }

  /** The stream broke while its neighbour stayed: another one, once for each multicast at most. */
  #reopen(neighbour: Neighbour, octets: Uint8Array): undefined {
    neighbour.stream = this.#openMulticasts(neighbour.name)
    void neighbour.stream.then((stream) => stream?.write(octets))
  }

  #take(stream: Duplex, from: Member, purpose: StreamPurpose): void {
    const link = this.#neighbours.get(from.name)?.link ?? 0
    const peer: Peer = { address: from.address, port: grasp.listenPort, interface: link }
    if (purpose === 'unicast') this.#streams?.accept(stream, peer)
    else this.#readMulticasts(stream, from)
  }

  /** One copy of each multicast, back to back. */
  #readMulticasts(stream: Duplex, { name, address }: Member): void {
    const framer = new CborFramer({ octets: grasp.maxSize, depth: 32, items: grasp.maxSize })
    stream.on('error', () => undefined)
    stream.on('data', (octets: Uint8Array) => {
      const { items, error } = framer.push(octets)
      const link = this.#neighbours.get(name)?.link
      for (const item of items) {
        if (link === undefined) continue
        this.#tell({
          type: 'datagram',
          from: { address, port: grasp.listenPort, interface: link },
          octets: item,
        })
      }
      if (error !== undefined) stream.destroy()
    })
  }
}
