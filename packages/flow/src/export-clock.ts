/**
 * The offset between an exporter's clock and ours. Networks and queues can only lengthen the time between export and
 * arrival, so the minimum over several messages is the offset, and a late message does not change it. NetFlow and IPFIX
 * state the export time in seconds, which adds up to one second.
 * @module
 */
import type { FlowBlock } from './columns.ts'

/** Above this offset the clock is wrong: its records fall outside windows that end now. */
const wrongMs = 60_000
/** Below this offset a wrong clock is right again. The gap keeps a clock near the limit from flapping. */
const rightMs = 50_000
/** The minimum covers the current interval of this length and the one before. */
const spanMs = 30_000
/** A clock that was set back is believed once its messages agree for so long: late ones come together, and do not. */
const steadyMs = 5000
/** By how much they may differ: export times are whole seconds. */
const agreeMs = 2000
const twoTo32 = 2 ** 32

export class ExportClock {
  #least = Infinity
  #leastBefore = Infinity
  #since = -Infinity
  /** Since when messages say that the clock was set back, and by which difference; `NaN`: they do not. */
  #backSince = NaN
  #back = 0
  /** Whether the exporter's clock differs from ours by more than a minute. */
  isWrong = false

  /** Takes the export time and the arrival time of a message, both in milliseconds since 1970. */
  take(exportMs: number, now: number): void {
    const behind = now - exportMs
    if (behind - this.behind > wrongMs) {
      if (this.#wasSetBack(behind, now)) this.forget()
    } else this.#backSince = NaN
    if (now - this.#since >= spanMs) {
      if (this.#least < Infinity) this.#leastBefore = this.#least
      this.#since = now
      this.#least = behind
    } else if (behind < this.#least) this.#least = behind
    else return
    this.isWrong = Math.abs(this.behind) > (this.isWrong ? rightMs : wrongMs)
  }

  /** Whether messages have said so for some seconds, all by the same difference. */
  #wasSetBack(behind: number, now: number): boolean {
    if (now - this.#backSince >= steadyMs && Math.abs(behind - this.#back) <= agreeMs) return true
    if (!(Math.abs(behind - this.#back) <= agreeMs && this.#backSince <= now))
      [this.#backSince, this.#back] = [now, behind]
    return false
  }

  /** Our own clock was set, so the offset is no longer valid. */
  forget(): void {
    this.#least = this.#leastBefore = Infinity
    this.#since = -Infinity
    this.#backSince = NaN
    this.isWrong = false
  }

  /**
   * How far the exporter's clock is behind ours, milliseconds; negative is ahead. `Infinity` before the first message.
   */
  get behind(): number {
    return Math.min(this.#least, this.#leastBefore)
  }
}

/**
 * Adds `shift` (milliseconds) to the times of rows `from` up to the block's length, where that brings them nearer to
 * their arrival `cameAt`. Otherwise the records' own times are already right: only the header is wrong, or the clock
 * was corrected since. No shifted flow ends after its arrival.
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

/** End of the flow in a row, milliseconds since 1970. */
export const endOf = ({ end }: FlowBlock, row: number): number => timeAt(end, row)

const timeAt = (column: Uint32Array, row: number): number => column[row * 2 + 1]! * twoTo32 + column[row * 2]!

function setTime(column: Uint32Array, row: number, time: number): void {
  const whole = Math.max(0, time)
  column[row * 2] = whole % twoTo32
  column[row * 2 + 1] = Math.floor(whole / twoTo32)
}
