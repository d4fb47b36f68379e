/**
 * Turns what happens to streams into events, no more than one of a kind a minute for one stream, so that a flood of
 * bad datagrams is one line and not a million.
 * @module
 */
import { BoundedQueue } from './bounded-queue.ts'
import type { FlowEvent } from './event.ts'
import type { Stream } from './stream.ts'

/** Between two events of one kind about one stream. */
const quietMs = 60_000
/** A sampler without a rate is reported after this long: options come every few minutes at most. */
const samplerGraceMs = 120_000
/** Sources of datagrams that belong to no stream; the oldest is forgotten. */
const maxUnattributed = 1024

interface Unattributed {
  count: number
  reportedAt: number
}

export class Reporter {
  readonly #queue: BoundedQueue<FlowEvent>
  readonly #unattributed = new Map<string, Unattributed>()

  constructor(limit: number) {
    this.#queue = new BoundedQueue(limit)
  }

  get dropped(): number {
    return this.#queue.dropped
  }

  take(): readonly FlowEvent[] {
    return this.#queue.take()
  }

  seen(stream: Stream, at: number): void {
    this.#push('exporter.seen', stream, at, {})
    if (stream.protocol === 'netflow5') this.#push('exporter.no-ipv6', stream, at, {})
  }

  restarted(stream: Stream, at: number, reason: string): void {
    this.#push('exporter.restarted', stream, at, { reason })
  }

  malformed(stream: Stream, at: number, problem: string): void {
    stream.unreportedMalformed++
    if (stream.reportedMalformedAt > 0 && at - stream.reportedMalformedAt < quietMs) return
    this.#push('exporter.malformed', stream, at, { count: stream.unreportedMalformed, problem })
    stream.unreportedMalformed = 0
    stream.reportedMalformedAt = at
  }

  /** A datagram of no protocol that we know, or cut before it could say whose it is. */
  notUnderstood(from: { readonly address: string; readonly port: number }, at: number, problem: string): void {
    const known = this.#unattributed.get(from.address) ?? { count: 0, reportedAt: 0 }
    known.count++
    this.#unattributed.delete(from.address)
    this.#unattributed.set(from.address, known)
    if (this.#unattributed.size > maxUnattributed) {
      for (const oldest of this.#unattributed.keys()) {
        this.#unattributed.delete(oldest)
        break
      }
    }
    if (known.reportedAt > 0 && at - known.reportedAt < quietMs) return
    const fields = { protocol: 'unknown', port: from.port, domain: 0, count: known.count, problem }
    this.#queue.push({ event: 'exporter.malformed', at, exporter: 0, address: from.address, fields })
    known.count = 0
    known.reportedAt = at
  }

  /** Losses since the last report, and samplers without a rate. Called about once a second. */
  check(stream: Stream, now: number): void {
    this.#checkLoss(stream, now)
    if (stream.missingRateSince === 0 || stream.isMissingRateReported) return
    if (now - stream.missingRateSince < samplerGraceMs) return
    stream.isMissingRateReported = true
    this.#push('exporter.no-sampling-rate', stream, now, {})
  }

  #checkLoss(stream: Stream, now: number): void {
    if (!stream.loss.isSettled || (stream.reportedLossAt > 0 && now - stream.reportedLossAt < quietMs)) return
    const { units, received, unit } = stream.session.stateOf(stream.loss)
    const lost = units - stream.reportedLost
    if (lost < 1) return
    const arrived = Math.max(0, received - stream.reportedReceived)
    const share = Math.round((lost / (lost + arrived)) * 1000) / 10
    this.#push('exporter.loss', stream, now, { lost, unit, share })
    stream.reportedLost = units
    stream.reportedReceived = received
    stream.reportedLossAt = now
  }

  #push(event: FlowEvent['event'], stream: Stream, at: number, fields: FlowEvent['fields']): void {
    const { exporter, protocol, port, domain } = stream
    this.#queue.push({
      event,
      at,
      exporter: exporter.number,
      address: exporter.address,
      fields: { protocol, port, domain, ...fields },
    })
  }
}
