/**
 * How far the clock of an exporter is from ours. Networks and queues only add to the time between export and arrival,
 * so the least of it over some messages is what the clocks differ by, and a late one among them changes nothing.
 * NetFlow and IPFIX state the export time in seconds: up to one more.
 * @module
 */
import type { FlowBlock } from './columns.ts'

/** Times that differ by more fall out of windows that end now. */
const wrongMs = 60_000
/** A clock that was wrong is right again below this: one near the limit must not come and go. */
const rightMs = 50_000
/** The least is of this time and of the time before it. */
const spanMs = 30_000
const twoTo32 = 2 ** 32

export class ExportClock {
  #least = Infinity
  #leastBefore = Infinity
  #since = -Infinity
  /** Whether it differs from ours by more than a minute. */
  isWrong = false

  /** A message came; both in milliseconds since 1970. */
  take(exportMs: number, now: number): void {
    const behind = now - exportMs
    if (now - this.#since >= spanMs) {
      if (this.#least < Infinity) this.#leastBefore = this.#least
      this.#since = now
      this.#least = behind
    } else if (behind < this.#least) this.#least = behind
    else return
    this.isWrong = Math.abs(this.behind) > (this.isWrong ? rightMs : wrongMs)
  }

  /** Our own clock was set: what they differed by is no more. */
  forget(): void {
    this.#least = this.#leastBefore = Infinity
    this.#since = -Infinity
    this.isWrong = false
  }

  /** By how much it is behind ours, milliseconds; negative is ahead. `Infinity` before the first message. */
  get behind(): number {
    return Math.min(this.#least, this.#leastBefore)
  }
}

/**
 * Sets the times of rows `from` up to the block's length right, where that takes them nearer to `cameAt`: with a header
 * that alone is wrong, or a clock that was set since, the records' own times are right as they are. No flow then ends
 * after it came.
 */
export function shiftTimes({ start, end, length }: FlowBlock, from: number, shift: number, cameAt: number): void {
  for (let row = from; row < length; row++) {
    const endMs = timeAt(end, row)
    if (Math.abs(endMs + shift - cameAt) >= Math.abs(endMs - cameAt)) continue
    const ended = Math.min(endMs + shift, cameAt)
    setTime(end, row, ended)
    setTime(start, row, Math.min(timeAt(start, row) + shift, ended))
  }
}

const timeAt = (column: Uint32Array, row: number): number => column[row * 2 + 1]! * twoTo32 + column[row * 2]!

function setTime(column: Uint32Array, row: number, time: number): void {
  const whole = Math.max(0, time)
  column[row * 2] = whole % twoTo32
  column[row * 2 + 1] = Math.floor(whole / twoTo32)
}
