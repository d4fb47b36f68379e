/**
 * The agent's side of relays: stays registered at the configured ones, opens circuits to others, and turns circuits
 * into routes.
 * @module
 */
import type { Duplex } from 'node:stream'
import type { Radio } from '@vagus/channel'
import { type HostRoute, maxUdpOctets, randomOctets, routeCost, type RouteReceiver } from '@vagus/transport'
import { clock } from '../link/clock.ts'
import { overhead } from '../link/link-limits.ts'
import type { Connection } from '../connection.ts'
import { AgentError } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'
import { cutPacket, PacketParts } from './packet-parts.ts'
import {
  circuitHeaderOctets,
  isHandle,
  linesOf,
  relayAddress,
  relayedProtocol,
  relayProtocol,
  relayText,
  tell,
} from './relay-message.ts'

/** Milliseconds for a relay to answer. */
const patience = 5000
/** Milliseconds between attempts to register again. */
const firstPause = 200
const maxPause = 5000
/** Maximum circuits opened by others at one relay, which has limits of its own. Further ones are closed at once. */
const maxIncoming = 1024
/** Milliseconds within which a session must use a circuit that another agent opened. */
const unusedFor = 10_000
/**
 * Octets of a datagram that the relay can pass on, whatever the other agent's session with it goes by now: nobody tells
 * this side, and the relay drops what is too long there.
 */
const maxForwarded = maxUdpOctets - overhead

/** The session with a relay. */
interface RelayConnection extends Connection {
  /** `sleeper`: the radio under the path that carries data, if it is to sleep. */
  readonly routes?: { readonly sleeper: Radio | undefined }
}

class RelayRoute implements HostRoute {
  users: HostRoute['users'] = undefined
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
  readonly #unused: NodeJS.Timeout | undefined
  #number = randomOctets(1)[0]!

  /** `unused` closes the circuit if no session uses it. */
  constructor(at: AtRelay, circuit: number, remote: string, unused?: NodeJS.Timeout) {
    this.#at = at
    this.#circuit = circuit
    this.#unused = unused
    this.local = relayText(at.connection.peer.identity.id)
    this.remote = remote
  }

  get maxOctets(): number {
    return Math.max(0, this.#longest - circuitHeaderOctets)
  }

  /** That of the session with the relay. */
  get proxy(): string | undefined {
    return this.#at.connection.paths().find(({ primary }) => primary)?.proxy
  }

  send(packet: Uint8Array): void {
    for (const datagram of cutPacket(packet, this.#circuit, this.#number++, this.#longest)) {
      this.#at.connection.sendDatagram(datagram, { protocol: relayProtocol, class: 'call' })
    }
  }

  /** What the session with the relay goes over. */
  get radio(): Radio | undefined {
    return this.#at.connection.routes?.sleeper
  }

  /** Octets of a datagram to the relay. */
  get #longest(): number {
    return Math.min(this.#at.connection.maxDatagramOctets, maxForwarded)
  }

  get isIncoming(): boolean {
    return this.#unused !== undefined
  }

  used(): void {
    clearTimeout(this.#unused)
  }

  close(): void {
    this.#at.closeCircuit(this.#circuit)
  }
}

/** This agent at one relay, while their session lasts. */
class AtRelay {
  readonly connection: RelayConnection
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
  #incoming = 0

  constructor(connection: RelayConnection, receiver: RouteReceiver) {
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
      const route = new RelayRoute(this, circuit, relayAddress(this.connection.peer.identity.id, handle))
      this.#routes.set(circuit, route)
      return route
    } finally {
      this.#asked.delete(ask)
    }
  }

  closeCircuit(circuit: number): void {
    if (this.#forget(circuit) !== undefined) tell(this.#stream, { do: 'close', circuit })
  }

  /** Another agent opened a circuit to us, which costs us little for long if no session follows. */
  #enter(circuit: number): void {
    if (this.#routes.has(circuit)) return
    if (this.#incoming >= maxIncoming) {
      tell(this.#stream, { do: 'close', circuit })
      return
    }
    const unused = setTimeout(() => this.closeCircuit(circuit), unusedFor).unref()
    this.#routes.set(circuit, new RelayRoute(this, circuit, relayText(this.connection.peer.identity.id), unused))
    this.#incoming++
  }

  #forget(circuit: number): RelayRoute | undefined {
    const route = this.#routes.get(circuit)
    if (route === undefined) return undefined
    this.#routes.delete(circuit)
    route.used() // stops its timer
    if (route.isIncoming) this.#incoming--
    return route
  }

  async #listen(): Promise<void> {
    try {
      for await (const said of linesOf(this.#stream)) this.#said(said)
    } catch {
      // The session has ended, and with it everything here.
    }
    const error = new AgentError('unreachable', 'the session with the relay has ended')
    this.#registered.reject(error)
    for (const { refused } of this.#asked.values()) refused(error)
    for (const circuit of this.#routes.keys()) this.#closed(circuit, error.message)
  }

  #said({ registered, opened, refused, incoming, closed, ask }: Readonly<Record<string, unknown>>): void {
    if (typeof registered === 'string' && isHandle(registered)) this.#registered.resolve(registered)
    else if (typeof incoming === 'number') this.#enter(incoming)
    else if (typeof closed === 'number') this.#closed(closed, 'the other side or the relay closed the circuit')
    else if (typeof ask === 'number' && typeof opened === 'number') {
      const asked = this.#asked.get(ask)
      if (asked === undefined) tell(this.#stream, { do: 'close', circuit: opened }) // no one waits for it any more
      else asked.opened(opened)
    } else if (typeof ask === 'number' && typeof refused === 'string') {
      this.#asked.get(ask)?.refused(new AgentError('unreachable', `the relay: ${refused}`))
    }
  }

  #closed(circuit: number, reason: string): void {
    const route = this.#forget(circuit)
    if (route !== undefined) this.#receiver.closed(route, reason)
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
  readonly #connect: (name: string, signal: AbortSignal) => Promise<RelayConnection>
  readonly #receiver: RouteReceiver
  readonly #signal: AbortSignal
  /** By session: a new session needs a new registration. */
  readonly #at = new Map<RelayConnection, AtRelay>()
  readonly #places = new Map<string, RelayPlace>()
  readonly #onChange: () => void

  constructor(
    connect: (name: string, signal: AbortSignal) => Promise<RelayConnection>,
    receiver: RouteReceiver,
    signal: AbortSignal,
    onChange: () => void,
  ) {
    this.#connect = connect
    this.#receiver = receiver
    this.#signal = signal
    this.#onChange = onChange
  }

  /** By the names of the relays at which it stays registered. */
  places(): ReadonlyMap<string, RelayPlace> {
    return this.#places
  }

  /** The sessions with relays, also with those of other agents. */
  connections(): Iterable<Connection> {
    return this.#at.keys()
  }

  /** Where this agent can be reached through relays now. */
  addresses(): readonly string[] {
    return [...this.#places.values()].flatMap((place) => ('address' in place ? [place.address] : []))
  }

  /**
   * Registers at `name` and stays registered. Fulfilled with the first registration, or when that did not succeed in
   * time.
   */
  async stayAt(name: string): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.#places.set(name, { problem: 'it has not answered yet' })
    void this.#stay(name, () => first.resolve())
    await Promise.race([first.promise, new Promise((resolve) => setTimeout(resolve, patience).unref())])
  }

  /** A route through a relay to the agent with that handle. @throws {AgentError} */
  async open(relay: string, handle: string, signal: AbortSignal): Promise<HostRoute> {
    return this.#enter(await this.#connect(relay, signal)).open(handle, signal)
  }

  #enter(connection: RelayConnection): AtRelay {
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
        this.#places.set(name, { problem: 'the session with it has ended' })
      } catch (error) {
        this.#places.set(name, { problem: (error as Error).message })
      }
      pause = clock() - began > maxPause ? firstPause : Math.min(pause * 2, maxPause)
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
    }
  }
}

/** @throws the reason of `signal`; {AgentError} if nothing arrived in time */
function withPatience<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new AgentError('unreachable', 'the relay does not answer')), patience)
  return untilAborted(Promise.race([promise, late]), signal).finally(() => clearTimeout(timer))
}
