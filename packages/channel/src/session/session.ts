/**
 * A session between two agents: streams and datagrams over several paths at once, whichever of them live. The host
 * gives it packets and the time, and asks for packets, when to call again, and what happened. Nothing sent to it makes
 * it throw.
 * @module
 */
import { DecodeError } from '@vagus/wire'
import type { Ticket } from '../resumption/ticket.ts'
import { buildCore } from './build-core.ts'
import type { Core } from './core.ts'
import { datagramOverhead } from './datagram-queue.ts'
import { closeCodes, type SessionEvent, type StreamId } from './event.ts'
import { Events } from './events.ts'
import { Farewell } from './farewell.ts'
import { type Closing, Inbound, isClose } from './inbound.ts'
import { defaultLimits, type SessionLimits } from './limits.ts'
import { maxNoticeOctets, noticeOf } from './notices.ts'
import { isBlocked, Outbound, type Outgoing } from './outbound.ts'
import { packetOverhead, wholeNumber } from './packet.ts'
import type { Path } from './path.ts'
import type { PathId, PathInfo, PathStatus } from './path-state.ts'
import { pathDeadline, tickPath } from './path-timer.ts'
import type { Padding } from './padding.ts'
import { Rebinding } from './rebinding.ts'
import type { Route } from './route.ts'
import type { SessionConfig } from './session-config.ts'
import { SessionError } from './session-error.ts'
import { type TrafficClass, trafficClasses } from './traffic-class.ts'

export class Session {
  readonly #core: Core
  readonly #inbound: Inbound
  readonly #outbound: Outbound
  readonly #limits: SessionLimits
  readonly #events: Events
  #isConfirmed = false
  #farewell: Farewell | undefined
  /** The peer closed: it is answered once, by the path that said so. */
  #answering: Path | undefined
  #isOver = false

  /** @throws {RangeError} when a limit is less than every peer may assume, or the seed is short */
  constructor(config: SessionConfig) {
    const { established, crypto, route, seed, now } = config
    if (seed.length !== 32) throw new RangeError(`"seed" must have 32 octets, got ${seed.length}`)
    this.#limits = { ...defaultLimits, ...config.limits }
    this.#events = new Events(this.#limits.events)
    const emit = (event: SessionEvent): void => this.#events.add(event)
    this.#core = buildCore({ established, crypto, limits: this.#limits, emit, seed, now })
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

  /** Of what is sent from now on. */
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

  /** Nothing comes back on any path although an answer is late: the peer may be gone, or every network. */
  get isSilent(): boolean {
    return this.#core.paths.areSilent
  }

  /** Since when an answer is late on the path that carries the data, milliseconds since 1970; `undefined`: none is. */
  get lateSince(): number | undefined {
    return this.#core.hearing.lateSince
  }

  /** Octets of streams that the host has not read. */
  get unread(): number {
    return this.#core.streams.unread
  }

  /**
   * A whole packet that came by `route`. Its header is changed in place. `dropped`: not for this session, not
   * authentic, or seen before.
   */
  receive(route: Route, packet: Uint8Array, now: number): 'accepted' | 'dropped' {
    if (this.#isOver || this.#answering !== undefined || packet.length < packetOverhead) return 'dropped'
    const { ids, opener, paths } = this.#core
    const local = ids.find(packet)
    if (local === undefined) return 'dropped'
    const known = paths.get(local.path)
    const number = wholeNumber(opener.unmask(packet), (known?.acks.largest ?? -1) + 1)
    const isRepeated = known?.acks.isRepeated(number) === true
    if (isRepeated && known.rebinding === undefined) return 'dropped'
    const frames = opener.open(packet, local.path, number, now)
    if (frames === undefined) return 'dropped'
    if (isRepeated) {
      // Authentic, and late behind its own copy: the old route lives.
      if (route === known.route) known.rebinding = undefined
      return 'dropped'
    }
    const path = known ?? paths.accept(local.path, route, now)
    if (path === undefined) return 'dropped'
    this.#arrived(path, route, packet.length, number, local.sequence, now)
    this.#take(path, route, frames, now)
    return 'accepted'
  }

  /** The next packet to send, by its route; call until `undefined`. */
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

  /** When `tick` is due. Ask again after every other call. Milliseconds since 1970; `Infinity`: never. */
  deadline(): number {
    if (this.#isOver) return Infinity
    if (this.#answering !== undefined) return this.#core.hearing.at
    if (this.#farewell !== undefined) return this.#farewell.deadline
    let earliest = Math.min(this.#core.hearing.at + this.#limits.idleTimeout, this.#core.paths.movingUntil)
    for (const path of this.#core.paths.all) earliest = Math.min(earliest, pathDeadline(this.#core, path))
    return earliest
  }

  /** Does what time brings; then `transmit` may have something. */
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

  /** What happened since the last call. */
  events(): readonly SessionEvent[] {
    return this.#events.take()
  }

  /** `undefined`: there are eight already, or the session is closed. */
  addPath(route: Route, now: number, status: PathStatus = 'active'): PathId | undefined {
    return this.#isOpen ? this.#core.paths.open(route, status, now)?.id : undefined
  }

  /** Closes a path; the peer is told by another. */
  removePath(id: PathId, now: number): void {
    const path = this.#core.paths.get(id)
    if (path !== undefined) this.#core.paths.close(path, 'here', now)
  }

  /**
   * The connection broke, or an address is gone: its paths are closed, and what was under way goes by another at once.
   * The others are asked for a sign of life: it may have been the peer that ended.
   */
  removeRoute(route: Route, now: number): void {
    const { paths } = this.#core
    for (const path of paths.all) {
      if (path.route === route) paths.close(path, 'here', now)
      else if (path.rebinding?.route === route) path.rebinding = undefined
    }
    paths.askAll()
  }

  setStatus(id: PathId, status: PathStatus, now: number): void {
    const path = this.#core.paths.get(id)
    if (path !== undefined) this.#core.paths.setStatus(path, status, now)
  }

  /**
   * A planned move away from a path, or one after the other from several: both sides send everything on a second path
   * as well for `duplicateFor` milliseconds from when there is one that stays, and then leave the first for good.
   */
  intend({ from, duplicateFor }: { readonly from: PathId; readonly duplicateFor: number }, now: number): void {
    const { paths, signals } = this.#core
    const path = paths.get(from)
    if (path === undefined) return
    this.#core.duplicateFor = duplicateFor
    paths.move(path, duplicateFor, now)
    signals.add({ type: 'intent', about: from })
  }

  /** `undefined`: the peer allows no more, until `streams` is said. @param deadline milliseconds since 1970 */
  openStream({
    class: name,
    deadline = Infinity,
  }: {
    readonly class: TrafficClass
    readonly deadline?: number
  }): StreamId | undefined {
    if (!this.#isOpen) return undefined
    return this.#core.streams.open(trafficClasses.indexOf(name), deadline)?.id
  }

  /**
   * Takes as many of `octets` as there is room for and returns how many; with fewer than all, `writable` comes later.
   * Long ones are kept, not copied: do not change them. `fin`: nothing follows, as soon as all were taken. A stream
   * that is over takes 0.
   */
  write(id: StreamId, octets: Uint8Array, then: 'more' | 'fin'): number {
    const stream = this.#core.streams.get(id)
    if (stream === undefined || stream.send.ended || stream.send.resetCode !== undefined) return 0
    const room = this.#limits.streamBuffer - stream.send.kept
    const taken = octets.length <= room ? octets : octets.subarray(0, Math.max(room, 0))
    stream.send.write(taken)
    if (taken.length < octets.length) stream.full = true
    else if (then === 'fin') stream.send.end()
    this.#core.outbox.wake(stream)
    return taken.length
  }

  /** How much was written to a stream, and before which octet nothing of it is kept; `undefined`: it is over. */
  sending(id: StreamId): { readonly written: number; readonly base: number } | undefined {
    return this.#core.streams.get(id)?.send
  }

  /** The next octets in order; `end`: there are no more; `undefined`: not yet, or it was broken off. */
  read(id: StreamId): Uint8Array | 'end' | undefined {
    const stream = this.#core.streams.get(id)
    return stream && this.#core.streams.read(stream)
  }

  /** Breaks off what is sent; what the peer does not have is lost. @param code of the program above */
  reset(id: StreamId, code: number): void {
    const stream = this.#core.streams.get(id)
    if (stream === undefined || stream.send.isDelivered) return
    stream.send.reset(code)
    this.#core.signals.add({ type: 'reset', about: id })
  }

  /** Asks the peer to break off; what still comes is thrown away. */
  stop(id: StreamId, code: number): void {
    const stream = this.#core.streams.get(id)
    if (stream === undefined) return
    if (!stream.receive.isComplete) {
      stream.stopCode = code
      this.#core.signals.add({ type: 'stop', about: id })
    }
    this.#core.streams.discard(stream) // also what has come whole: it is over when its end was read
  }

  /**
   * Octets that are not sent again when they are lost, and dropped when they would be late. `false`: too many wait, or
   * it is longer than the path in use takes.
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

  /** A message to the security layer of the other side, reliable and in order. @param kind 1..255 */
  notify(kind: number, octets: Uint8Array): void {
    if (!(kind >= 1 && kind <= 255)) throw new RangeError(`"kind" must be 1..255, got ${kind}`)
    if (octets.length > maxNoticeOctets)
      throw new RangeError(`"octets" may be ${maxNoticeOctets}, got ${octets.length}`)
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

  /** Changes the key of what this side sends, as it does by itself. `false`: the last change is not acknowledged. */
  updateKey(now: number): boolean {
    return this.#core.sealer.update(now)
  }

  /** Datagrams that were not sent: too late, more than there was room for, or too long for the path in use by then. */
  get droppedDatagrams(): number {
    return this.#core.datagrams.dropped
  }

  /** How often the peer changed the key of what it sends. */
  get peerKeyPhase(): number {
    return this.#core.opener.phase
  }

  /** Ends the session. @param code of `closeCodes`, or of the program above from 0x100 on */
  close(code: number, reason: string, now: number): void {
    if (this.#isOpen) this.#end({ code, reason }, now)
  }

  paths(): readonly PathInfo[] {
    return this.#core.paths.all.map((path) => path.info(path === this.#core.paths.primary))
  }

  get #isOpen(): boolean {
    return !this.#isOver && this.#farewell === undefined && this.#answering === undefined
  }

  #notice(octets: Uint8Array): void {
    const stream = this.#core.streams.notices('own')
    stream.send.write(octets)
    this.#core.outbox.wake(stream)
  }

  #arrived(path: Path, route: Route, octets: number, number: number, sequence: number, now: number): void {
    const isNewest = number > path.acks.largest
    path.acks.record(number, now)
    path.packetsReceived++
    path.heardAt = now
    const gap = this.#core.hearing.heard(now)
    if (gap !== undefined) this.#events.add({ type: 'gap', milliseconds: gap })
    if (!this.#isConfirmed) this.#confirm(path, route)
    if (sequence > path.localSequence) this.#core.paths.followSequence(path, sequence)
    if (route === path.route) {
      path.validation.received(octets, now)
      if (isNewest) path.rebinding = undefined
      return
    }
    if (path.rebinding?.route !== route && isNewest) {
      path.rebinding = new Rebinding(route, now)
      path.probes = Math.max(path.probes, 1)
    }
    if (path.rebinding?.route === route) path.rebinding.validation.received(octets, now)
  }

  /** The first packet: what was said in the handshake was no replay, and its address is not forged. */
  #confirm(path: Path, route: Route): void {
    this.#isConfirmed = true
    if (route === path.route) path.validation.prove()
    this.#core.ids.listen(0, 1)
    this.#core.paths.listenForNext()
    this.#events.add({ type: 'confirmed' })
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
    return isBlocked(path) ? undefined : this.#outbound.close(path, { code: closeCodes.none, reason: '' })
  }

  #sayClosed(farewell: Farewell): Outgoing | undefined {
    const path = farewell.next()
    return path && this.#outbound.close(path, farewell.closing)
  }
}
