/** This agent at one relay: registered there, with the circuits that it and others opened. @module */
import type { Duplex } from 'node:stream'
import type { HostRoute, RouteReceiver } from '@vagus/transport'
import { AgentError } from '../errors.ts'
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
import { withPatience } from './relay-patience.ts'
import { type RelayConnection, RelayRoute } from './relay-route.ts'

/** Maximum circuits opened by others at one relay, which has limits of its own. Further ones are closed at once. */
const maxIncoming = 1024
/** Milliseconds within which a session must use a circuit that another agent opened. */
const unusedFor = 10_000

/** While the session with the relay lasts. */
export class AtRelay {
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
