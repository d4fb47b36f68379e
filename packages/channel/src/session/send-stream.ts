/**
 * The sending side of a stream: the octets written and not acknowledged, which of them must be sent (again), and the
 * peer's flow-control limit. The end of the stream counts as one octet after the last, so it is resent like the others.
 * @module
 */
import { dropFirst } from './drop-first.ts'
import { Ranges } from './ranges.ts'
import { shortMemory } from './short-memory.ts'

/** Shorter pieces are copied together: a view of 200 octets costs as much again. */
const shortOctets = 1024
const blockOctets = 4096

export class SendStream {
  readonly #pieces: Uint8Array[] = []
  /** Acknowledged octets of the first piece. */
  #skip = 0
  /** The stream offset of the first octet kept. */
  #base = 0
  #written = 0
  #block: Uint8Array | undefined
  #blockUsed = 0
  #next = 0
  readonly #lost = new Ranges()
  readonly #acked = new Ranges()
  #ended = false
  #resetCode: number | undefined
  /** The peer accepts octets up to this offset. */
  limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  /** Octets kept: written and not acknowledged. */
  get kept(): number {
    return this.#written - this.#base
  }

  /** The offset up to which all octets are acknowledged and dropped. */
  get base(): number {
    return this.#base
  }

  get written(): number {
    return this.#written
  }

  /** The offset up to which octets were sent at least once; they count against the session's credit. */
  get sentTo(): number {
    return Math.min(this.#next, this.#written)
  }

  get ended(): boolean {
    return this.#ended
  }

  get resetCode(): number | undefined {
    return this.#resetCode
  }

  /** Whether everything was acknowledged, including the end. */
  get isDelivered(): boolean {
    return this.#ended && this.#base > this.#written
  }

  write(octets: Uint8Array): void {
    if (octets.length >= shortOctets) {
      this.#closeBlock()
      this.#pieces.push(octets)
    } else if (octets.length > 0) {
      this.#append(octets)
    }
    this.#written += octets.length
  }

  #append(octets: Uint8Array): void {
    if (this.#block === undefined || this.#blockUsed + octets.length > this.#block.length) {
      this.#closeBlock()
      // The first block is small, because most streams carry one message.
      this.#block = this.#pieces.length === 0 ? shortMemory(Math.max(256, octets.length)) : new Uint8Array(blockOctets)
      this.#blockUsed = 0
      this.#pieces.push(this.#block)
    }
    this.#block.set(octets, this.#blockUsed)
    this.#blockUsed += octets.length
  }

  /** Closes the block at its written length; further octets go into a new one. */
  #closeBlock(): void {
    if (this.#block === undefined) return
    this.#pieces[this.#pieces.length - 1] = this.#block.subarray(0, this.#blockUsed)
    this.#block = undefined
  }

  /** Octets of piece `index`; the last piece may be a block that is being filled. */
  #lengthOf(index: number): number {
    const isBlock = this.#block !== undefined && index === this.#pieces.length - 1
    return isBlock ? this.#blockUsed : this.#pieces[index]!.length
  }

  end(): void {
    this.#ended = true
  }

  /** Resets the stream: nothing is kept or sent any more. */
  reset(code: number): void {
    this.#resetCode ??= code
    this.#pieces.length = 0
    this.#block = undefined
    this.#lost.remove(0, Infinity)
  }

  /** Whether there is something to send; new octets only within `credit`, the rest of the session's limit. */
  hasWork(credit: number): boolean {
    if (this.#resetCode !== undefined) return false
    if (!this.#lost.empty) return true
    const end = Math.min(this.#written, this.limit, this.#next + credit)
    return this.#next < end || (this.#ended && this.#next === this.#written)
  }

  /** The next range to send, at most `room` octets of it; an end alone takes none. Confirm it with `taken`. */
  next(credit: number, room: number): { readonly from: number; readonly to: number; readonly fin: boolean } {
    const again = !this.#lost.empty
    const from = again ? this.#lost.from(0) : this.#next
    const end = again ? this.#lost.to(0) : Math.min(this.#written, this.limit, this.#next + credit)
    const to = Math.max(Math.min(end, from + room, this.#written), Math.min(from, this.#written))
    const fin = this.#ended && to === this.#written && (!again || end > this.#written)
    return { from: Math.min(from, this.#written), to, fin }
  }

  /** `from` to `to` (the end counts as an octet) was sent. */
  taken(from: number, to: number): void {
    this.#lost.remove(from, to)
    if (to > this.#next) this.#next = to
  }

  /** Octets `from` to `to` as views, not copies: to be used at once. */
  views(from: number, to: number): readonly Uint8Array[] {
    let at = this.#base - this.#skip
    if (this.#pieces.length === 1 && at <= from) return [this.#pieces[0]!.subarray(from - at, to - at)]
    const views: Uint8Array[] = []
    for (let index = 0; index < this.#pieces.length && at < to; index++) {
      const piece = this.#pieces[index]!
      const end = at + this.#lengthOf(index)
      if (end > from) views.push(piece.subarray(Math.max(from - at, 0), Math.min(to, end) - at))
      at = end
    }
    return views
  }

  /** Whether a part of the range is still unacknowledged. */
  isWanted(from: number, to: number): boolean {
    if (this.#resetCode !== undefined || to <= this.#base) return false
    const missing = new Ranges()
    missing.add(Math.max(from, this.#base), to)
    for (let index = 0; index < this.#acked.count; index++) {
      missing.remove(this.#acked.from(index), this.#acked.to(index))
    }
    return !missing.empty
  }

  /** Queues the unacknowledged part of the range to be sent again. */
  lost(from: number, to: number): void {
    if (this.#resetCode !== undefined || to <= this.#base) return
    this.#lost.add(Math.max(from, this.#base), to)
    for (let index = 0; index < this.#acked.count; index++) {
      this.#lost.remove(this.#acked.from(index), this.#acked.to(index))
    }
  }

  acknowledged(from: number, to: number): void {
    if (this.#resetCode !== undefined || to <= this.#base) return
    this.#lost.remove(from, to)
    if (from <= this.#base && this.#acked.empty) {
      this.#release(to)
      return
    }
    this.#acked.add(Math.max(from, this.#base), to)
    if (this.#acked.from(0) > this.#base) return
    this.#release(this.#acked.to(0))
    this.#acked.dropFirst()
  }

  #release(to: number): void {
    let free = this.#skip + Math.min(to, this.#written) - this.#base
    this.#base = to
    let gone = 0
    while (gone < this.#pieces.length && this.#lengthOf(gone) <= free) free -= this.#lengthOf(gone++)
    dropFirst(this.#pieces, gone)
    this.#skip = free
    if (this.#pieces.length === 0) this.#block = undefined
  }
}
