/** What follows from the acknowledgement or the loss of a packet for its content. @module */
import type { SessionEvent } from './event.ts'
import type { SentPacket } from './ledger.ts'
import type { Scheduler } from './scheduler.ts'
import type { Signals } from './signal.ts'
import type { Stream } from './stream.ts'
import type { Streams } from './streams.ts'

export class Delivery {
  readonly #streams: Streams
  readonly #scheduler: Scheduler
  readonly #signals: Signals
  readonly #streamBuffer: number
  readonly #emit: (event: SessionEvent) => void

  constructor(
    streams: Streams,
    scheduler: Scheduler,
    signals: Signals,
    streamBuffer: number,
    emit: (event: SessionEvent) => void,
  ) {
    this.#streams = streams
    this.#scheduler = scheduler
    this.#signals = signals
    this.#streamBuffer = streamBuffer
    this.#emit = emit
  }

  /** The peer has received it. */
  settled({ ranges, signals }: SentPacket): void {
    for (let index = 0; index < ranges.length; index += 3) {
      const stream = this.#streams.get(ranges[index]!)
      if (stream !== undefined) this.#acknowledged(stream, ranges[index + 1]!, ranges[index + 2]!)
    }
    for (const { type, about } of signals) {
      const stream = type === 'reset' ? this.#streams.get(about) : undefined
      if (stream === undefined) continue
      stream.resetSettled = true
      this.#streams.settle(stream)
    }
  }

  /** Queues the content again, as far as it is still needed. */
  lost({ ranges, signals }: SentPacket): void {
    for (let index = 0; index < ranges.length; index += 3) {
      const stream = this.#streams.get(ranges[index]!)
      if (stream === undefined) continue
      stream.send.lost(ranges[index + 1]!, ranges[index + 2]!)
      this.#scheduler.wake(stream)
    }
    for (const signal of signals) this.#signals.add(signal)
  }

  #acknowledged(stream: Stream, from: number, to: number): void {
    const { send } = stream
    if (send.isDelivered) return
    send.acknowledged(from, to)
    if (stream.full && send.kept <= this.#streamBuffer / 2) {
      stream.full = false
      this.#emit({ type: 'writable', stream: stream.id })
    }
    if (!send.isDelivered || this.#streams.isNotices(stream.id)) return
    this.#emit({ type: 'delivered', stream: stream.id })
    this.#streams.settle(stream)
  }
}
