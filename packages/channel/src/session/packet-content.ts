/**
 * A packet being filled. Frames are written directly into the octets that will be encrypted; whatever must be known
 * when the packet is acknowledged or lost is noted beside them.
 * @module
 */
import { bulkClass, type ClassSet, firstTolerant } from './class-set.ts'
import { type Core, transitOf } from './core.ts'
import type { QueuedDatagram } from './datagram-queue.ts'
import { finBit, frameType, maxDatagramHead, maxStreamHead, openingBit } from './frame-type.ts'
import { headerOctets, packetOverhead, recordHeaderOctets } from './packet.ts'
import type { Path } from './path.ts'
import { maxRecordOctets } from './route.ts'
import type { Signal } from './signal.ts'
import { writeSignal } from './signal-frame.ts'
import type { Stream } from './stream.ts'
import { trafficClasses } from './traffic-class.ts'
import { FrameWriter, varintOctets } from './varint.ts'

/** Shared by all sessions: a packet is finished before anything else uses it. */
const draft = new Uint8Array(recordHeaderOctets + maxRecordOctets)
const writer = new FrameWriter(draft)
/** Minimum room to start a frame of data. */
const minRoom = 40
/** From this many octets on, stream data is encrypted from where it lies, each piece separately, without a copy. */
const minUncopied = 4096
const zeros = new Uint8Array(8192)
/** Shared, because most packets carry no ranges and no signals. */
const noRanges: number[] = []
const noSignals: Signal[] = []
const noDatagrams: QueuedDatagram[] = []
const nothing: readonly Uint8Array[] = []

/** Maximum octets of a frame with this datagram. */
const roomFor = ({ length }: Uint8Array): number => maxDatagramHead - 4 + varintOctets(length) + length

export class PacketContent {
  readonly headerAt: 0 | 3
  readonly out = writer
  ranges = noRanges
  signals = noSignals
  datagrams = noDatagrams
  acknowledges = -1
  eliciting = false
  /** Whether it contains octets of class `bulk`. */
  isBulk = false
  /** Whether it contains anything but probes, acknowledgements and tolerant classes. */
  isUrgent = false
  /** Index in `trafficClasses` of its most urgent content of programs; their number if it has none. */
  urgency: number = trafficClasses.length
  /** The rest of the last frame, where it lies: on a byte stream long data is not copied. Nothing may follow it. */
  behind = nothing
  #behindOctets = 0
  /** The maximum end of a record that one long datagram needs, and whether this is such a record. */
  readonly #widest: number
  #isWide = false

  /**
   * @param octets maximum of the whole packet
   * @param longest maximum of a record with a datagram that would not fit otherwise
   */
  constructor(kind: 'datagram' | 'message' | 'stream', octets: number, longest = octets) {
    this.headerAt = kind === 'stream' ? recordHeaderOctets : 0
    this.out.at = this.headerAt + headerOctets
    this.out.end = this.#endOf(octets)
    this.#widest = kind === 'datagram' ? this.out.end : this.#endOf(longest)
  }

  #endOf(octets: number): number {
    return this.headerAt + Math.min(octets, maxRecordOctets) - (packetOverhead - headerOctets)
  }

  get isEmpty(): boolean {
    return this.out.at === this.headerAt + headerOctets
  }

  /** Header and frames so far. */
  get draft(): Uint8Array {
    return draft.subarray(0, this.out.at)
  }

  ping(): void {
    if (this.out.room < 1) return
    this.out.uint8(frameType.ping)
    this.eliciting = true
  }

  /** A challenge or its response: 8 octets. If there is no room, it counts as lost. */
  proof(type: 'challenge' | 'response', octets: Uint8Array): void {
    if (this.out.room < 1 + octets.length) return
    this.out.uint8(frameType[type])
    this.out.copy(octets)
    this.eliciting = true
    this.isUrgent = true
  }

  /** Writes as many facts as fit. */
  tell(core: Core): void {
    if (core.signals.size === 0) return
    for (const signal of core.signals) {
      if (this.out.room < minRoom) return
      core.signals.sent(signal)
      if (!writeSignal(this.out, signal, core)) continue
      if (this.signals === noSignals) this.signals = []
      this.signals.push(signal)
      this.eliciting = true
      this.isUrgent = true
    }
  }

  /**
   * Writes streams and datagrams of `classes`, most urgent first. On a reliable path all are of one class, so that
   * nothing urgent waits for the end of a long record.
   */
  fill(core: Core, path: Path, classes: ClassSet, now: number): void {
    const { scheduler, streams } = core
    const transit = transitOf(path)
    let allowed = classes
    while (this.out.room >= minRoom) {
      const item = scheduler.next(allowed, streams.credit, now, transit)
      if (item === undefined) break
      if (path.isReliable) allowed = 1 << item.class
      if (1 << item.class === bulkClass) this.isBulk = true
      if (item.class < firstTolerant) this.isUrgent = true
      if (!('send' in item)) {
        item.number = core.datagramNumber
        if (this.#datagram(item)) {
          core.datagramNumber++
          core.datagrams.remove(item.class)
        } else if (this.isEmpty || this.#isTooLong(item)) {
          core.datagrams.remove(item.class) // otherwise it would wait for ever
        } else break
      } else {
        this.#newOctets(core, item, now)
        scheduler.served(item)
      }
    }
    scheduler.turn()
  }

  /** Writes ranges that already went by another path, as far as they are still needed. */
  repeat(core: Core, path: Path, now: number): void {
    const { copies, datagramCopies } = path
    while (copies.length > 0 && this.out.room >= minRoom) {
      const [id, from, behind] = copies.splice(0, 3) as [number, number, number]
      const stream = core.streams.get(id)
      if (stream?.send.isWanted(from, behind) !== true) continue
      // A retransmission may have been cut differently, so a part of this may be acknowledged.
      const start = Math.max(from, stream.send.base)
      const to = Math.min(behind, stream.send.written)
      const end = this.#streamFrame(core, stream, start, to, behind > stream.send.written ? 'fin' : 'more', now)
      if (end < behind) copies.unshift(id, end, behind)
    }
    while (datagramCopies.length > 0) {
      const isLate = datagramCopies[0]!.deadline < now
      if (!isLate && !this.#datagram(datagramCopies[0]!) && !this.isEmpty) return
      datagramCopies.shift()
    }
  }

  #newOctets(core: Core, stream: Stream, now: number): void {
    const before = stream.send.sentTo
    const { from, to, fin } = stream.send.next(core.streams.credit, this.out.room)
    const end = this.#streamFrame(core, stream, from, to, fin ? 'fin' : 'more', now)
    stream.send.taken(from, end)
    core.streams.sent(stream.send.sentTo - before)
  }

  /**
   * Writes as much of `from` to `to` as fits. Returns the offset after what was written; the end of the stream counts
   * as one.
   */
  #streamFrame(core: Core, stream: Stream, from: number, to: number, fin: 'fin' | 'more', now: number): number {
    const { out } = this
    if (!core.streams.isNotices(stream.id)) this.urgency = Math.min(this.urgency, stream.class)
    const opens = from === 0 && !core.streams.isNotices(stream.id) && core.streams.isOwn(stream.id)
    const end = Math.min(to, from + out.room - maxStreamHead)
    const last = fin === 'fin' && end === to
    out.uint8(frameType.stream | (last ? finBit : 0) | (opens ? openingBit : 0))
    out.varint(stream.id)
    if (opens) {
      out.uint8(stream.class)
      out.varint(stream.deadline === Infinity ? 0 : Math.max(Math.ceil(stream.deadline - now), 0) + 1)
    }
    out.varint(from)
    out.varint(end - from)
    this.#put(stream.send.views(from, end), end - from)
    const behind = last ? end + 1 : end
    // An array that grows gets room for seventeen numbers at once, but most packets have three.
    if (this.ranges === noRanges) this.ranges = [stream.id, from, behind]
    else this.ranges.push(stream.id, from, behind)
    this.eliciting = true
    return behind
  }

  #put(views: readonly Uint8Array[], octets: number): void {
    const { out } = this
    if (this.headerAt === 0 || octets < minUncopied * views.length) {
      for (const view of views) out.copy(view)
      return
    }
    this.behind = views
    this.#behindOctets = octets
    out.end = out.at
  }

  /** `false` if there is no room. */
  #datagram(datagram: QueuedDatagram): boolean {
    const { out } = this
    const { octets, number } = datagram
    const needed = roomFor(octets)
    if (out.room < needed && !this.#widen(needed)) return false
    this.urgency = Math.min(this.urgency, datagram.class)
    out.uint8(frameType.datagram)
    out.uint8(datagram.class)
    out.varint(number!) // sound: it has been assigned
    out.varint(octets.length)
    out.copy(octets)
    if (this.datagrams === noDatagrams) this.datagrams = []
    this.datagrams.push(datagram)
    this.eliciting = true
    return true
  }

  /** Makes room for a datagram with no other data before it. `false` if there is some, or the path takes no more. */
  #widen(needed: number): boolean {
    const { out } = this
    if (this.ranges !== noRanges || this.datagrams !== noDatagrams || this.#widest - out.at < needed) return false
    out.end = out.at + needed
    this.#isWide = true
    return true
  }

  /** Whether it can never fit this path after a PING, which precedes everything while the window is full. */
  #isTooLong({ octets }: QueuedDatagram): boolean {
    return roomFor(octets) > this.#widest - this.headerAt - headerOctets - 1
  }

  /** Adds zeros up to `octets` of the whole packet, as far as there is room. */
  pad(octets: number): void {
    const { out } = this
    if (this.#behindOctets > 0) {
      const missing = Math.min(octets, maxRecordOctets) - this.packetOctets
      if (missing <= 0) return
      this.behind = [...this.behind, missing <= zeros.length ? zeros.subarray(0, missing) : new Uint8Array(missing)]
      this.#behindOctets += missing
      return
    }
    const end = Math.min(
      this.#isWide ? this.#widest : out.end,
      this.headerAt + octets - (packetOverhead - headerOctets),
    )
    if (end <= out.at) return
    draft.fill(0, out.at, end)
    out.at = end
  }

  /** Octets of the sealed packet. */
  get packetOctets(): number {
    return this.out.at - this.headerAt + packetOverhead - headerOctets + this.#behindOctets
  }
}
