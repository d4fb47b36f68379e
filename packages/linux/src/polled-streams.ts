/**
 * Stream sockets that are read when it suits their owner, all in one turn: epoll(7) says which have something, recv(2)
 * reads each into one buffer. Whoever has hundreds of connections that each say little, each at its own time, so pays
 * for a turn and not for each of them: a thread that wakes for every one finds its caches cold.
 * @module
 */
import { libc, linux, mustWork, nothingYet } from './libc.ts'

export interface PolledStream {
  /** Received octets: a view that the next read overwrites. */
  readonly onOctets: (octets: Uint8Array) => void
  /** The other side closed, or the connection failed; it is no longer read. */
  readonly onOver: () => void
}

const bufferOctets = 64 * 1024
/** Reads of one socket per turn: the rest waits, so that an endless stream does not take all the time. */
const readsPerTurn = 4
/** `struct epoll_event`: 32 bits of events, then 64 of our own, which x86-64 alone does not align. */
const event = process.arch === 'x64' ? { octets: 12, fdAt: 4 } : { octets: 16, fdAt: 8 }
/** Sockets that one turn handles at a time. */
const eventsPerWait = 256

export class PolledStreams {
  readonly #streams = new Map<number, PolledStream>()
  readonly #buffer = new Uint8Array(bufferOctets)
  readonly #events = new Uint8Array(event.octets * eventsPerWait)
  readonly #eventsView = new DataView(this.#events.buffer)
  /** Exists while there are sockets. */
  #epoll = -1

  get size(): number {
    return this.#streams.size
  }

  /** Nobody else may read `fd`. @throws {UnavailableError} where native calls do not work */
  add(fd: number, stream: PolledStream): void {
    if (this.#epoll < 0) this.#epoll = mustWork(libc().epoll_create1(linux.EPOLL_CLOEXEC), 'epoll_create1')
    const wanted = new Uint8Array(event.octets)
    const view = new DataView(wanted.buffer)
    view.setUint32(0, linux.EPOLLIN, true)
    view.setUint32(event.fdAt, fd, true)
    mustWork(libc().epoll_ctl(this.#epoll, linux.EPOLL_CTL_ADD, fd, wanted), 'epoll_ctl')
    this.#streams.set(fd, stream)
  }

  /** Call before the descriptor is closed: the kernel reuses its number. */
  delete(fd: number): void {
    if (!this.#streams.delete(fd)) return
    libc().epoll_ctl(this.#epoll, linux.EPOLL_CTL_DEL, fd, this.#events)
    if (this.#streams.size > 0) return
    libc().close(this.#epoll)
    this.#epoll = -1
  }

  /** Hands out received octets, at most once per socket. */
  read(): void {
    if (this.#epoll < 0) return
    const count = libc().epoll_wait(this.#epoll, this.#events, eventsPerWait, 0)
    for (let at = 0; at < count; at++) this.#drain(this.#eventsView.getUint32(at * event.octets + event.fdAt, true))
  }

  #drain(fd: number): void {
    for (let reads = 0; reads < readsPerTurn; reads++) {
      const stream = this.#streams.get(fd)
      // An earlier callback may have removed this socket.
      if (stream === undefined) return
      const length = libc().recv(fd, this.#buffer, bufferOctets, linux.MSG_DONTWAIT)
      if (length < 0 && nothingYet()) return
      if (length <= 0) {
        this.delete(fd)
        stream.onOver()
        return
      }
      stream.onOctets(this.#buffer.subarray(0, length))
      if (length < bufferOctets) return
    }
  }
}
