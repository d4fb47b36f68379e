/** Connections of a network: streams by the engine's numbers, whatever carries them. @module */
import type { Duplex } from 'node:stream'
import type { NetworkEvent, Peer } from '@vagus/grasp'

/** Octets that a peer may leave unread before its connection is dropped: many times what a session has under way. */
const maxUnread = 262_144
/** How long a peer may take to read the last message and close, milliseconds. */
const lingerMs = 5000
/** Single messages being delivered; one more is dropped, as a datagram would be. */
const maxDeliveries = 1024

export class Streams {
  readonly #tell: (event: NetworkEvent) => void
  readonly #open = new Map<number, Duplex>()
  /** Closed by us, not yet by the peer. */
  readonly #lingering = new Set<Duplex>()
  #deliveries = 0
  #nextAccepted = 2

  constructor(tell: (event: NetworkEvent) => void) {
    this.#tell = tell
  }

  /** Takes a stream that a peer opened. */
  accept(stream: Duplex, from: Peer): void {
    const connection = this.#nextAccepted
    this.#nextAccepted += 2
    this.#open.set(connection, stream)
    stream.on('error', () => undefined) // 'close' follows
    this.#tell({ type: 'accepted', connection, from })
    if (this.#open.has(connection)) this.#read(connection, stream)
  }

  /** `opening` becomes the connection of that number. */
  connect(connection: number, opening: Promise<Duplex>): void {
    this.#pending.add(connection)
    opening.then(
      (stream) => {
        stream.on('error', () => undefined)
        if (this.#pending.delete(connection)) this.#connected(connection, stream)
        else stream.destroy()
      },
      () => {
        if (this.#pending.delete(connection)) this.#tell({ type: 'closed', connection })
      },
    )
  }

  #connected(connection: number, stream: Duplex): void {
    this.#open.set(connection, stream)
    this.#tell({ type: 'connected', connection })
    if (this.#open.has(connection)) this.#read(connection, stream)
  }

  /** Numbers of connections that are being opened. */
  readonly #pending = new Set<number>()

  /** Sends one message on a stream of its own. */
  deliver(open: () => Promise<Duplex>, octets: Uint8Array): void {
    if (this.#deliveries >= maxDeliveries) return
    this.#deliveries++
    open()
      .then((stream) => {
        stream.on('error', () => undefined)
        stream.write(octets)
        this.#linger(stream)
      })
      .catch(() => undefined)
      .finally(() => this.#deliveries--)
  }

  send(connection: number, octets: Uint8Array): void {
    const stream = this.#open.get(connection)
    if (stream === undefined || stream.destroyed) return
    stream.write(octets)
    if (stream.writableLength > maxUnread) stream.destroy()
  }

  close(connection: number): void {
    this.#pending.delete(connection)
    const stream = this.#open.get(connection)
    if (stream === undefined) return
    this.#open.delete(connection)
    stream.removeAllListeners('data')
    this.#linger(stream)
  }

  stop(): void {
    this.#pending.clear()
    for (const stream of [...this.#open.values(), ...this.#lingering]) stream.destroy()
  }

  #read(connection: number, stream: Duplex): void {
    const onEnd = (): void => {
      if (this.#open.get(connection) !== stream) return
      this.#open.delete(connection)
      this.#linger(stream)
      this.#tell({ type: 'closed', connection })
    }
    stream.on('data', (octets: Uint8Array) => this.#tell({ type: 'received', connection, octets }))
    stream.once('end', onEnd)
    stream.once('close', onEnd)
    if (stream.destroyed) onEnd()
  }

  /** Ends our side, reads and forgets what still comes, and gives up a peer that does not close. */
  #linger(stream: Duplex): void {
    this.#lingering.add(stream)
    const timer = setTimeout(() => stream.destroy(), lingerMs).unref()
    stream.once('close', () => {
      clearTimeout(timer)
      this.#lingering.delete(stream)
    })
    stream.end()
    stream.resume()
    if (stream.destroyed) this.#lingering.delete(stream)
  }
}
