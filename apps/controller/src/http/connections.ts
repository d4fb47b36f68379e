/**
 * How many connections there may be, and which of them count. A fleet comes back in the same instant, so a connection counts
 * by what it asks, not when it comes: what it asks to wait for is the waiting room's matter.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { sourceOfAddress } from './source-of.ts'
import { asksToWait, type WaitingRoom } from './waiting-room.ts'

/**
 * That asked for something else than to wait. Each takes one of the 1,024 descriptors that a process often has; a hundred may
 * be event streams, and a browser opens six. Beyond, requests are answered with 503.
 */
export const maxConnections = 256
/** Of them, of one host elsewhere, so that none alone shuts out all others. On this host there may be a proxy for everybody. */
export const maxOfOne = 128

export class Connections {
  /** How many there may be in all, those included that have asked nothing yet; more are closed at once. */
  readonly limit: number
  readonly #open = new Set<Socket>()
  /** With where they come from; empty: from this host. */
  readonly #counted = new Map<Socket, string>()

  constructor(waitingRoom: Pick<WaitingRoom, 'limit'>) {
    this.limit = maxConnections + waitingRoom.limit
  }

  came(socket: Socket): void {
    if (this.#open.size >= this.limit) {
      socket.destroy()
      return
    }
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#counted.delete(socket)
    })
  }

  /** Whether the request may be answered. */
  asks(request: Pick<IncomingMessage, 'method' | 'url' | 'socket'>): 'in' | 'full' {
    const { socket } = request
    if (asksToWait(request)) {
      this.#counted.delete(socket)
      return 'in'
    }
    if (this.#counted.has(socket)) return 'in'
    const source = sourceElsewhere(socket)
    const own = this.#counted.values().filter((one) => one === source)
    if (this.#counted.size >= maxConnections || (source !== '' && own.drop(maxOfOne - 1).next().done === false))
      return 'full'
    this.#counted.set(socket, source)
    return 'in'
  }
}

function sourceElsewhere({ remoteAddress = '' }: Socket): string {
  return remoteAddress === '' || /^(?:::1|(?:::ffff:)?127\..*)$/.test(remoteAddress)
    ? ''
    : sourceOfAddress(remoteAddress)
}
