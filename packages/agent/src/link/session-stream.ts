/** A stream of a session as a Node Duplex. @module */
import { Duplex } from 'node:stream'
import type { StreamId, TrafficClass } from '@vagus/channel'
import { agentErrorWithoutStack } from '../errors.ts'
import { clock } from './clock.ts'
import { GatheringMemory, roomOctets } from './gathering-memory.ts'
import type { SessionRunner } from './session-runner.ts'
import { treatmentOf } from './treatment.ts'

/** Octets buffered on each side of it, in addition to the session's own windows. */
const highWaterMark = 2 ** 18
/**
 * Octets taken at once. What is written after them in the same turn waits in the stream, so that many small chunks
 * become one. A message and its end still leave together.
 */
const takenAtOnce = 2 ** 14
/**
 * Shorter chunks are gathered while the session is busy: Node creates objects for every waiting chunk, which takes
 * longer than copying 256 octets.
 */
const shortOctets = 2 ** 12
/** The code sent to the other side when a stream is destroyed. */
export const brokenOff = 0x100

type Done = (error?: Error | null) => void

/** The owner of a stream. */
export interface StreamOwner {
  /** It has ended in both directions. */
  closed(stream: SessionStream): void
}

interface Waiting {
  readonly chunks: readonly Uint8Array[]
  readonly next: 'more' | 'fin'
  readonly done: Done
}

/** A written chunk must not be changed afterwards, even when it was taken: it may have to be sent again. */
export class SessionStream extends Duplex {
  /**
   * Undefined once it is destroyed, as the owner: Node creates a function for each Writable that V8 puts into old memory
   * at once, and that keeps the stream, and so its whole session, until V8 next collects all memory (decisions/0037).
   */
  #runner: SessionRunner | undefined
  #owner: StreamOwner | undefined
  /** What is sent first; defined until it is sent. */
  #first: Uint8Array | undefined
  #id: StreamId | undefined
  #waiting: Waiting | undefined
  /** Octets taken since the session last sent. */
  #taken = 0
  /** Whether the session is about to take something, so that the next chunk must wait. */
  #isBusy = false
  /** The last waiting chunk, which Node does not know of yet: the filled part of a buffer. */
  #room: Uint8Array | undefined
  #gathered = 0
  /** Defined once something was gathered. */
  #memory: GatheringMemory | undefined
  /** Node's last answer to a write: whether it accepts more. */
  #takesMore = true
  /** Whether Node accepts more to read; if not, octets stay in the session, whose windows hold the other side back. */
  #isWanted = true

  /**
   * @param id `undefined`: opened as soon as the other side allows another one (`begin`)
   * @param first what precedes the octets written here; for an incoming stream, what was read of it already
   */
  constructor(runner: SessionRunner, owner: StreamOwner, id: StreamId | undefined, first: Uint8Array) {
    super({ allowHalfOpen: true, readableHighWaterMark: highWaterMark, writableHighWaterMark: highWaterMark })
    this.#runner = runner
    this.#owner = owner
    this.on('error', ignore)
    this.#id = id
    if (id === undefined) this.#first = first
    else if (first.length > 0) this.#isWanted = this.push(first)
  }

  get id(): StreamId | undefined {
    return this.#id
  }

  /** From now on; without effect before it is open. */
  treat(trafficClass: TrafficClass): void {
    if (this.#id !== undefined) this.#runner?.session.treat(this.#id, treatmentOf(trafficClass, clock()))
  }

  begin(id: StreamId): void {
    this.#id = id
    if (this.#first !== undefined) this.#runner?.session.write(id, this.#first, 'more')
    this.#first = undefined
    this.#runner?.wake()
    this.sessionTakes()
  }

  /** The session accepts octets again. */
  sessionTakes(): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.#id === undefined) return
    this.#waiting = undefined
    this.#put(waiting)
  }

  /** The session has octets, or the end. */
  sessionHas(): void {
    if (this.#id === undefined || this.destroyed || !this.#isWanted) return
    while (this.#isWanted) {
      const octets = this.#runner?.session.read(this.#id)
      if (octets === undefined) break
      if (octets === 'end') {
        this.push(null)
        break
      }
      this.#isWanted = this.push(octets)
    }
    this.#runner?.wake() // because the window grew
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Done | null, done?: Done): boolean {
    const isPlain = encoding === undefined && done === undefined
    if (this.#isBusy && isPlain && chunk instanceof Uint8Array && chunk.length < shortOctets) return this.#gather(chunk)
    this.#giveToNode()
    // In the first of its two overloads, `encoding` may be the callback.
    return (this.#takesMore = super.write(chunk, encoding as BufferEncoding, done))
  }

  override end(...last: readonly unknown[]): this {
    this.#giveToNode()
    this.#isBusy = false // nothing may follow, and Node ensures that
    return super.end(...(last as []))
  }

  #gather(chunk: Uint8Array): boolean {
    if (this.#room !== undefined && this.#gathered + chunk.length > roomOctets) this.#giveToNode()
    this.#room ??= (this.#memory ??= new GatheringMemory()).take(this.#sending?.base ?? 0)
    this.#room.set(chunk, this.#gathered)
    this.#gathered += chunk.length
    return this.#takesMore
  }

  #giveToNode(): void {
    const room = this.#room
    if (room === undefined) return
    // The session may already have a part of what waits; it is before the buffer all the same.
    const before = this.#sending?.written
    const end = before === undefined ? undefined : before + this.writableLength + this.#gathered
    this.#memory!.written(room, end)
    this.#takesMore = super.write(room.subarray(0, this.#gathered))
    this.#room = undefined
    this.#gathered = 0
  }

  get #sending(): { readonly base: number; readonly written: number } | undefined {
    return this.#id === undefined ? undefined : this.#runner?.session.sending(this.#id)
  }

  override _read(): void {
    this.#isWanted = true
    this.sessionHas()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    this.#put({ chunks: [chunk], next: 'more', done })
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    this.#put({ chunks: chunks.map(({ chunk }) => chunk), next: 'more', done })
  }

  override _final(done: Done): void {
    this.#put({ chunks: [new Uint8Array(0)], next: 'fin', done })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#room = undefined
    this.#gathered = 0
    this.#isBusy = false
    if (this.#id !== undefined && this.#runner !== undefined) {
      const { session } = this.#runner
      if (!this.writableFinished) session.reset(this.#id, brokenOff)
      if (!this.readableEnded) session.stop(this.#id, brokenOff)
      this.#runner.wake()
    }
    this.#waiting?.done(error ?? wasDestroyed())
    this.#waiting = undefined
    this.#owner?.closed(this)
    this.#owner = undefined
    this.#runner = undefined
    done(error)
  }

  #put({ chunks, next, done }: Waiting): void {
    const runner = this.#runner
    if (runner === undefined) {
      done(wasDestroyed())
      return
    }
    if (this.#id === undefined) {
      this.#wait({ chunks, next, done })
      return
    }
    runner.wake()
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index]!
      const taken = runner.session.write(this.#id, chunk, next)
      this.#taken += taken
      if (taken === chunk.length) continue
      this.#wait({ chunks: [chunk.subarray(taken), ...chunks.slice(index + 1)], next, done })
      return
    }
    if (next === 'fin' || this.#taken < takenAtOnce) {
      this.#goOn(done)
      return
    }
    this.#isBusy = !this.writableEnded
    runner.whenSent(() => {
      this.#taken = 0
      this.#goOn(done)
    })
  }

  #wait(waiting: Waiting): void {
    this.#waiting = waiting
    this.#isBusy = !this.writableEnded
  }

  /** The session has taken what it was given: what waits after it follows. */
  #goOn(done: Done): void {
    this.#giveToNode()
    this.#isBusy = false
    done()
  }
}

const wasDestroyed = (): Error => agentErrorWithoutStack('cancelled', 'the stream was destroyed')

/** A lost network must not end a program that does not listen. */
function ignore(): void {
  // `close` follows.
}
