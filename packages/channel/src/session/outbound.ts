/** Decides which packet leaves next, and by which route. @module */
import { Holding } from '../energy/holding.ts'
import { maxAckOctets, writeAck } from './ack-frame.ts'
import { allClasses, bulkClass, type ClassSet, tolerantClasses } from './class-set.ts'
import { type Closing, encodeReason } from './close-reason.ts'
import { type Core, radioOf, transitOf } from './core.ts'
import { frameType } from './frame-type.ts'
import type { SentPacket } from './ledger.ts'
import { maxPacketNumber } from './packet.ts'
import { PacketContent } from './packet-content.ts'
import { paddedLength } from './padding.ts'
import type { Path } from './path.ts'
import { hastenProbe } from './probing.ts'
import type { Route } from './route.ts'
import { type TrafficClass, trafficClasses } from './traffic-class.ts'
import type { Validation } from './validation.ts'

export interface Outgoing {
  readonly route: Route
  /** A packet; on a byte stream, a record. */
  readonly octets: Uint8Array
  /** Of its most urgent content; `undefined` if it carries none, such as an acknowledgement. */
  readonly class: TrafficClass | undefined
}

/**
 * A record is at most this fraction of the window, so that acknowledgements arrive in time. One longer datagram is a
 * record by itself.
 */
const recordsInWindow = 8
const leastRecord = 4 << 10
/**
 * Maximum copies waiting for a second path, ranges (in threes) and datagrams. The oldest are dropped: they were sent
 * once.
 */
const maxCopies = 3 * 1024
const maxDatagramCopies = 256

export class Outbound {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  transmit(now: number): Outgoing | undefined {
    const { paths } = this.#core
    if (paths.differInJoules) this.#lookAtUrgency(now)
    for (const path of paths.all) {
      if (path.rebinding === undefined && path.responses.length === 0) continue
      const packet = this.#proofElsewhere(path, now)
      if (packet !== undefined) return packet
    }
    const { primary } = paths
    const first = primary === undefined ? undefined : this.#packet(primary, now)
    if (first !== undefined) return first
    for (const path of paths.all) {
      const packet = path === primary ? undefined : this.#packet(path, now)
      if (packet !== undefined) return packet
    }
    return undefined
  }

  /** A path that takes few joules may be too slow for what waits now. */
  #lookAtUrgency(now: number): void {
    const { paths, scheduler, streams } = this.#core
    if (paths.primary === undefined) return
    const waiting = scheduler.waiting(streams.credit, now, 0) & ~tolerantClasses
    if (waiting === 0) return
    if (paths.urgency.note(waiting, scheduler.amountOf(waiting).deadline, now) === 'changed') paths.choose(now)
  }

  /** The packet that closes the session. */
  close(path: Path, { code, reason }: Closing): Outgoing {
    const content = new PacketContent(path.route.kind, path.route.maxOctets)
    const text = encodeReason(reason)
    content.out.uint8(frameType.close)
    content.out.varint(code)
    content.out.varint(text.length)
    content.out.copy(text)
    return this.#seal(path, path.route, path.validation, content, path.heardAt)
  }

  /** Challenges and responses for a route other than the path's own, while the path's route is being decided. */
  #proofElsewhere(path: Path, now: number): Outgoing | undefined {
    const { rebinding } = path
    const index = path.responses.findIndex(({ route }) => route !== path.route)
    const route = index < 0 ? rebinding?.route : path.responses[index]!.route
    if (route === undefined) return undefined
    const validation = route === rebinding?.route ? rebinding.validation : path.validation
    const challenges = validation === rebinding?.validation && validation.dueAt <= now
    if (index < 0 && !challenges) return undefined
    const content = new PacketContent(route.kind, Math.min(route.maxOctets, validation.room))
    if (content.out.room < 18) {
      if (index >= 0) path.responses.splice(index, 1)
      if (challenges) validation.postpone()
      return undefined
    }
    if (index >= 0) content.proof('response', path.responses.splice(index, 1)[0]!.octets)
    if (challenges) this.#challenge(content, validation, now)
    return this.#seal(path, route, validation, content, now)
  }

  #packet(path: Path, now: number): Outgoing | undefined {
    const { route, validation } = path
    if (path.isBlocked || path.ledger.nextNumber >= maxPacketNumber) return undefined
    const octets = Math.min(route.maxOctets, validation.room, this.#recordOctets(path))
    const classes = this.#classes(path, now)
    const repeats = path.copies.length + path.datagramCopies.length > 0 && this.#mayRepeat(path, now)
    if (classes === 0 && !repeats && !this.#isDue(path, now)) return undefined
    const content = new PacketContent(route.kind, octets, route.maxOctets)
    this.#acknowledge(content, path, now)
    const challenges = this.#prove(content, path, now)
    if (path.mustProbe) {
      path.mustProbe = false
      content.ping()
    }
    if (this.#tells(path)) content.tell(this.#core)
    if (repeats) content.repeat(this.#core, path, now)
    if (classes !== 0) {
      // The record that fills the window asks for an acknowledgement, because nothing else is sent before that.
      if (path.isReliable && path.congestion.bulkInFlight + octets >= path.delayWindow.octets) content.ping()
      content.fill(this.#core, path, classes, now)
      this.#copyTo(path, content)
    }
    if (content.isEmpty) return undefined
    // A challenge of full length shows that such packets get through (RFC 9000 §8.2.1).
    if (challenges === 'challenged' && !path.isReliable) content.pad(route.maxOctets)
    return this.#seal(path, route, validation, content, now)
  }

  #prove(content: PacketContent, path: Path, now: number): 'challenged' | 'quiet' {
    if (path.responses.length > 0) {
      for (const { octets } of path.responses.splice(0)) content.proof('response', octets)
    }
    if (path.validation.dueAt > now) return 'quiet'
    this.#challenge(content, path.validation, now)
    return 'challenged'
  }

  /** Whether anything other than data must go by `path`. */
  #isDue(path: Path, now: number): boolean {
    if (path.validation.dueAt <= now || path.responses.length > 0 || path.mustProbe) return true
    if (this.#tells(path) && this.#core.signals.size > 0) return true
    for (const other of this.#core.paths.all) {
      if (other.acks.dueAt <= now && this.#acknowledges(path, other)) return true
    }
    return false
  }

  /**
   * While a path is alive, its packets are acknowledged on it, because that measures it; otherwise on the primary path.
   */
  #acknowledges(path: Path, other: Path): boolean {
    return path === other || (path === this.#core.paths.primary && other.state !== 'alive')
  }

  #tells(path: Path): boolean {
    return path === this.#core.paths.primary
  }

  #acknowledge(content: PacketContent, path: Path, now: number): void {
    for (const other of this.#core.paths.all) {
      if (other.acks.dueAt === Infinity || !this.#acknowledges(path, other)) continue
      if (content.out.room < Math.min(maxAckOctets, 80)) continue
      writeAck(content.out, other.id, other.acks, now)
      if (other === path) content.acknowledges = other.acks.largest
      other.acks.told()
    }
  }

  #challenge(content: PacketContent, validation: Validation, now: number): void {
    const octets = this.#core.challenges.draw()
    validation.challenged(octets, now)
    content.proof('challenge', octets)
  }

  /** The classes that may be sent by `path` now. */
  #classes(path: Path, now: number): ClassSet {
    const { paths, scheduler, streams } = this.#core
    const { primary, aside } = paths
    path.readyAt = Infinity
    if (path !== primary && path !== aside) {
      path.holding?.clear()
      return 0
    }
    const { asideClasses } = paths
    const own = primary === aside ? allClasses : path === aside ? asideClasses : allClasses & ~asideClasses
    const all = scheduler.waiting(streams.credit, now, transitOf(path)) & own
    const waiting = all & ~this.#held(path, all, now)
    if (waiting === 0) {
      path.limitedBy = 'by the sender'
      return 0
    }
    if (path.mustProbe) return waiting
    if (path.state !== 'alive') {
      if ((waiting & ~tolerantClasses) !== 0) hastenProbe(path)
      return 0
    }
    const fitting = path.congestion.bulkInFlight < path.delayWindow.octets ? waiting : waiting & ~bulkClass
    if (path.isReliable || fitting === 0) return fitting
    path.readyAt = path.congestion.readyAt(now, path.rtt)
    if (path.readyAt === Infinity) path.limitedBy = 'by the window'
    return path.readyAt <= now ? fitting : 0
  }

  /** Those of `waiting` that wait for a wake of the radio. What is sent anyway wakes it for all of them. */
  #held(path: Path, waiting: ClassSet, now: number): ClassSet {
    const radio = radioOf(this.#core, path.route)
    const tolerant = waiting & tolerantClasses
    if (radio === undefined || tolerant === 0 || this.#core.holds === 'nothing') {
      path.holding?.clear() // also where the radio sleeps no more: the timer would ring for ever
      return 0
    }
    const holding = (path.holding ??= new Holding())
    const isWoken = tolerant !== waiting || path.mustProbe || this.#isDue(path, now)
    const way = { transit: transitOf(path), patience: path.rtt.patience }
    const isHeld = holding.holds(this.#core.scheduler.amountOf(tolerant), radio, way, now)
    return isHeld && !isWoken ? tolerant : 0
  }

  #mayRepeat(path: Path, now: number): boolean {
    if (path.state !== 'alive') return false
    return path.isReliable ? path.inFlight < path.delayWindow.octets : path.congestion.readyAt(now, path.rtt) <= now
  }

  /**
   * During a move, or while a path is in doubt, everything goes by two paths. Streams and datagrams that asked for two
   * copies always do.
   */
  #copyTo(path: Path, { ranges, datagrams }: PacketContent): void {
    const { paths, streams } = this.#core
    const { second } = paths
    if (second === undefined || second === path) return
    for (let at = 0; at < ranges.length; at += 3) {
      const [id, from, behind] = [ranges[at]!, ranges[at + 1]!, ranges[at + 2]!]
      if (paths.usesTwo || streams.get(id)?.copies === 'two') second.copies.push(id, from, behind)
    }
    if (second.copies.length > maxCopies) second.copies.splice(0, second.copies.length - maxCopies)
    for (const datagram of datagrams) {
      if (paths.usesTwo || datagram.copies === 'two') second.datagramCopies.push(datagram)
    }
    const excess = second.datagramCopies.length - maxDatagramCopies
    if (excess > 0) second.datagramCopies.splice(0, excess)
  }

  #recordOctets(path: Path): number {
    if (!path.isReliable) return Infinity
    return Math.max(leastRecord, Math.floor(path.delayWindow.octets / recordsInWindow))
  }

  #seal(path: Path, route: Route, validation: Validation, content: PacketContent, now: number): Outgoing {
    const { sealer, padding } = this.#core
    if (padding !== 'none') content.pad(Math.min(paddedLength(content.packetOctets, padding), validation.room))
    const number = path.ledger.nextNumber
    const { packetOctets } = content
    const { draft, headerAt, behind } = content
    const octets = sealer.seal(draft, headerAt, behind, path.remoteConnectionId, path.id, number)
    validation.sent(packetOctets)
    path.packetsSent++
    const radio = radioOf(this.#core, route)
    if (radio !== undefined) radio.sent(packetOctets, content.isUrgent ? 'urgent' : 'tolerant', now)
    if (!content.eliciting) {
      path.ledger.skip()
      return { route, octets, class: undefined }
    }
    path.saidAt = now
    if (content.ranges.length + content.datagrams.length > 0) this.#core.activeAt = now
    const packet: SentPacket = {
      number,
      at: now,
      octets: packetOctets,
      isBulk: content.isBulk,
      phase: sealer.phase,
      ranges: content.ranges,
      signals: content.signals,
      acknowledges: content.acknowledges,
      resent: false,
    }
    path.congestion.sent(packet)
    path.ledger.add(packet)
    return { route, octets, class: trafficClasses[content.urgency] }
  }
}
