/**
 * Connections whose requests wait for long, because their answer is what will happen next. They are counted apart from all
 * others, which must not be shut out by them: each side-car of a fleet keeps one.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** A fleet has some thousands of side-cars; each connection takes some 10 KiB. More are told to come back later. */
const maxWaiting = 4096

/** Whether a request may come to wait, as far as its first line tells. */
export const asksToWait = ({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): boolean =>
  method === 'GET' && /^\/v1\/rosters\/[^/?]+\?(.*&)?wait=[1-9]/.test(url)

export class WaitingRoom {
  /** How many may wait. */
  readonly limit: number
  /** Once in, a connection stays until it closes: between two questions it is not others' either. */
  readonly #sockets = new Set<Socket>()

  constructor(limit = Math.min(maxWaiting, Math.floor(openFilesLimit() / 2))) {
    this.limit = limit
  }

  get size(): number {
    return this.#sockets.size
  }

  /** Undefined where nobody listens, as in tests of the application alone: nothing is counted then. */
  enter(socket: Socket | undefined): 'in' | 'full' {
    if (socket === undefined || this.#sockets.has(socket)) return 'in'
    if (this.#sockets.size >= this.limit) return 'full'
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return 'in'
  }
}

/** Descriptors that this process may have; where the system does not tell, as many as any gives. */
function openFilesLimit(): number {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return limit === undefined ? Infinity : Number(limit)
  } catch {
    return 1024
  }
}
