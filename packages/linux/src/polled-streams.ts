/**
 * Stream sockets that are read when it suits their owner, all in one turn: ppoll(2) over them without waiting, then
 * recv(2) into one buffer. Whoever has hundreds of connections that each say little, each at its own time, so pays for a
 * turn and not for each of them: a thread that wakes for every one finds its caches cold.
 * @module
 */
import { libc, linux, nothingYet } from './libc.ts'

export interface PolledStream {
  /** Octets that came: a view that is overwritten by the next. */
  readonly onOctets: (octets: Uint8Array) => void
  /** The other side closed, or the connection failed; it is not read any more. */
  readonly onOver: () => void
}

interface Watched {
  readonly fd: number
  readonly stream: PolledStream
}

interface Turn {
  readonly all: readonly Watched[]
  /** One `struct pollfd` for each. */
  readonly octets: Uint8Array
  readonly view: DataView
}

const bufferOctets = 64 * 1024
/** Reads of one socket in one turn: what is left has to wait, so that one that never ends does not take all the time. */
const readsPerTurn = 4
/** `struct pollfd`: 4 octets of descriptor, 2 of events wanted, 2 of those that there are. */
const descriptorOctets = 8
const noWait = new Uint8Array(16)

export class PolledStreams {
  readonly #watched = new Map<number, Watched>()
  readonly #buffer = new Uint8Array(bufferOctets)
  /** As ppoll(2) takes them; undefined when it is not made of `#watched` any more. */
  #turn: Turn | undefined

  /** @throws {UnavailableError} where native calls do not work */
  constructor() {
    libc()
  }

  get size(): number {
    return this.#watched.size
  }

  /** `fd` must not block in its owner's hands, nor be read by anybody else. */
  add(fd: number, stream: PolledStream): void {
    this.#watched.set(fd, { fd, stream })
    this.#turn = undefined
  }

  /** To be called before the descriptor is closed: the kernel gives its number to the next. */
  delete(fd: number): void {
    if (this.#watched.delete(fd)) this.#turn = undefined
  }

  /** Hands out all that came. */
  read(): void {
    if (this.#watched.size === 0) return
    const { all, octets, view } = (this.#turn ??= turnOf([...this.#watched.values()]))
    if (libc().ppoll(octets, all.length, noWait, null) <= 0) return
    for (const [at, one] of all.entries()) {
      if (view.getInt16(at * descriptorOctets + 6, true) !== 0) this.#drain(one)
    }
  }

  #drain(one: Watched): void {
    const { fd, stream } = one
    for (let reads = 0; reads < readsPerTurn; reads++) {
      // Whoever was handed octets before may have closed this one.
      if (this.#watched.get(fd) !== one) return
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

function turnOf(all: readonly Watched[]): Turn {
  const octets = new Uint8Array(all.length * descriptorOctets)
  const view = new DataView(octets.buffer)
  for (const [at, { fd }] of all.entries()) {
    view.setInt32(at * descriptorOctets, fd, true)
    view.setInt16(at * descriptorOctets + 4, linux.POLLIN, true)
  }
  return { all, octets, view }
}
