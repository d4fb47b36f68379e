/** One TCP connection with a peer: octets in, whole messages out, and a bound on what waits to be sent. @module */
import type { Socket } from 'node:net'
import { type Malformed, MessageFramer } from '@vagus/bgp'
import { lingering, sendBufferOctets, sendHold } from '../limits.ts'
import type { ReadingTurns } from './reading-turns.ts'

export interface ConnectionHandlers {
  /** The octets are a view that the next read may overwrite. */
  readonly onMessage: (octets: Uint8Array, type: number, connection: Connection) => void
  /** All messages of a read were told. */
  readonly onRead: (connection: Connection) => void
  readonly onMalformed: (malformed: Malformed, connection: Connection) => void
  /** Once, unless we closed it. */
  readonly onClosed: (connection: Connection) => void
  /** The peer took what waited. */
  readonly onDrain: (connection: Connection) => void
}

export class Connection {
  readonly framer = new MessageFramer()
  readonly localAddress: string
  readonly remoteAddress: string
  readonly #socket: Socket
  readonly #handlers: ConnectionHandlers
  #isOver = false
  /** Ends reading by turns. */
  #leaveTurns: (() => void) | undefined
  #sendHold: NodeJS.Timeout | undefined

  /** @param turns of a socket that was accepted and is not read yet */
  constructor(socket: Socket, handlers: ConnectionHandlers, turns?: ReadingTurns) {
    this.#socket = socket
    this.#handlers = handlers
    this.localAddress = plain(socket.localAddress)
    this.remoteAddress = plain(socket.remoteAddress)
    socket.setNoDelay(true)
    socket.on('data', (octets) => this.#receive(octets))
    // A peer that closes its half is gone: BGP has no half-open sessions.
    socket.on('end', () => this.#lost())
    socket.on('close', () => this.#lost())
    socket.on('error', () => undefined)
    socket.on('drain', () => {
      clearTimeout(this.#sendHold)
      this.#sendHold = undefined
      if (!this.#isOver) this.#handlers.onDrain(this)
    })
    this.#leaveTurns = turns?.add(socket, {
      onOctets: (octets) => this.#receive(octets),
      // Node reads the end, or the error, as it always does.
      onOver: () => socket.resume(),
    })
    if (this.#leaveTurns === undefined) socket.resume()
  }

  /** Whether UPDATE messages should wait. */
  get isFull(): boolean {
    return this.#socket.writableLength > sendBufferOctets
  }

  /** Sends nothing once the connection is over. */
  send(octets: Uint8Array): void {
    if (this.#isOver) return
    const isTaken = this.#socket.write(octets)
    // RFC 9687: a peer that takes nothing although it sends would keep the session, and its routes, for ever.
    if (!isTaken) this.#sendHold ??= setTimeout(() => this.#socket.destroy(), sendHold)
  }

  /** What was sent still goes out; nothing is received any more, and nobody is told. */
  close(): void {
    if (this.#isOver) return
    this.#finish()
    this.#socket.end()
    this.#socket.resume()
    const handle = setTimeout(() => this.#socket.destroy(), lingering)
    this.#socket.once('close', () => clearTimeout(handle))
  }

  /** At once, and without a word. */
  destroy(): void {
    this.#finish()
    this.#socket.destroy()
  }

  #finish(): void {
    this.#isOver = true
    this.#leaveTurns?.()
    clearTimeout(this.#sendHold)
    this.#socket.removeAllListeners('data')
  }

  #receive(octets: Uint8Array): void {
    const malformed = this.framer.push(octets, (message, type) => {
      if (!this.#isOver) this.#handlers.onMessage(message, type, this)
    })
    if (this.#isOver) return
    this.#handlers.onRead(this)
    if (malformed !== undefined) this.#handlers.onMalformed(malformed, this)
  }

  #lost(): void {
    if (this.#isOver) return
    this.#finish()
    this.#socket.destroy()
    this.#handlers.onClosed(this)
  }
}

/**
 * IPv4 as IPv4, also where a socket of both families has it mapped; IPv6 without the zone that link-local ones come
 * with. Empty when the socket has none: its connection was reset.
 */
export const plain = (address: string | undefined): string =>
  (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*/, '')
