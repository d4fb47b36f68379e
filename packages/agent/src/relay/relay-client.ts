/** The agent's side of relays: stays registered at the configured ones, and opens circuits to others. @module */
import type { HostRoute, RouteReceiver } from '@vagus/transport'
import { clock } from '../link/clock.ts'
import type { Connection } from '../connection.ts'
import { AtRelay } from './at-relay.ts'
import { relayAddress } from './relay-message.ts'
import { relayPatience, withPatience } from './relay-patience.ts'
import type { RelayConnection } from './relay-route.ts'

/** Milliseconds between attempts to register again. */
const firstPause = 200
const maxPause = 5000

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
    await Promise.race([first.promise, new Promise((resolve) => setTimeout(resolve, relayPatience).unref())])
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
