/**
 * The receiving side of a stream: octets ready to be read, pieces after a gap, and the flow-control limit. Every octet
 * is delivered once, however often and in whatever order it arrives.
 * @module
 */
import { borrowedBelow } from '../ports.ts'
import { SessionError } from './session-error.ts'
import { shortMemory } from './short-memory.ts'

/**
 * Maximum pieces after a gap. More of them are an attack, since the window bounds their octets. Pieces are not merged
 * before the gap is closed, so one lost packet leaves as many as packets arrive until it is sent again: 3,600 of 1,200
 * octets for a window of 4 MiB, more if the sender writes little at a time.
 */
const maxPieces = 8192
/** Size of the blocks into which shorter pieces are copied. */
const blockOctets = 16_384

interface Piece {
  readonly at: number
  readonly octets: Uint8Array
}

export class ReceiveStream {
  readonly #ready: Uint8Array[] = []
  /** The block being filled; its filled part is the last of `#ready`. */
  #block: Uint8Array | undefined
  #blockUsed = 0
  /** Defined only while there are some. */
  #behind: Piece[] | undefined
  /** The offset up to which octets are in order. */
  #next = 0
  #read = 0
  #highest = 0
  #size: number | undefined
  #resetCode: number | undefined
  #window: number
  /** The limit announced to the peer. */
  limit: number

  constructor(limit: number, window: number) {
    this.limit = limit
    this.#window = window
  }

  /** One more than the highest octet received. */
  get highest(): number {
    return this.#highest
  }

  get read(): number {
    return this.#read
  }

  get resetCode(): number | undefined {
    return this.#resetCode
  }

  /** Whether `take` would return octets. */
  get isReadable(): boolean {
    return this.#ready.length > 0 || this.isAtEnd
  }

  /** Whether all octets up to the end were read. */
  get isAtEnd(): boolean {
    return this.#resetCode === undefined && this.#size === this.#read
  }

  /** Whether nothing more is expected: everything arrived, or the stream was reset. */
  get isComplete(): boolean {
    return this.#resetCode !== undefined || this.#size === this.#next
  }

  /**
   * The limit to announce to the peer once half of the octets that it was allowed are read: of the first limit, which is
   * enough for most requests, later of the window. `undefined` before that.
   */
  get newLimit(): number | undefined {
    if (this.isComplete || this.#size !== undefined) return undefined
    const allowed = Math.min(this.limit, this.#window)
    return this.limit - this.#read <= allowed / 2 ? this.#read + this.#window : undefined
  }

  /**
   * Receives the octets from offset `at` on, the last ones with `fin`. Returns by how many octets the stream grew.
   * @throws {SessionError} beyond the limit, or if they contradict what arrived earlier
   */
  receive(at: number, octets: Uint8Array, fin: 'fin' | 'more'): number {
    const end = at + octets.length
    if (end > this.limit) throw new SessionError('flow-control', `octet ${end} of a stream; the limit is ${this.limit}`)
    const grown = this.#grow(end, fin === 'fin' ? end : undefined)
    if (this.#resetCode !== undefined || end <= this.#next) return grown
    if (at <= this.#next) {
      this.#deliver(at === this.#next ? octets : octets.subarray(this.#next - at))
      this.#drain()
    } else {
      this.#keep(at, octets)
    }
    return grown
  }

  /** The peer resets the stream at `size` octets. Returns by how many octets the stream grew. @throws {SessionError} */
  reset(code: number, size: number): number {
    if (size > this.limit)
      throw new SessionError('flow-control', `octet ${size} of a stream; the limit is ${this.limit}`)
    const grown = this.#grow(size, size)
    if (this.#size !== this.#next && this.#resetCode === undefined) {
      this.#resetCode = code
      this.#ready.length = 0
      this.#behind = undefined
    }
    return grown
  }

  /** The next octets in order. */
  take(): Uint8Array | undefined {
    const octets = this.#ready.length === 1 ? this.#ready.pop() : this.#ready.shift()
    if (octets === undefined) return undefined
    if (this.#ready.length === 0) this.#block = undefined
    this.#read += octets.length
    return octets
  }

  #grow(end: number, size: number | undefined): number {
    const known = this.#size ?? size
    if (known !== undefined && (end > known || (size ?? known) !== known || known < this.#highest)) {
      throw new SessionError('protocol', `a stream that ends at octet ${known} has ${Math.max(end, this.#highest)}`)
    }
    this.#size = known
    const grown = Math.max(end - this.#highest, 0)
    this.#highest += grown
    return grown
  }

  #deliver(octets: Uint8Array): void {
    if (octets.length === 0) return
    this.#next += octets.length
    if (octets.length >= borrowedBelow) {
      this.#block = undefined
      this.#ready.push(octets)
      return
    }
    const used = this.#blockUsed
    if (this.#block === undefined || used + octets.length > this.#block.length) {
      const block =
        this.#ready.length === 0 ? shortMemory(octets.length) : new Uint8Array(Math.max(blockOctets, octets.length))
      block.set(octets)
      this.#block = block
      this.#blockUsed = octets.length
      this.#ready.push(block.length === octets.length ? block : block.subarray(0, octets.length))
      return
    }
    this.#block.set(octets, used)
    this.#blockUsed += octets.length
    this.#ready[this.#ready.length - 1] = this.#block.subarray(0, this.#blockUsed)
  }

  #drain(): void {
    const behind = this.#behind
    if (behind === undefined) return
    while (behind.length > 0 && behind[0]!.at <= this.#next) {
      const { at, octets } = behind.shift()!
      if (at + octets.length > this.#next) this.#deliver(octets.subarray(this.#next - at))
    }
    if (behind.length === 0) this.#behind = undefined
  }

  /** Keeps those octets from `at` on that are missing. Pieces do not overlap, so the window bounds their memory too. */
  #keep(at: number, octets: Uint8Array): void {
    const behind = this.#behind ?? []
    const index = countUntil(at, behind)
    const before = behind[index - 1]
    const from = before === undefined ? at : Math.max(at, before.at + before.octets.length)
    let to = at + octets.length
    let covered = index
    for (; covered < behind.length && behind[covered]!.at < to; covered++) {
      const { at: next, octets: known } = behind[covered]!
      if (next + known.length <= to) continue
      to = next
      break
    }
    if (from >= to) return
    if (covered === index && behind.length >= maxPieces) {
      throw new SessionError('flow-control', `more than ${maxPieces} pieces of a stream after a gap`)
    }
    const isWhole = to - from === octets.length && to - from >= borrowedBelow
    const view = isWhole ? octets : octets.slice(from - at, to - at)
    behind.splice(index, covered - index, { at: from, octets: view })
    this.#behind = behind
  }
}

/** How many of the sorted `pieces` start at or before `at`. Mostly all do, so the last one is checked first. */
export function countUntil(at: number, pieces: readonly Pick<Piece, 'at'>[]): number {
  let low = 0
  let high = pieces.length
  for (let middle = high - 1; low < high; middle = (low + high) >>> 1) {
    if (pieces[middle]!.at <= at) low = middle + 1
    else high = middle
  }
  return low
}
