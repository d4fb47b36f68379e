/**
 * Turns occurrences on streams into events about their exporters: one for all streams of a protocol, and at most one of
 * a kind per minute. `Collector.exporters()` lists the streams and the state of each.
 * @module
 */
import { BoundedQueue } from './bounded-queue.ts'
import type { FlowEvent } from './event.ts'
import type { ExporterEntry } from './exporter-table.ts'
import { Notice } from './notice.ts'
import type { FlowProtocol } from './protocol.ts'
import type { Stream } from './stream.ts'

/** A sampler without a rate is reported after this time, in which options data normally arrives. */
const samplerGraceMs = 120_000
/** Sources remembered for datagrams that belong to no stream; the one heard longest ago is forgotten. */
const maxUnattributed = 1024
/** A stream silent for longer no longer says anything about the exporter's clock. */
const clockMemoryMs = 120_000

/** Losses not yet reported, over the streams of one protocol. */
interface Loss {
  lost: number
  received: number
  /** The streams that lost something, and the one that lost most. */
  readonly streams: Stream[]
  worst: { readonly stream: Stream; readonly lost: number }
}

export class Reporter {
  readonly #queue: BoundedQueue<FlowEvent>
  readonly #unattributed = new Map<string, Notice>()

  constructor(limit: number) {
    this.#queue = new BoundedQueue(limit)
  }

  get dropped(): number {
    return this.#queue.dropped
  }

  take(): readonly FlowEvent[] {
    return this.#queue.take()
  }

  /** A new stream was seen. Reported if it is the exporter's first of this protocol. */
  seen(stream: Stream, at: number): void {
    const notices = stream.exporter.noticesOf(stream.protocol)
    if (notices.isSeen) return
    notices.isSeen = true
    this.#push('exporter.seen', stream, at, {})
    if (stream.protocol === 'netflow5') this.#push('exporter.no-ipv6', stream, at, {})
  }

  restarted(stream: Stream, at: number, reason: string): void {
    const notices = stream.exporter.noticesOf(stream.protocol)
    notices.restarted.count++
    notices.restartReason = reason
    this.#reportRestarts(stream, at)
  }

  malformed(stream: Stream, at: number, problem: string): void {
    const notices = stream.exporter.noticesOf(stream.protocol)
    notices.malformed.count++
    notices.problem = problem
    this.#reportMalformed(stream, at)
  }

  /** A datagram of an unsupported protocol, or one too short to identify its stream. */
  notUnderstood(from: { readonly address: string; readonly port: number }, at: number, problem: string): void {
    const notice = this.#unattributed.get(from.address) ?? new Notice()
    notice.count++
    this.#unattributed.delete(from.address)
    this.#unattributed.set(from.address, notice)
    if (this.#unattributed.size > maxUnattributed) {
      for (const oldest of this.#unattributed.keys()) {
        this.#unattributed.delete(oldest)
        break
      }
    }
    if (!notice.isDue(at)) return
    const fields = { protocol: 'unknown', port: from.port, domain: 0, count: notice.count, problem }
    this.#queue.push({ event: 'exporter.malformed', at, exporter: 0, address: from.address, fields })
    notice.told(at)
  }

  /** Our clock was set back to `now`. The notices of streams are in `Exporter`. */
  clockSetBack(now: number): void {
    for (const notice of this.#unattributed.values()) notice.clockSetBack(now)
  }

  /**
   * Reports what waited for its minute, losses, clocks, samplers without a rate, and data without a template. Called
   * about once a second.
   */
  check({ streams }: ExporterEntry, now: number): void {
    const losses = new Map<FlowProtocol, Loss>()
    const clocks = new Map<FlowProtocol, Stream>()
    const templates = new Map<FlowProtocol, Stream>()
    for (const stream of streams.all()) {
      this.#reportRestarts(stream, now)
      this.#reportMalformed(stream, now)
      this.#checkRate(stream, now)
      addLoss(losses, stream)
      addClock(clocks, stream, now)
      const givesUp = stream.noTemplate !== undefined && stream.noTemplate.givenUp > 0
      if (givesUp || !templates.has(stream.protocol)) templates.set(stream.protocol, stream)
    }
    for (const loss of losses.values()) this.#reportLoss(loss, now)
    for (const stream of clocks.values()) this.#reportClock(stream, now)
    for (const stream of templates.values()) this.#reportTemplate(stream, now)
  }

  #reportRestarts(stream: Stream, now: number): void {
    const { restarted, restartReason: reason } = stream.exporter.noticesOf(stream.protocol)
    if (restarted.count === 0 || !restarted.isDue(now)) return
    this.#push('exporter.restarted', stream, now, { count: restarted.count, reason })
    restarted.told(now)
  }

  #reportMalformed(stream: Stream, now: number): void {
    const { malformed, problem } = stream.exporter.noticesOf(stream.protocol)
    if (malformed.count === 0 || !malformed.isDue(now)) return
    this.#push('exporter.malformed', stream, now, { count: malformed.count, problem })
    malformed.told(now)
  }

  #checkRate(stream: Stream, now: number): void {
    const isMissing = stream.missingRateSince > 0 && now - stream.missingRateSince >= samplerGraceMs
    if (!isMissing && !(stream.sampling.hasForgotten && stream.lastRate?.rate === 0)) return
    const notices = stream.exporter.noticesOf(stream.protocol)
    if (notices.isMissingRateTold) return
    notices.isMissingRateTold = true
    this.#push('exporter.no-sampling-rate', stream, now, {})
  }

  /** `stream` is one of its protocol that gives up data for lack of a template, if there is one. */
  #reportTemplate(stream: Stream, now: number): void {
    const { noTemplate } = stream
    const notices = stream.exporter.noticesOf(stream.protocol)
    if (noTemplate === undefined || noTemplate.givenUp === 0) notices.isWithoutTemplate = false
    else if (!notices.isWithoutTemplate && notices.noTemplate.isDue(now)) {
      notices.isWithoutTemplate = true
      notices.noTemplate.told(now)
      const seconds = Math.round((now - noTemplate.since) / 1000)
      this.#push('exporter.no-template', stream, now, { count: noTemplate.givenUp, seconds })
    }
  }

  #reportLoss({ lost, received, streams, worst: { stream } }: Loss, now: number): void {
    const notice = stream.exporter.noticesOf(stream.protocol).loss
    if (!notice.isDue(now)) return
    const share = Math.round((lost / (lost + received)) * 1000) / 10
    const { unit } = stream.session.stateOf(stream.loss)
    this.#push('exporter.loss', stream, now, { lost, unit, share, streams: streams.length })
    notice.told(now)
    for (const one of streams) {
      const state = one.session.stateOf(one.loss)
      one.reportedLost = state.units
      one.reportedReceived = state.received
    }
  }

  /** `stream` is the stream of its protocol with the largest clock offset. */
  #reportClock(stream: Stream, now: number): void {
    const notices = stream.exporter.noticesOf(stream.protocol)
    const { isWrong, behind } = stream.clocks
    if (isWrong === notices.isClockWrong || !notices.clock.isDue(now)) return
    notices.isClockWrong = isWrong
    notices.clock.told(now)
    const seconds = Math.round(Math.abs(behind) / 1000)
    const fields = { seconds, way: behind > 0 ? 'behind' : 'ahead of' }
    if (isWrong) this.#push('exporter.clock', stream, now, fields)
    else this.#push('exporter.clock-right', stream, now, {})
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

function addClock(clocks: Map<FlowProtocol, Stream>, stream: Stream, now: number): void {
  const size = Math.abs(stream.clocks.behind)
  if (size === Infinity || now - stream.lastAt > clockMemoryMs) return
  const worst = clocks.get(stream.protocol)
  if (worst === undefined || size > Math.abs(worst.clocks.behind)) clocks.set(stream.protocol, stream)
}

function addLoss(losses: Map<FlowProtocol, Loss>, stream: Stream): void {
  if (!stream.loss.isSettled) return
  const { units, received } = stream.session.stateOf(stream.loss)
  // Late datagrams, or a counting rule that was learned again, reduced the loss already reported: count new losses from
  // here.
  if (units < stream.reportedLost) stream.reportedLost = units
  const lost = units - stream.reportedLost
  if (lost < 1) return
  const sum = losses.get(stream.protocol) ?? { lost: 0, received: 0, streams: [], worst: { stream, lost } }
  sum.lost += lost
  sum.received += Math.max(0, received - stream.reportedReceived)
  sum.streams.push(stream)
  if (lost > sum.worst.lost) sum.worst = { stream, lost }
  losses.set(stream.protocol, sum)
}
