/** What the frames of an authentic packet do. An invalid frame throws, and `Session` closes. @module */
import { DecodeError } from '@vagus/wire'
import { readAck } from './ack-frame.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { type Closing, decodeReason } from './close-reason.ts'
import type { Core } from './core.ts'
import { finBit, frameType, openingBit } from './frame-type.ts'
import type { SentPacket } from './ledger.ts'
import { findLost } from './loss-detection.ts'
import type { Path } from './path.ts'
import { isProof } from './proof.ts'
import type { Route } from './route.ts'
import { trafficClasses } from './traffic-class.ts'
import { FrameReader } from './varint.ts'

/** Maximum responses owed at once on a path; further challenges are not answered. */
const maxResponses = 4

/**
 * A peer that announces a move makes us send everything twice: at most for this long, and for at most
 * `maxDuplicateOfWindow` in each window. Beyond that the path is left at once. Milliseconds.
 */
const maxDuplicate = 5_000
const maxDuplicateOfWindow = 10_000
const intentWindow = 60_000

export class Inbound {
  readonly #core: Core
  /** Numbers of datagrams that arrived, to detect duplicates; created with the first one. */
  #datagrams: Acknowledgements | undefined
  #duplicated = 0
  #intentsSince = -Infinity

  constructor(core: Core) {
    this.#core = core
  }

  /**
   * Processes `frames`, which arrived by `route` in a packet of `path`. Returns the close, if one ends it.
   * @throws {SessionError} @throws {DecodeError}
   */
  take(path: Path, route: Route, frames: Uint8Array, now: number): Closing | undefined {
    const reader = new FrameReader(frames)
    let eliciting = false
    let closing: Closing | undefined
    while (closing === undefined) {
      reader.skipZeros()
      if (reader.left === 0) break
      const type = reader.uint8()
      if (type === frameType.ack) this.#ack(reader, now)
      else if (type === frameType.close) closing = readClose(reader)
      else {
        eliciting = true
        if (type >= frameType.datagram) this.#core.activeAt = now
        this.#frame(type, reader, path, route, now)
      }
    }
    if (eliciting) path.acks.owe(frames.length, path.isReliable ? 'reliable' : 'datagrams', now)
    return closing
  }

  #frame(type: number, reader: FrameReader, path: Path, route: Route, now: number): void {
    if (type >= frameType.stream && type <= (frameType.stream | finBit | openingBit)) {
      this.#stream(type, reader, now)
      return
    }
    switch (type) {
      case frameType.ping:
        path.acks.hurry()
        return
      case frameType.challenge:
        if (path.responses.length < maxResponses) path.responses.push({ octets: reader.view(8).slice(), route })
        else reader.view(8)
        return
      case frameType.response:
        this.#response(reader.view(8), now)
        return
      case frameType.datagram:
        this.#datagram(reader)
        return
      case frameType.status:
      case frameType['path-close']:
      case frameType.intent:
        this.#aboutPath(type, reader, now)
        return
      default:
        this.#aboutStreams(type, reader)
    }
  }

  #stream(type: number, reader: FrameReader, now: number): void {
    const { streams } = this.#core
    const id = reader.varint()
    let opening: { readonly class: number; readonly deadline: number } | undefined
    if ((type & openingBit) !== 0) {
      const trafficClass = classOf(reader)
      const lifetime = reader.varint()
      opening = { class: trafficClass, deadline: lifetime === 0 ? Infinity : now + lifetime - 1 }
    }
    const at = reader.varint()
    const octets = reader.view(reader.varint())
    const stream = streams.find(id)
    if (stream === undefined) return
    streams.receive(stream, at, octets, (type & finBit) === 0 ? 'more' : 'fin')
    if (opening !== undefined) streams.opened(stream, opening.class, opening.deadline)
    streams.settle(stream)
  }

  #ack(reader: FrameReader, now: number): void {
    const { path: id, delay, ranges } = readAck(reader)
    const path = this.#core.paths.get(id)
    if (path === undefined) return // closed meanwhile
    const largest = path.ledger.find(ranges[1]!)
    if (largest !== undefined) path.rtt.measured(now - largest.at, delay, now)
    let isNew = false
    for (let index = 0; index < ranges.length; index += 2) {
      path.ledger.acknowledge(ranges[index]!, ranges[index + 1]!, (packet) => {
        isNew = true
        this.#acknowledged(path, packet, now)
      })
    }
    if (!isNew) return
    this.#core.paths.answers(path, now)
    findLost(this.#core, path, now)
  }

  #acknowledged(path: Path, packet: SentPacket, now: number): void {
    this.#core.sealer.acknowledged(packet.phase)
    if (!packet.resent) {
      path.congestion.acknowledged(packet, path.limitedBy)
      path.delayWindow.acknowledged(packet.octets, path.rtt, now)
    }
    if (packet.acknowledges >= 0) path.acks.settledTo(packet.acknowledges)
    this.#core.delivery.settled(packet)
  }

  #response(octets: Uint8Array, now: number): void {
    for (const path of this.#core.paths.all) {
      if (isProof(path, octets)) this.#core.paths.proven(path, now)
    }
  }

  #datagram(reader: FrameReader): void {
    const trafficClass = classOf(reader)
    const number = reader.varint()
    const octets = reader.view(reader.varint())
    const came = (this.#datagrams ??= new Acknowledgements())
    if (came.isRepeated(number)) return
    came.record(number, 0)
    this.#core.emit({ type: 'datagram', class: trafficClasses[trafficClass]!, octets: octets.slice() })
  }

  #aboutPath(type: number, reader: FrameReader, now: number): void {
    const { paths, emit } = this.#core
    const id = reader.varint()
    const path = paths.get(id)
    if (type === frameType.status) {
      const version = reader.varint()
      const status = reader.varint() === 0 ? 'active' : 'standby'
      if (path !== undefined) paths.peerStatus(path, version, status, now)
    } else if (type === frameType['path-close']) {
      paths.closedByPeer(id, now)
    } else {
      const wanted = Math.min(reader.varint(), maxDuplicate)
      if (path === undefined || path.leaving || paths.isMovingFrom(path)) return
      if (now - this.#intentsSince > intentWindow) {
        this.#intentsSince = now
        this.#duplicated = 0
      }
      const duplicateFor = Math.min(wanted, maxDuplicateOfWindow - this.#duplicated)
      this.#duplicated += duplicateFor
      paths.move(path, duplicateFor, now)
      emit({ type: 'intent', path: path.id })
    }
  }

  #aboutStreams(type: number, reader: FrameReader): void {
    const { streams, signals, scheduler, emit } = this.#core
    if (type === frameType['max-data'] || type === frameType['max-streams']) {
      streams.raise(type === frameType['max-data'] ? 'max-data' : 'max-streams', reader.varint())
      return
    }
    const isKnown = type === frameType['max-stream-data'] || type === frameType.reset || type === frameType.stop
    if (!isKnown) throw new DecodeError('bad-value', 0, `unknown frame type ${type}`)
    const stream = streams.find(reader.varint())
    const value = reader.varint()
    if (type === frameType.reset) {
      const size = reader.varint()
      if (stream !== undefined) streams.reset(stream, value, size)
    } else if (stream !== undefined && type === frameType.stop) {
      if (stream.send.resetCode !== undefined || streams.isNotices(stream.id)) return
      stream.send.reset(value)
      signals.add({ type: 'reset', about: stream.id })
      if (stream.known) emit({ type: 'stopped', stream: stream.id, code: value })
    } else if (stream !== undefined && value > stream.send.limit) {
      stream.send.limit = value
      scheduler.wake(stream)
    }
  }
}

/** Whether a packet closes the session. Such a packet has no other content. */
export function isClose(frames: Uint8Array): boolean {
  return frames[0] === frameType.close
}

function classOf(reader: FrameReader): number {
  const code = reader.uint8()
  if (code >= trafficClasses.length) throw new DecodeError('bad-value', 0, `unknown traffic class ${code}`)
  return code
}

function readClose(reader: FrameReader): Closing {
  const code = reader.varint()
  const reason = decodeReason(reader.view(reader.varint()))
  return { code, reason }
}
