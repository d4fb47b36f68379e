/** A stream of a session as Node's Duplex. @module */
import { Duplex } from 'node:stream'
import type { StreamId } from '@vagus/channel'
import { agentErrorWithoutStack } from './errors.ts'
import type { SessionRunner } from './session-runner.ts'

/** Octets that wait on each side of it, besides the session's own windows. */
const highWaterMark = 2 ** 18
/**
 * Octets that are taken at once; what is written behind them in the same turn waits in the stream, so that many small
 * chunks become one. A message and its end still leave together.
 */
const takenAtOnce = 2 ** 14
/** Chunks that are shorter are copied together. */
const shortOctets = 2 ** 12
/** What the other side is told when a stream is destroyed. */
const brokenOff = 0x100

type Done = (error?: Error) => void

/** Whose stream it is. */
export interface StreamOwner {
  /** It is over, in both directions. */
  closed(stream: SessionStream): void
}

interface Waiting {
  readonly chunks: readonly Uint8Array[]
  readonly next: 'more' | 'fin'
  readonly done: Done
}

/** A chunk that is written must not be changed afterwards, also not when it was taken: it may have to be sent again. */
export class SessionStream extends Duplex {
  readonly #runner: SessionRunner
  readonly #owner: StreamOwner
  /** What goes out in front; until it is on its way. */
  #first: Uint8Array | undefined
  #id: StreamId | undefined
  #waiting: Waiting | undefined
  /** Octets that were taken since the session sent last. */
  #taken = 0

  /**
   * @param id `undefined`: it is opened as soon as the other side allows another one (`begin`)
   * @param first what stands in front of what is written here; of an incoming one, what was read of it already
   */
  constructor(runner: SessionRunner, owner: StreamOwner, id: StreamId | undefined, first: Uint8Array) {
    super({ allowHalfOpen: true, readableHighWaterMark: highWaterMark, writableHighWaterMark: highWaterMark })
    this.#runner = runner
    this.#owner = owner
    this.on('error', ignore)
    this.#id = id
    if (id === undefined) this.#first = first
    else if (first.length > 0) this.push(first)
  }

  get id(): StreamId | undefined {
    return this.#id
  }

  begin(id: StreamId): void {
    this.#id = id
    if (this.#first !== undefined) this.#runner.session.write(id, this.#first, 'more')
    this.#first = undefined
    this.#runner.wake()
    this.sessionTakes()
  }

  /** The session takes octets again. */
  sessionTakes(): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.#id === undefined) return
    this.#waiting = undefined
    this.#put(waiting)
  }

  /** The session has octets, or the end. */
  sessionHas(): void {
    if (this.#id === undefined || this.destroyed) return
    for (;;) {
      const octets = this.#runner.session.read(this.#id)
      if (octets === undefined) break
      if (octets === 'end') {
        this.push(null)
        break
      }
      if (!this.push(octets)) break
    }
    this.#runner.wake() // the window grew
  }

  override _read(): void {
    this.sessionHas()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    this.#put({ chunks: [chunk], next: 'more', done })
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    this.#put({ chunks: joinShort(chunks), next: 'more', done })
  }

  override _final(done: Done): void {
    this.#put({ chunks: [new Uint8Array(0)], next: 'fin', done })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { session } = this.#runner
    if (this.#id !== undefined) {
      if (!this.writableFinished) session.reset(this.#id, brokenOff)
      if (!this.readableEnded) session.stop(this.#id, brokenOff)
      this.#runner.wake()
    }
    this.#waiting?.done(error ?? agentErrorWithoutStack('cancelled', 'the stream was destroyed'))
    this.#waiting = undefined
    this.#owner.closed(this)
    done(error)
  }

  #put({ chunks, next, done }: Waiting): void {
    if (this.#id === undefined) {
      this.#waiting = { chunks, next, done }
      return
    }
    this.#runner.wake()
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index]!
      const taken = this.#runner.session.write(this.#id, chunk, next)
      this.#taken += taken
      if (taken === chunk.length) continue
      this.#waiting = { chunks: [chunk.subarray(taken), ...chunks.slice(index + 1)], next, done }
      return
    }
    if (next === 'fin' || this.#taken < takenAtOnce) {
      done()
      return
    }
    this.#runner.whenSent(() => {
      this.#taken = 0
      done()
    })
  }
}

/** A program that does not listen is not ended by a lost network. */
function ignore(): void {
  // `close` follows.
}

function joinShort(chunks: readonly { readonly chunk: Buffer }[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = []
  let from = 0
  while (from < chunks.length) {
    let octets = 0
    let end = from
    for (; end < chunks.length && chunks[end]!.chunk.length < shortOctets; end++) octets += chunks[end]!.chunk.length
    if (end - from > 1) joined.push(copyOf(chunks, from, end, octets))
    else joined.push(chunks[from]!.chunk)
    from = Math.max(end, from + 1)
  }
  return joined
}

/** Chunks `from` to `end`, which have `octets` in all: `Buffer.concat` takes twice as long for many short ones. */
function copyOf(chunks: readonly { readonly chunk: Buffer }[], from: number, end: number, octets: number): Uint8Array {
  const copy = Buffer.allocUnsafe(octets)
  let at = 0
  for (let index = from; index < end; index++) {
    const { chunk } = chunks[index]!
    copy.set(chunk, at)
    at += chunk.length
  }
  return copy
}
