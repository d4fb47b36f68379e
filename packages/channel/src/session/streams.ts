/**
 * The streams of a session: how many each side may open, how many octets may be sent and received in all, and what is
 * reported to the host. Stream numbers go by twos, the initiator's from 2, the responder's from 3; 0 and 1 carry the
 * session's own notices.
 * @module
 */
import { earlyStream, type SessionEvent, type StreamId } from './event.ts'
import { checkLimits, initialLimits } from './initial-limits.ts'
import type { SessionLimits } from './limits.ts'
import { maxNoticeOctets } from './notices.ts'
import { ReceiveStream } from './receive-stream.ts'
import { SendStream } from './send-stream.ts'
import { SessionError } from './session-error.ts'
import type { Signals } from './signal.ts'
import { isFinished, type Stream, type Treatment } from './stream.ts'
import { type TrafficClass, trafficClasses } from './traffic-class.ts'

/** Octets. Notices are read at once, so only what follows a gap waits: room for two of the longest. */
const noticeWindow = 2 * maxNoticeOctets
const classOfNotices = trafficClasses.indexOf('control')
const classOfCalls = trafficClasses.indexOf('call')

export interface StreamsConfig {
  readonly role: 'initiator' | 'responder'
  readonly limits: SessionLimits
  readonly signals: Signals
  readonly emit: (event: SessionEvent) => void
  /** A stream may have something to send. */
  readonly wake: (stream: Stream) => void
  /** A notice stream may have octets to read. */
  readonly notice: (stream: Stream) => void
}

export class Streams {
  readonly #config: StreamsConfig
  readonly #streams = new Map<StreamId, Stream>()
  readonly #own: 0 | 1
  #ownOpened = 0
  #ownAllowed: number = initialLimits.peerStreams
  #peerOpened = 0
  /**
   * Streams of the peer that a higher number opened implicitly and that have received nothing: one frame may open
   * thousands. Made with the first.
   */
  #late: Set<StreamId> | undefined
  #peerClosed = 0
  #peerAllowed: number = initialLimits.peerStreams
  /** Octets sent on all streams, and the peer's limit. */
  #sent = 0
  #sendLimit: number = initialLimits.sessionWindow
  #received = 0
  #consumed = 0
  #receiveLimit: number = initialLimits.sessionWindow

  constructor(config: StreamsConfig) {
    checkLimits(config.limits)
    this.#config = config
    this.#own = config.role === 'initiator' ? 0 : 1
  }

  get size(): number {
    return this.#streams.size
  }

  get peerAllowed(): number {
    return this.#peerAllowed
  }

  get receiveLimit(): number {
    return this.#receiveLimit
  }

  /** New octets that may still be sent. */
  get credit(): number {
    return this.#sendLimit - this.#sent
  }

  /** Octets received, or missing before such, that the host has not read. */
  get unread(): number {
    return this.#received - this.#consumed
  }

  [Symbol.iterator](): Iterator<Stream> {
    return this.#streams.values()
  }

  get(id: StreamId): Stream | undefined {
    return this.#streams.get(id)
  }

  /** How many the host knows of, without those that carry notices. */
  byClass(): ReadonlyMap<TrafficClass, number> {
    const counts = new Map<TrafficClass, number>()
    for (const { id, known, class: index } of this.#streams.values()) {
      const name = trafficClasses[index]
      if (known && name !== undefined && !this.isNotices(id)) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
  }

  /** `undefined` if the peer allows no more for now. */
  open(trafficClass: number, deadline: number, copies: Stream['copies'] = 'one'): Stream | undefined {
    if (this.#ownOpened >= this.#ownAllowed) return undefined
    const stream = this.#add(this.#own + 2 * ++this.#ownOpened, trafficClass, deadline)
    stream.copies = copies
    stream.known = true
    return stream
  }

  treat(id: StreamId, { class: name, deadline = Infinity, copies = 'one' }: Treatment): void {
    const stream = this.get(id)
    if (stream === undefined) return
    stream.class = trafficClasses.indexOf(name)
    stream.deadline = deadline
    stream.copies = copies
    if (stream.waitsIn !== undefined) this.#config.wake(stream) // it waits among those of its new class
  }

  /** The stream of this side's notices, or of the peer's. */
  notices(side: 'own' | 'peer'): Stream {
    const id = side === 'own' ? this.#own : 1 - this.#own
    return this.#streams.get(id) ?? this.#add(id, classOfNotices, Infinity)
  }

  /** The initiator's first stream starts with octets that were delivered with the handshake. */
  takeEarly(early: Uint8Array): void {
    if (this.#own === 0) {
      const stream = this.open(classOfCalls, Infinity)!
      stream.send.write(early)
      stream.send.taken(0, early.length)
      stream.send.acknowledged(0, early.length)
      this.sent(early.length)
      return
    }
    const stream = this.find(earlyStream)!
    this.receive(stream, 0, early, 'more')
    this.opened(stream, classOfCalls, Infinity)
  }

  isOwn(id: StreamId): boolean {
    return id % 2 === this.#own
  }

  isNotices(id: StreamId): boolean {
    return id < 2
  }

  /**
   * The stream to which a frame of the peer refers; `undefined` if it has ended.
   * @throws {SessionError} if there is no such stream, or it exceeds the limit
   */
  find(id: StreamId): Stream | undefined {
    const stream = this.#streams.get(id)
    if (stream !== undefined) return stream
    if (id < 2) return id === this.#own ? undefined : this.notices('peer')
    const index = Math.floor(id / 2)
    if (id % 2 === this.#own) {
      if (index > this.#ownOpened) throw new SessionError('protocol', `stream ${id} was not opened`)
      return undefined
    }
    if (index > this.#peerAllowed) {
      throw new SessionError('flow-control', `stream ${index} of the peer; the limit is ${this.#peerAllowed}`)
    }
    if (index > this.#peerOpened) {
      // This also opens the lower ones: their first octets are late (RFC 9000 §3.2).
      for (let late = this.#peerOpened + 1; late < index; late++)
        (this.#late ??= new Set()).add(1 - this.#own + 2 * late)
      this.#peerOpened = index
    } else if (this.#late?.delete(id) !== true) return undefined
    return this.#add(id, classOfCalls, Infinity)
  }

  /** Octets arrived on `stream`. @throws {SessionError} */
  receive(stream: Stream, at: number, octets: Uint8Array, fin: 'fin' | 'more'): void {
    const before = stream.receive.isReadable ? 'readable' : 'empty'
    this.#grow(stream.receive.receive(at, octets, fin))
    this.#came(stream, before)
  }

  /** @param before the octets, or the end, arrived */
  #came(stream: Stream, before: 'readable' | 'empty'): void {
    if (this.isNotices(stream.id)) this.#config.notice(stream)
    else if (stream.stopCode !== undefined) this.discard(stream)
    else if (before === 'empty' && stream.receive.isReadable && stream.known) {
      this.#config.emit({ type: 'readable', stream: stream.id })
    }
  }

  /** The class and deadline of `stream` arrived with its first octets. */
  opened(stream: Stream, trafficClass: number, deadline: number): void {
    if (stream.known || stream.endTold || this.isNotices(stream.id)) return
    stream.known = true
    stream.class = trafficClass
    stream.deadline = deadline
    this.#config.emit({ type: 'opened', stream: stream.id, class: trafficClasses[trafficClass]!, deadline })
    if (stream.receive.isReadable) this.#config.emit({ type: 'readable', stream: stream.id })
    const { resetCode } = stream.send // the peer stopped our direction before its first octets
    if (resetCode !== undefined) this.#config.emit({ type: 'stopped', stream: stream.id, code: resetCode })
  }

  /** The peer resets the stream. @throws {SessionError} */
  reset(stream: Stream, code: number, size: number): void {
    const resetBefore = stream.receive.resetCode
    const before = stream.receive.isReadable ? 'readable' : 'empty'
    this.#grow(stream.receive.reset(code, size))
    if (!stream.known && !this.isNotices(stream.id)) this.#dismiss(stream, code)
    if (resetBefore !== undefined) return
    if (stream.receive.resetCode === undefined) {
      this.#came(stream, before) // everything had arrived: for the host the stream ends normally
      return
    }
    this.#consume(stream.receive.highest - stream.receive.read)
    if (stream.known) this.#config.emit({ type: 'reset', stream: stream.id, code })
    this.settle(stream)
  }

  /** The stream was reset before its first octets arrived: the host never learns of it, so the answer is reset here. */
  #dismiss(stream: Stream, code: number): void {
    stream.endTold = true
    stream.send.reset(code)
    this.#config.signals.add({ type: 'reset', about: stream.id })
  }

  /** The next octets; `end` once all were read; `undefined` if none arrived yet, or the stream was reset. */
  read(stream: Stream): Uint8Array | 'end' | undefined {
    const octets = stream.receive.take()
    if (octets === undefined) {
      if (!stream.receive.isAtEnd) return undefined
      stream.endTold = true
      this.settle(stream)
      return 'end'
    }
    this.#consume(octets.length)
    const limit = stream.receive.newLimit
    if (limit !== undefined) {
      stream.receive.limit = limit
      this.#config.signals.add({ type: 'max-stream-data', about: stream.id })
    }
    return octets
  }

  /** Discards what arrived for a stream that the host stopped. */
  discard(stream: Stream): void {
    while (this.read(stream) instanceof Uint8Array);
  }

  /** New octets of a stream were sent. */
  sent(octets: number): void {
    this.#sent += octets
  }

  /** The peer raised a limit. */
  raise(what: 'max-data' | 'max-streams', limit: number): void {
    if (what === 'max-streams') {
      if (limit <= this.#ownAllowed) return
      this.#ownAllowed = limit
      this.#config.emit({ type: 'streams' })
      return
    }
    if (limit <= this.#sendLimit) return
    this.#sendLimit = limit
    for (const stream of this.#streams.values()) this.#config.wake(stream)
  }

  /** Announces the limits of this side to the peer as soon as possible. */
  announceLimits(): void {
    const { limits, signals } = this.#config
    if (limits.sessionWindow > this.#receiveLimit) {
      this.#receiveLimit = limits.sessionWindow
      signals.add({ type: 'max-data', about: 0 })
    }
    if (limits.peerStreams > this.#peerAllowed) {
      this.#peerAllowed = limits.peerStreams
      signals.add({ type: 'max-streams', about: 0 })
    }
  }

  /** Forgets `stream` if nothing more will happen on it. */
  settle(stream: Stream): void {
    if (this.isNotices(stream.id) || !isFinished(stream) || !this.#streams.delete(stream.id)) return
    if (stream.id % 2 === this.#own) return
    this.#peerClosed++
    const { peerStreams } = this.#config.limits
    // Based on what the peer may still open, because many of the open streams may stay.
    if (this.#peerAllowed - this.#peerOpened >= peerStreams / 2) return
    this.#peerAllowed = this.#peerClosed + peerStreams
    this.#config.signals.add({ type: 'max-streams', about: 0 })
  }

  #add(id: StreamId, trafficClass: number, deadline: number): Stream {
    const streamWindow = this.isNotices(id) ? noticeWindow : this.#config.limits.streamWindow
    const stream: Stream = {
      id,
      send: new SendStream(initialLimits.streamWindow),
      receive: new ReceiveStream(initialLimits.streamWindow, streamWindow),
      class: trafficClass,
      deadline,
      copies: 'one',
      waitsIn: undefined,
      known: false,
      full: false,
      stopCode: undefined,
      endTold: false,
      resetSettled: false,
    }
    this.#streams.set(id, stream)
    return stream
  }

  #grow(octets: number): void {
    this.#received += octets
    if (this.#received <= this.#receiveLimit) return
    throw new SessionError('flow-control', `${this.#received} octets in all; the limit is ${this.#receiveLimit}`)
  }

  #consume(octets: number): void {
    this.#consumed += octets
    const { sessionWindow } = this.#config.limits
    if (this.#consumed + sessionWindow - this.#receiveLimit < sessionWindow / 2) return
    this.#receiveLimit = this.#consumed + sessionWindow
    this.#config.signals.add({ type: 'max-data', about: 0 })
  }
}
