/**
 * A packet while it is filled: frames go straight into the octets that are then encrypted, and what must be known when
 * it is acknowledged or lost is noted beside them.
 * @module
 */
import type { Core } from './core.ts'
import { transitOf } from './core.ts'
import type { QueuedDatagram } from './datagram-queue.ts'
import { finBit, frameType, maxDatagramHead, maxStreamHead, openingBit } from './frame-type.ts'
import { bulkClass, type ClassSet } from './outbox.ts'
import { headerOctets, packetOverhead, recordHeaderOctets } from './packet.ts'
import type { Path } from './path.ts'
import { maxRecordOctets } from './route.ts'
import type { Signal } from './signal.ts'
import { writeSignal } from './signal-frame.ts'
import type { Stream } from './stream.ts'
import { FrameWriter, varintOctets } from './varint.ts'

/** One for all sessions: it is empty again before anybody else comes to it. */
const draft = new Uint8Array(recordHeaderOctets + maxRecordOctets)
const writer = new FrameWriter(draft)
/** No frame of data is begun in less room. */
const leastRoom = 40
/**
 * Octets of a stream from which on they are encrypted where they lie, each piece of them by itself, not copied first.
 */
const leastUncopied = 4096
const zeros = new Uint8Array(8192)
/** Most packets carry none of what these are for. */
const noRanges: number[] = []
const noSignals: Signal[] = []
const noDatagrams: QueuedDatagram[] = []
const nothing: readonly Uint8Array[] = []

/** Octets of a frame with this datagram, at most. */
const roomFor = ({ length }: Uint8Array): number => maxDatagramHead - 4 + varintOctets(length) + length

export class PacketContent {
  readonly headerAt: 0 | 3
  readonly out = writer
  ranges = noRanges
  signals = noSignals
  datagrams = noDatagrams
  acknowledges = -1
  eliciting = false
  /** Whether octets of class `bulk` are in it. */
  isBulk = false
  /** The rest of the last frame, where it lies: on a byte stream long ones are not copied. Nothing comes behind it. */
  behind = nothing
  #behindOctets = 0
  /** Where a record ends at the latest that one long datagram needs, and whether it is such a record. */
  readonly #widest: number
  #isWide = false

  /** @param octets of the whole packet, at most @param longest of a record with a datagram that does not fit else */
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

  /** A challenge or its response: 8 octets. Without room for it, it counts as lost. */
  proof(type: 'challenge' | 'response', octets: Uint8Array): void {
    if (this.out.room < 1 + octets.length) return
    this.out.uint8(frameType[type])
    this.out.copy(octets)
    this.eliciting = true
  }

  /** As many facts as there is room for. */
  tell(core: Core): void {
    if (core.signals.size === 0) return
    for (const signal of core.signals) {
      if (this.out.room < leastRoom) return
      core.signals.sent(signal)
      if (!writeSignal(this.out, signal, core)) continue
      if (this.signals === noSignals) this.signals = []
      this.signals.push(signal)
      this.eliciting = true
    }
  }

  /**
   * Streams and datagrams of `classes`, the most urgent first. On a reliable path they are of one class, so that
   * nothing urgent waits for the end of a long record.
   */
  fill(core: Core, path: Path, classes: ClassSet, now: number): void {
    const { outbox, streams } = core
    const transit = transitOf(path)
    let allowed = classes
    while (this.out.room >= leastRoom) {
      const item = outbox.next(allowed, streams.credit, now, transit)
      if (item === undefined) break
      if (path.isReliable) allowed = 1 << item.class
      if (1 << item.class === bulkClass) this.isBulk = true
      if (!('send' in item)) {
        item.number = core.datagramNumber
        if (this.#datagram(item)) {
          core.datagramNumber++
          core.datagrams.taken(item.class)
        } else if (this.isEmpty || this.#isTooLong(item)) {
          core.datagrams.drop(item.class) // it would wait for ever
        } else break
      } else {
        this.#newOctets(core, item, now)
        outbox.served(item)
      }
    }
    outbox.turn()
  }

  /** Ranges that went by another path already, as far as they are still wanted. */
  repeat(core: Core, path: Path, now: number): void {
    const { copies, datagramCopies } = path
    while (copies.length > 0 && this.out.room >= leastRoom) {
      const [id, from, behind] = copies.splice(0, 3) as [number, number, number]
      const stream = core.streams.get(id)
      if (stream?.send.isWanted(from, behind) !== true) continue
      // What was sent again after a loss may have been cut elsewhere, and a part of this be acknowledged.
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

  /** Writes what fits of `from` to `to`; returns behind what was written, the end of the stream counted. */
  #streamFrame(core: Core, stream: Stream, from: number, to: number, fin: 'fin' | 'more', now: number): number {
    const { out } = this
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
    // One that grows gets room for seventeen numbers at once, and most packets have three.
    if (this.ranges === noRanges) this.ranges = [stream.id, from, behind]
    else this.ranges.push(stream.id, from, behind)
    this.eliciting = true
    return behind
  }

  #put(views: readonly Uint8Array[], octets: number): void {
    const { out } = this
    if (this.headerAt === 0 || octets < leastUncopied * views.length) {
      for (const view of views) out.copy(view)
      return
    }
    this.behind = views
    this.#behindOctets = octets
    out.end = out.at
  }

  /** `false`: no room. */
  #datagram(datagram: QueuedDatagram): boolean {
    const { out } = this
    const { octets, number } = datagram
    const needed = roomFor(octets)
    if (out.room < needed && !this.#widen(needed)) return false
    out.uint8(frameType.datagram)
    out.uint8(datagram.class)
    out.varint(number!) // it has one by now
    out.varint(octets.length)
    out.copy(octets)
    if (this.datagrams === noDatagrams) this.datagrams = []
    this.datagrams.push(datagram)
    this.eliciting = true
    return true
  }

  /** Makes room for a datagram with no other data before it. `false`: there is some, or the path takes no more. */
  #widen(needed: number): boolean {
    const { out } = this
    if (this.ranges !== noRanges || this.datagrams !== noDatagrams || this.#widest - out.at < needed) return false
    out.end = out.at + needed
    this.#isWide = true
    return true
  }

  /**
   * Whether it never fits by this path, behind a PING, which is in front of all that leaves while the window is full.
   */
  #isTooLong({ octets }: QueuedDatagram): boolean {
    return roomFor(octets) > this.#widest - this.headerAt - headerOctets - 1
  }

  /** Zeros up to `octets` of the whole packet, as far as there is room. */
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

  /** Octets of the packet when it is sealed. */
  get packetOctets(): number {
    return this.out.at - this.headerAt + packetOverhead - headerOctets + this.#behindOctets
  }
}
