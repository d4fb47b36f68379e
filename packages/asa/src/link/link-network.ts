/**
 * GRASP on the links of this host: link-local multicast on each interface, TCP for everything else (RFC 8990 §2.5.4.2,
 * §2.5.5). Interfaces may come, go and change their address; whatever fails is opened again with the next look.
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { grasp, isLinkLocal, type Locator, type NetworkEvent, type Peer, transportProtocol } from '@vagus/grasp'
import type { Network } from '../network.ts'
import { Streams } from '../streams.ts'
import { octetsOf, textOf, zoneOf } from './address.ts'
import { hostAddress, type LinkInterface, readInterfaces } from './interfaces.ts'
import { receiveMulticasts } from './multicast-receiver.ts'
import { closePort, openPort, type Port } from './port.ts'

export interface LinkNetworkOptions {
  /** Names of interfaces; default all that are up, not loopback, and have a link-local IPv6 address. */
  readonly interfaces?: readonly string[]
  /** Address of this node, 4 or 16 octets; default one of the host's. */
  readonly address?: Uint8Array
  /** Takes a line for people when something starts or stops failing. */
  readonly report?: (line: string) => void
}

/** Between two looks at the interfaces, milliseconds. */
const lookMs = 1000
/** Within which a connection must come up, milliseconds. */
const connectMs = 10_000

/** What may fail, as it is reported. */
const multicastOn = (name: string): string => `${name}: multicast`

interface Link extends LinkInterface {
  readonly end: () => void
  isUp: boolean
}

export class LinkNetwork implements Network {
  readonly address: Uint8Array
  readonly port: number
  readonly #options: LinkNetworkOptions
  readonly #links = new Map<string, Link>()
  readonly #problems = new Map<string, string>()
  /** None while the port is opened again. */
  #sockets: Port | undefined
  #tell: (event: NetworkEvent) => void = () => undefined
  #streams: Streams | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  /** @throws {Error} of the system: no address at all, no free port */
  static async open(options: LinkNetworkOptions = {}): Promise<LinkNetwork> {
    const address = options.address ?? hostAddress()
    if (address === undefined) throw new Error('no interface but loopback has an address: GRASP has nobody to speak to')
    const waiting: Socket[] = []
    let take = (socket: Socket): void => void waiting.push(socket)
    const network = new LinkNetwork(options, address, await openPort((socket) => take(socket)))
    take = (socket) => network.#accept(socket)
    return network
  }

  private constructor(options: LinkNetworkOptions, address: Uint8Array, sockets: Port) {
    this.#options = options
    this.address = address
    this.#sockets = sockets
    this.port = sockets.number
    this.#watch(sockets)
  }

  start(tell: (event: NetworkEvent) => void): void {
    this.#tell = tell
    this.#streams = new Streams(tell)
    this.#look()
    this.#timer = setInterval(() => this.#look(), lookMs)
  }

  multicast(link: number, octets: Uint8Array): void {
    const name = this.nameOf(link)
    if (name === undefined) return
    this.#sockets?.udp.send(octets, grasp.listenPort, `${grasp.neighborsIpv6}%${name}`, (error) =>
      this.#failing(multicastOn(name), error?.message),
    )
  }

  deliver(to: Peer, octets: Uint8Array): void {
    this.#streams?.deliver(() => this.#connect(to.address, to.port, to.interface), octets)
  }

  connect(connection: number, to: Locator, link: number | undefined): void {
    this.#streams?.connect(connection, this.#connectTo(to, link))
  }

  send(connection: number, octets: Uint8Array): void {
    this.#streams?.send(connection, octets)
  }

  close(connection: number): void {
    this.#streams?.close(connection)
  }

  stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    for (const { end } of this.#links.values()) end()
    this.#links.clear()
    this.#streams?.stop()
    if (this.#sockets !== undefined) closePort(this.#sockets)
    return Promise.resolve()
  }

  /** Why the last multicast could not go out on the interface of that index; undefined when it could. */
  multicastProblem(link: number): string | undefined {
    const name = this.nameOf(link)
    return name === undefined ? 'the interface is gone' : this.#problems.get(multicastOn(name))
  }

  /** Name of the interface of that index. */
  nameOf(link: number): string | undefined {
    return [...this.#links.values()].find(({ index }) => index === link)?.name
  }

  /** Takes up what is new, gives up what is gone or has another address. */
  #look(): void {
    let now: ReadonlyMap<string, LinkInterface>
    try {
      now = readInterfaces(this.#options.interfaces)
      this.#failing('interfaces', undefined)
    } catch (error) {
      return this.#failing('interfaces', String(error))
    }
    for (const link of this.#links.values()) {
      const same = now.get(link.name)
      if (same?.index !== link.index || textOf(same.address) !== textOf(link.address)) this.#drop(link)
    }
    for (const found of now.values()) if (!this.#links.has(found.name)) this.#takeUp(found)
  }

  #takeUp(found: LinkInterface): void {
    const { name, index, address } = found
    const end = receiveMulticasts(name, {
      onUp: () => {
        link.isUp = true
        this.#failing(`${name}: receiving`, undefined)
        this.#tell({ type: 'interface-up', interface: index, address })
      },
      onDatagram: (octets, { address: source, port }) => {
        const from = octetsOf(source)
        // Our own copy, which the kernel gives to all members on this machine.
        if (port === this.port && textOf(from) === textOf(address)) return
        this.#tell({ type: 'datagram', from: { address: from, port, interface: index }, octets })
      },
      onFailure: (problem) => {
        this.#failing(`${name}: receiving`, problem)
        this.#drop(link)
      },
    })
    const link: Link = { ...found, end, isUp: false }
    this.#links.set(name, link)
  }

  #drop(link: Link): void {
    if (this.#links.get(link.name) !== link) return
    this.#links.delete(link.name)
    link.end()
    if (link.isUp) this.#tell({ type: 'interface-down', interface: link.index })
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort, localAddress } = socket
    if (this.#streams === undefined || remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    const zone = zoneOf(remoteAddress) ?? zoneOf(localAddress ?? '')
    const link = zone === undefined ? 0 : (this.#links.get(zone)?.index ?? 0)
    this.#streams.accept(socket, { address: octetsOf(remoteAddress), port: remotePort, interface: link })
  }

  #connectTo(to: Locator, link: number | undefined): Promise<Socket> {
    if (to.type === 'uri' || to.protocol !== transportProtocol.tcp) {
      return Promise.reject(new Error('sessions need a locator with a TCP port'))
    }
    return to.type === 'fqdn' ? opened(to.name, to.port) : this.#connect(to.address, to.port, link)
  }

  #connect(address: Uint8Array, port: number, link: number | undefined): Promise<Socket> {
    const zone = isLinkLocal(address) && link !== undefined ? this.nameOf(link) : undefined
    return opened(textOf(address, zone), port)
  }

  #watch({ udp, tcp }: Port): void {
    udp.on('error', (error) => void this.#reopen(error))
    tcp.on('error', (error) => void this.#reopen(error))
  }

  /** Opens the same port again: others know it. */
  async #reopen(error: Error): Promise<void> {
    this.#failing(`port ${this.port}`, error.message)
    if (this.#sockets === undefined) return
    closePort(this.#sockets)
    this.#sockets = undefined
    while (!this.#isStopped) {
      try {
        const sockets = await openPort((socket) => this.#accept(socket), this.port)
        if (this.#isStopped) return closePort(sockets)
        this.#sockets = sockets
        this.#watch(sockets)
        this.#failing(`port ${this.port}`, undefined)
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, lookMs).unref())
      }
    }
  }

  /** Says a problem once, and once when it is over. */
  #failing(what: string, problem: string | undefined): void {
    const before = this.#problems.get(what)
    if (before === problem) return
    if (problem === undefined) this.#problems.delete(what)
    else this.#problems.set(what, problem)
    this.#options.report?.(`GRASP: ${what}: ${problem ?? 'works again'}`)
  }
}

async function opened(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  const timer = setTimeout(() => socket.destroy(new Error('timeout')), connectMs)
  try {
    await once(socket, 'connect')
    return socket
  } finally {
    clearTimeout(timer)
  }
}
