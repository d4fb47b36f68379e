/**
 * The agent's side of relays: stays registered where it was told to, opens circuits to others, and makes routes of them.
 * @module
 */
import type { Duplex } from 'node:stream'
import { type HostRoute, randomOctets, routeCost, type RouteReceiver } from '@vagus/transport'
import { clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import { AgentError } from '../errors.ts'
import { cutPacket, PacketParts } from './packet-parts.ts'
import {
  circuitHeaderOctets,
  isHandle,
  linesOf,
  relayAddress,
  relayedProtocol,
  relayProtocol,
  tell,
} from './relay-message.ts'

/** Milliseconds for a relay to answer. */
const patience = 5000
/** Milliseconds between tries to be registered again. */
const firstPause = 200
const maxPause = 5000
/** Circuits at one relay; it has limits of its own. */
const maxCircuits = 256

class RelayRoute implements HostRoute {
  readonly kind = 'datagram'
  readonly transport = 'relay'
  readonly cost = routeCost.relay
  readonly source = 'proven'
  readonly queued = 0
  readonly local: string
  readonly remote: string
  readonly parts = new PacketParts()
  readonly #at: AtRelay
  readonly #circuit: number
  #number = randomOctets(1)[0]!

  constructor(at: AtRelay, circuit: number, remote: string) {
    this.#at = at
    this.#circuit = circuit
    this.local = `relay://${at.connection.peer.identity.id}`
    this.remote = remote
  }

  get maxOctets(): number {
    return Math.max(0, Math.min(this.#at.connection.maxDatagramOctets, 16_384) - circuitHeaderOctets)
  }

  send(packet: Uint8Array): void {
    const { connection } = this.#at
    for (const datagram of cutPacket(packet, this.#circuit, this.#number++, connection.maxDatagramOctets)) {
      connection.sendDatagram(datagram, { protocol: relayProtocol, class: 'call' })
    }
  }

  close(): void {
    this.#at.closeCircuit(this.#circuit)
  }
}

/** This agent at one relay, as long as their session lasts. */
class AtRelay {
  readonly connection: Connection
  readonly registered: Promise<string>
  readonly #registered = Promise.withResolvers<string>()
  readonly #receiver: RouteReceiver
  readonly #stream: Duplex
  readonly #routes = new Map<number, RelayRoute>()
  readonly #asked = new Map<
    number,
    { readonly opened: (circuit: number) => void; readonly refused: (why: Error) => void }
  >()
  #asks = 0

  constructor(connection: Connection, receiver: RouteReceiver) {
    this.connection = connection
    this.#receiver = receiver
    this.#stream = connection.openStream({ protocol: relayProtocol, class: 'control' })
    this.registered = this.#registered.promise
    this.registered.catch(() => undefined)
    tell(this.#stream, { do: 'register' })
    void this.#listen()
    void this.#carry()
  }

  async open(handle: string, signal: AbortSignal): Promise<HostRoute> {
    await withPatience(this.registered, signal)
    const ask = ++this.#asks
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#asked.set(ask, { opened: resolve, refused: reject })
    tell(this.#stream, { do: 'open', handle, ask })
    try {
      const circuit = await withPatience(promise, signal)
      return this.#route(circuit, relayAddress(this.connection.peer.identity.id, handle))
    } finally {
      this.#asked.delete(ask)
    }
  }

  closeCircuit(circuit: number): void {
    if (this.#routes.delete(circuit)) tell(this.#stream, { do: 'close', circuit })
  }

  #route(circuit: number, remote: string): RelayRoute {
    const route = new RelayRoute(this, circuit, remote)
    this.#routes.set(circuit, route)
    return route
  }

  async #listen(): Promise<void> {
    try {
      for await (const said of linesOf(this.#stream)) this.#said(said)
    } catch {
      // The session is over; so is everything here.
    }
    const error = new AgentError('unreachable', 'the session with the relay is over')
    this.#registered.reject(error)
    for (const { refused } of this.#asked.values()) refused(error)
    for (const route of this.#routes.values()) this.#receiver.closed(route, error.message)
    this.#routes.clear()
  }

  #said({ registered, opened, refused, incoming, closed, ask }: Readonly<Record<string, unknown>>): void {
    if (typeof registered === 'string' && isHandle(registered)) this.#registered.resolve(registered)
    else if (typeof incoming === 'number' && this.#routes.size < maxCircuits) {
      this.#route(incoming, `relay://${this.connection.peer.identity.id}`)
    } else if (typeof closed === 'number') {
      const route = this.#routes.get(closed)
      this.#routes.delete(closed)
      if (route !== undefined) this.#receiver.closed(route, 'the other side or the relay closed the circuit')
    } else if (typeof ask === 'number' && typeof opened === 'number') {
      const asked = this.#asked.get(ask)
      if (asked === undefined) tell(this.#stream, { do: 'close', circuit: opened }) // nobody waits for it any more
      else asked.opened(opened)
    } else if (typeof ask === 'number' && typeof refused === 'string') {
      this.#asked.get(ask)?.refused(new AgentError('unreachable', `the relay: ${refused}`))
    }
  }

  async #carry(): Promise<void> {
    for await (const { octets } of this.connection.datagrams(relayedProtocol)) {
      if (octets.length < circuitHeaderOctets) continue
      const circuit = new DataView(octets.buffer, octets.byteOffset).getUint32(0)
      const route = this.#routes.get(circuit)
      const packet = route?.parts.add(octets)
      if (route !== undefined && packet !== undefined) this.#receiver.packet(route, packet)
    }
  }
}

/** Where an agent is reached through one of its relays, or why it is not. */
export type RelayPlace = { readonly address: string } | { readonly problem: string }

/** All relays of an agent. */
export class RelayClient {
  readonly #connect: (name: string, signal: AbortSignal) => Promise<Connection>
  readonly #receiver: RouteReceiver
  readonly #signal: AbortSignal
  /** By the session that leads there: another session, another registration. */
  readonly #at = new Map<Connection, AtRelay>()
  readonly #places = new Map<string, RelayPlace>()
  readonly #onChange: () => void

  constructor(
    connect: (name: string, signal: AbortSignal) => Promise<Connection>,
    receiver: RouteReceiver,
    signal: AbortSignal,
    onChange: () => void,
  ) {
    this.#connect = connect
    this.#receiver = receiver
    this.#signal = signal
    this.#onChange = onChange
  }

  /** By the names of the relays that it stays at. */
  places(): ReadonlyMap<string, RelayPlace> {
    return this.#places
  }

  /** Where this agent is reached through relays now. */
  addresses(): readonly string[] {
    return [...this.#places.values()].flatMap((place) => ('address' in place ? [place.address] : []))
  }

  /** Registers at `name` and stays so. Fulfilled with the first registration, or when it did not come about in time. */
  async stayAt(name: string): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.#places.set(name, { problem: 'it has not answered yet' })
    void this.#stay(name, () => first.resolve())
    await Promise.race([first.promise, new Promise((resolve) => setTimeout(resolve, patience).unref())])
  }

  /** A route through a relay to whoever has that handle there. @throws {AgentError} */
  async open(relay: string, handle: string, signal: AbortSignal): Promise<HostRoute> {
    return this.#enter(await this.#connect(relay, signal)).open(handle, signal)
  }

  #enter(connection: Connection): AtRelay {
    const present = this.#at.get(connection)
    if (present !== undefined) return present
    const at = new AtRelay(connection, this.#receiver)
    this.#at.set(connection, at)
    void connection.closed.then(() => this.#at.delete(connection))
    return at
  }

  async #stay(name: string, registered: () => void): Promise<void> {
    let pause = firstPause
    while (!this.#signal.aborted) {
      const began = clock()
      try {
        const connection = await this.#connect(name, this.#signal)
        const handle = await withPatience(this.#enter(connection).registered, this.#signal)
        this.#places.set(name, { address: relayAddress(connection.peer.identity.id, handle) })
        this.#onChange()
        registered()
        await connection.closed
        this.#places.set(name, { problem: 'the session with it is over' })
      } catch (error) {
        this.#places.set(name, { problem: (error as Error).message })
      }
      pause = clock() - began > maxPause ? firstPause : Math.min(pause * 2, maxPause)
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
    }
  }
}

/** @throws the reason of `signal`; {AgentError} when nothing came in time */
async function withPatience<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const late = new AgentError('unreachable', 'the relay does not answer')
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error)
    const timer = setTimeout(() => reject(late), patience)
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    })
  })
}
