/** A stream of a session as Node's Duplex. @module */
import { Duplex } from 'node:stream'
import type { StreamId } from '@vagus/channel'
import { AgentError } from './errors.ts'
import type { SessionRunner } from './session-runner.ts'

/** Octets that wait on each side of it, besides the session's own windows. */
const highWaterMark = 2 ** 18
/** What the other side is told when a stream is destroyed. */
const brokenOff = 0x100

export class SessionStream extends Duplex {
  readonly #runner: SessionRunner
  readonly #first: Uint8Array
  #id: StreamId | undefined
  #waiting:
    | { readonly octets: Uint8Array; readonly next: 'more' | 'fin'; readonly done: (error?: Error) => void }
    | undefined

  /**
   * @param id `undefined`: it is opened as soon as the other side allows another one (`begin`)
   * @param first what stands in front of what is written here; of an incoming one, what was read of it already
   */
  constructor(runner: SessionRunner, id: StreamId | undefined, first: Uint8Array) {
    super({ allowHalfOpen: true, readableHighWaterMark: highWaterMark, writableHighWaterMark: highWaterMark })
    this.#runner = runner
    this.#id = id
    this.#first = first
    if (id !== undefined && first.length > 0) this.push(first)
  }

  get id(): StreamId | undefined {
    return this.#id
  }

  begin(id: StreamId): void {
    this.#id = id
    this.#runner.session.write(id, this.#first, 'more')
    this.#runner.wake()
    this.sessionTakes()
  }

  /** The session takes octets again. */
  sessionTakes(): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.#id === undefined) return
    this.#waiting = undefined
    this.#put(waiting.octets, waiting.next, waiting.done)
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

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    this.#put(chunk, 'more', done)
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#put(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'more', done)
  }

  override _final(done: (error?: Error) => void): void {
    this.#put(new Uint8Array(0), 'fin', done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { session } = this.#runner
    if (this.#id !== undefined) {
      if (!this.writableFinished) session.reset(this.#id, brokenOff)
      if (!this.readableEnded) session.stop(this.#id, brokenOff)
      this.#runner.wake()
    }
    this.#waiting?.done(error ?? new AgentError('cancelled', 'the stream was destroyed'))
    this.#waiting = undefined
    done(error)
  }

  #put(octets: Uint8Array, next: 'more' | 'fin', done: (error?: Error) => void): void {
    if (this.#id === undefined) {
      this.#waiting = { octets, next, done }
      return
    }
    const taken = this.#runner.session.write(this.#id, octets, next)
    this.#runner.wake()
    if (taken === octets.length) done()
    else this.#waiting = { octets: octets.subarray(taken), next, done }
  }
}
