/** The connections of a peer, one of each way at most, and the attempt to dial: what the session engine's effects mean. @module */
import type { Socket } from 'node:net'
import { encodeMessage, type Event, type Malformed, type Notification, type Way } from '@vagus/bgp'
import type { PeerOptions } from '../options.ts'
import { Connection, type ConnectionHandlers } from './connection.ts'
import { type Dial, dial } from './dial.ts'
import type { ReadingTurns } from './reading-turns.ts'

export interface ConnectionsPorts {
  readonly happen: (event: Event) => void
  readonly onMessage: (octets: Uint8Array, type: number, connection: Connection) => void
  readonly onRead: (connection: Connection) => void
  readonly onDrain: () => void
  readonly onDialFailed: (problem: string) => void
}

export class Connections {
  readonly #options: PeerOptions
  readonly #ports: ConnectionsPorts
  readonly #turns: ReadingTurns | undefined
  readonly #byWay = new Map<Way, Connection>()
  /** The connection about which the engine is being asked. */
  #asked: Connection | undefined
  #dial: Dial | undefined

  constructor(options: PeerOptions, ports: ConnectionsPorts, turns?: ReadingTurns) {
    this.#options = options
    this.#ports = ports
    this.#turns = turns
  }

  get(way: Way): Connection | undefined {
    return this.#byWay.get(way)
  }

  /** Undefined for a connection that is not the peer's any more. */
  wayOf(connection: Connection): Way | undefined {
    if (this.#byWay.get('dialled') === connection) return 'dialled'
    return this.#byWay.get('accepted') === connection ? 'accepted' : undefined
  }

  /** Begins to dial; an attempt that is under way is given up. */
  dial(): void {
    this.#dial?.cancel()
    this.#dial = dial(this.#options, {
      onConnected: (socket) => {
        this.#dial = undefined
        this.add(socket, 'dialled')
      },
      onFailed: (problem) => {
        this.#dial = undefined
        this.#ports.onDialFailed(problem)
        this.#ports.happen({ type: 'closed', way: 'dialled' })
      },
    })
  }

  /** A new connection, of which the engine says whether it stays. */
  add(socket: Socket, way: Way): void {
    const handlers = {
      onMessage: this.#ports.onMessage,
      onRead: this.#ports.onRead,
      onMalformed: (message, from) => this.#malformed(message, from),
      onClosed: (from) => this.#closed(from),
      onDrain: this.#ports.onDrain,
    } satisfies ConnectionHandlers
    const connection = new Connection(socket, handlers, way === 'accepted' ? this.#turns : undefined)
    this.#asked = connection
    this.#ports.happen({ type: 'connected', way })
    // The engine answers with `adopt` or `refuse`; a connection that it says nothing of must not stay.
    this.#asked?.destroy()
    this.#asked = undefined
  }

  #malformed(message: Malformed, from: Connection): void {
    const way = this.wayOf(from)
    if (way !== undefined) this.#ports.happen({ type: 'message', way, message })
  }

  #closed(from: Connection): void {
    const way = this.wayOf(from)
    if (way === undefined) return
    this.#byWay.delete(way)
    this.#ports.happen({ type: 'closed', way })
  }

  adopt(way: Way): void {
    const connection = this.#asked
    if (connection === undefined) return
    this.#byWay.get(way)?.destroy()
    this.#byWay.set(way, connection)
    this.#asked = undefined
  }

  refuse(said: Notification): void {
    this.#asked?.send(encodeMessage(said))
    this.#asked?.close()
    this.#asked = undefined
  }

  close(way: Way): void {
    if (way === 'dialled') {
      this.#dial?.cancel()
      this.#dial = undefined
    }
    this.#byWay.get(way)?.close()
    this.#byWay.delete(way)
  }
}
