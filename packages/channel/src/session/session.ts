/**
 * A session between two agents: streams and datagrams over several paths at once, whichever of them are alive. The host
 * passes in packets and the time, and asks for packets, the next deadline, and events. No input from the peer makes it
 * throw.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import { SessionSleep } from '../energy/session-sleep.ts'
import type { Ticket } from '../resumption/ticket.ts'
import { Arrivals } from './arrivals.ts'
import { buildCore } from './build-core.ts'
import type { Closing } from './close-reason.ts'
import type { Core } from './core.ts'
import { datagramOverhead } from './datagram-queue.ts'
import { closeCodes, type SessionEvent, type StreamId } from './event.ts'
import { Events } from './events.ts'
import { Farewell } from './farewell.ts'
import { Inbound, isClose } from './inbound.ts'
import { defaultLimits, type SessionLimits } from './limits.ts'
import { maxNoticeOctets, noticeOf } from './notices.ts'
import { Outbound, type Outgoing } from './outbound.ts'
import { packetOverhead } from './packet.ts'
import type { Path } from './path.ts'
import type { PathId, PathInfo, PathStatus } from './path-state.ts'
import { pathDeadline, tickPath } from './path-timer.ts'
import type { Padding } from './padding.ts'
import type { Route } from './route.ts'
import type { SessionConfig } from './session-config.ts'
import { SessionError } from './session-error.ts'
import type { Treatment } from './stream.ts'
import { type TrafficClass, trafficClasses } from './traffic-class.ts'

export class Session {
  readonly #core: Core
  readonly #arrivals: Arrivals
  readonly #inbound: Inbound
  readonly #outbound: Outbound
  readonly #limits: SessionLimits
  readonly #events: Events
  /** Of radios under it, here and at the peer. */
  readonly sleep: SessionSleep
  #farewell: Farewell | undefined
  /** The peer closed the session. That is answered once, by the same path. */
  #answering: Path | undefined
  #isOver = false

  /** @throws {RangeError} if a limit is lower than what every peer may assume, or the seed has a wrong length */
  constructor(config: SessionConfig) {
    const { established, crypto, route, seed, now } = config
    if (seed.length !== 32) throw new RangeError(`"seed" must have 32 octets, got ${seed.length}`)
    this.#limits = { ...defaultLimits, ...config.limits }
    this.#events = new Events(this.#limits.events)
    const emit = (event: SessionEvent): void => this.#events.add(event)
    this.#core = buildCore({ established, crypto, limits: this.#limits, emit, seed, now })
    this.sleep = new SessionSleep(this.#core)
    this.#arrivals = new Arrivals(this.#core)
    this.#inbound = new Inbound(this.#core)
    this.#outbound = new Outbound(this.#core)
    this.padding = config.padding ?? 'none'
    const path = this.#core.paths.first(route, now)
    const address = route.kind === 'datagram' ? (config.address ?? 'proven') : 'proven'
    if (address === 'proven') path.validation.prove()
    else path.validation.began(address)
    this.#core.streams.announceLimits()
    if (established.early !== undefined) this.#core.streams.takeEarly(established.early)
  }

  /** Padding of packets from now on. */
  get padding(): Padding {
    return this.#core.padding
  }

  set padding(padding: Padding) {
    this.#core.padding = padding
  }

  /** Whether nothing more is sent or received: the host may forget the session. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Nothing arrives on any path although an answer is late: the peer, or every network, may be gone. */
  get isSilent(): boolean {
    return this.#core.paths.areSilent
  }

  /** Since when an answer is late on the primary path, milliseconds since 1970; `undefined` if none is. */
  get lateSince(): number | undefined {
    return this.#core.hearing.lateSince
  }

  /** Octets of streams that the host has not read. */
  get unread(): number {
    return this.#core.streams.unread
  }

  /**
   * Processes a whole packet that arrived by `route`; changes its header in place. `dropped`: not for this session, not
   * authentic, or a duplicate.
   */
  receive(route: Route, packet: Uint8Array, now: number): 'accepted' | 'dropped' {
    if (this.#isOver || this.#answering !== undefined || packet.length < packetOverhead) return 'dropped'
    const arrived = this.#arrivals.take(route, packet, now)
    if (arrived === undefined) return 'dropped'
    this.#take(arrived.path, route, arrived.frames, now)
    return 'accepted'
  }

  /** The next packet to send, and its route. Call until `undefined`. */
  transmit(now: number): Outgoing | undefined {
    if (this.#isOver) return undefined
    if (this.#answering !== undefined) return this.#answerClosed(this.#answering)
    if (this.#farewell !== undefined) return this.#sayClosed(this.#farewell)
    const { sealer } = this.#core
    if (sealer.isWorn(now)) sealer.update(now)
    if (sealer.isExhausted) {
      this.#end({ code: closeCodes.exhausted, reason: 'the keys are used up' }, now)
      return undefined
    }
    return this.#outbound.transmit(now)
  }

  /** When `tick` is due, milliseconds since 1970; `Infinity` if never. Ask again after every other call. */
  deadline(): number {
    if (this.#isOver) return Infinity
    if (this.#answering !== undefined) return this.#core.hearing.at
    if (this.#farewell !== undefined) return this.#farewell.deadline
    let earliest = Math.min(this.#core.hearing.at + this.#limits.idleTimeout, this.#core.paths.movingUntil)
    for (const path of this.#core.paths.all) earliest = Math.min(earliest, pathDeadline(this.#core, path))
    return earliest
  }

  /** Runs the timers that are due; then `transmit` may have packets. */
  tick(now: number): void {
    if (this.#answering !== undefined) return
    if (this.#farewell !== undefined) {
      if (!this.#isOver && this.#farewell.tick(now) === 'over') this.#forget()
      return
    }
    if (now - this.#core.hearing.at >= this.#limits.idleTimeout) {
      this.#end({ code: closeCodes.idle, reason: `no packet for ${this.#limits.idleTimeout} ms` }, now)
      return
    }
    const { paths } = this.#core
    if (paths.movingUntil <= now) paths.endMove(now)
    for (const path of paths.all) tickPath(this.#core, path, now)
  }

  /** The events since the last call. */
  events(): readonly SessionEvent[] {
    return this.#events.take()
  }

  /** `undefined` if there are eight paths already, or the session is closed. */
  addPath(route: Route, now: number, status: PathStatus = 'active'): PathId | undefined {
    return this.#isOpen ? this.#core.paths.open(route, status, now)?.id : undefined
  }

  /** Closes a path. The peer is notified by another one. */
  removePath(id: PathId, now: number): void {
    const path = this.#core.paths.get(id)
    if (path !== undefined) this.#core.paths.close(path, 'here', now)
  }

  /**
   * The connection broke, or an address is gone. Closes its paths, and sends what was in flight by another at once.
   * Probes the other paths, because the peer itself may have ended.
   */
  removeRoute(route: Route, now: number): void {
    const { paths } = this.#core
    for (const path of paths.all) {
      if (path.route === route) paths.close(path, 'here', now)
      else if (path.rebinding?.route === route) path.rebinding = undefined
    }
    paths.probeAll()
  }

  setStatus(id: PathId, status: PathStatus, now: number): void {
    const path = this.#core.paths.get(id)
    if (path !== undefined) this.#core.paths.setStatus(path, status, now)
  }

  /**
   * A planned move away from a path, or successively from several. Both sides also send everything on a second path for
   * `duplicateFor` milliseconds, counted from when there is one that stays, and then leave the first permanently.
   */
  intend({ from, duplicateFor }: { readonly from: PathId; readonly duplicateFor: number }, now: number): void {
    const { paths, signals } = this.#core
    const path = paths.get(from)
    if (path === undefined) return
    this.#core.duplicateFor = duplicateFor
    paths.move(path, duplicateFor, now)
    signals.add({ type: 'intent', about: from })
  }

  /** `undefined` if the peer allows no more, until `streams`. */
  openStream({ class: name, deadline = Infinity, copies }: Treatment): StreamId | undefined {
    return this.#isOpen ? this.#core.streams.open(trafficClasses.indexOf(name), deadline, copies)?.id : undefined
  }

  /** How what this side sends on the stream is treated from now on; the peer learns nothing of it. */
  treat(id: StreamId, treatment: Treatment): void {
    this.#core.streams.treat(id, treatment)
  }

  /** How many streams of programs each class has now, of both sides. */
  streamsByClass(): ReadonlyMap<TrafficClass, number> {
    return this.#core.streams.byClass()
  }

  /**
   * Takes as many of `octets` as there is room for and returns their number; if not all, `writable` follows later. Long
   * arrays are kept, not copied: do not change them. `fin`: the stream ends after these octets, once all were taken. A
   * stream that has ended takes 0.
   */
  write(id: StreamId, octets: Uint8Array, then: 'more' | 'fin'): number {
    const stream = this.#core.streams.get(id)
    if (stream === undefined || stream.send.ended || stream.send.resetCode !== undefined) return 0
    const room = this.#limits.streamBuffer - stream.send.kept
    const taken = octets.length <= room ? octets : octets.subarray(0, Math.max(room, 0))
    stream.send.write(taken)
    if (taken.length < octets.length) stream.full = true
    else if (then === 'fin') stream.send.end()
    this.#core.scheduler.wake(stream)
    return taken.length
  }

  /** The octets written to a stream, and the offset before which none are kept; `undefined` if it has ended. */
  sending(id: StreamId): { readonly written: number; readonly base: number } | undefined {
    return this.#core.streams.get(id)?.send
  }

  /** The next octets in order; `end` if there are no more; `undefined` if none arrived yet, or the stream was reset. */
  read(id: StreamId): Uint8Array | 'end' | undefined {
    const stream = this.#core.streams.get(id)
    return stream && this.#core.streams.read(stream)
  }

  /** Resets what is sent: the peer loses what it does not have yet. @param code of the program above */
  reset(id: StreamId, code: number): void {
    const stream = this.#core.streams.get(id)
    if (stream === undefined || stream.send.isDelivered) return
    stream.send.reset(code)
    this.#core.signals.add({ type: 'reset', about: id })
  }

  /** Asks the peer to stop sending; what still arrives is discarded. */
  stop(id: StreamId, code: number): void {
    const stream = this.#core.streams.get(id)
    if (stream === undefined) return
    if (!stream.receive.isComplete) {
      stream.stopCode = code
      this.#core.signals.add({ type: 'stop', about: id })
    }
    this.#core.streams.discard(stream) // also a complete one, which ends when its end was read
  }

  /**
   * Sends octets that are not retransmitted when lost, and dropped when they would be late. `false` if too many wait,
   * or they are longer than the current path takes.
   */
  sendDatagram(
    octets: Uint8Array,
    options: { readonly class: TrafficClass; readonly deadline?: number; readonly copies?: 'one' | 'two' },
  ): boolean {
    const { paths, datagrams } = this.#core
    const { class: name, deadline = Infinity, copies = 'one' } = options
    const longest = (paths.primary?.route.maxOctets ?? 0) - datagramOverhead
    if (!this.#isOpen || octets.length > longest) return false
    return datagrams.add({ number: undefined, class: trafficClasses.indexOf(name), deadline, octets, copies })
  }

  /** Sends a message to the security layer of the other side, reliably and in order. @param kind 1..255 */
  notify(kind: number, octets: Uint8Array): void {
    if (!(kind >= 1 && kind <= 255)) throw new RangeError(`"kind" must be 1..255, got ${kind}`)
    if (octets.length > maxNoticeOctets)
      throw new RangeError(`"octets" must be at most ${maxNoticeOctets} octets, got ${octets.length}`)
    this.#notice(noticeOf(kind, octets))
  }

  /**
   * Gives the peer a ticket for one resumption and returns this side's half of it. @param id 16 fresh random octets
   * @param expires milliseconds since 1970
   */
  giveTicket(id: Uint8Array, expires: number): Ticket {
    const { ticket, notice } = this.#core.tickets.give(id, expires)
    this.#notice(notice)
    return ticket
  }

  /** 32 octets that both ends derive for a purpose, and nobody else: to bind something to the session (RFC 5056). */
  derive(purpose: string): Uint8Array {
    return this.#core.tickets.derive(purpose)
  }

  /** Changes the sending key, as also happens automatically. `false` if the last change is not acknowledged yet. */
  updateKey(now: number): boolean {
    return this.#core.sealer.update(now)
  }

  /** How often the peer has changed its sending key. */
  get peerKeyPhase(): number {
    return this.#core.opener.phase
  }

  /** Ends the session. @param code from `closeCodes`, or a code of the program above from 0x100 on */
  close(code: number, reason: string, now: number): void {
    if (this.#isOpen) this.#end({ code, reason }, now)
  }

  paths(): readonly PathInfo[] {
    const { all, settled } = this.#core.paths
    return all.map((path) => ({ ...path.info, primary: path === settled }))
  }

  get #isOpen(): boolean {
    return !this.#isOver && this.#farewell === undefined && this.#answering === undefined
  }

  #notice(octets: Uint8Array): void {
    const stream = this.#core.streams.notices('own')
    stream.send.write(octets)
    this.#core.scheduler.wake(stream)
  }

  #take(path: Path, route: Route, frames: Uint8Array, now: number): void {
    if (this.#farewell !== undefined) {
      if (isClose(frames)) this.#forget()
      else this.#farewell.heardOn(path)
      return
    }
    try {
      const closing = this.#inbound.take(path, route, frames, now)
      if (closing === undefined) return
      this.#events.add({ type: 'closed', by: 'peer', ...closing })
      this.#answering = path
    } catch (error) {
      if (error instanceof SessionError) this.#end({ code: closeCodes[error.code], reason: error.message }, now)
      else if (error instanceof DecodeError) this.#end({ code: closeCodes.protocol, reason: error.message }, now)
      else throw error
    }
  }

  #end(closing: Closing, now: number): void {
    const paths = this.#core.paths.all.filter(({ validation }) => validation.isProven)
    this.#farewell = new Farewell(closing, paths, now)
    this.#events.add({ type: 'closed', by: 'here', ...closing })
  }

  #forget(): void {
    this.#isOver = true
    this.#core.ids.unlistenAll()
  }

  #answerClosed(path: Path): Outgoing | undefined {
    this.#forget()
    return path.isBlocked ? undefined : this.#outbound.close(path, { code: closeCodes.none, reason: '' })
  }

  #sayClosed(farewell: Farewell): Outgoing | undefined {
    const path = farewell.next()
    return path && this.#outbound.close(path, farewell.closing)
  }
}
