/**
 * Builds a `PrefixTrie` from prefixes sorted by address and length. In that order a prefix precedes all prefixes within
 * it, so each node is painted in one pass: shorter prefixes first, longer ones over them.
 * @module
 */
import {
  directBits,
  entryKind,
  intervalsPerLeaf,
  noValue,
  type PrefixTrie,
  strideBits,
  wordsPerLine,
  wordsPerNode,
} from './prefix-trie.ts'
import { WordList } from './word-list.ts'

/** Prefixes as columns; four words per address, MOST significant first, IPv4 in the first word. */
export interface PrefixColumns {
  readonly count: number
  readonly words: Uint32Array
  readonly lengths: Uint8Array
  readonly values: Uint32Array
  /** Indices of the prefixes in the order of (address, length). */
  readonly order: Uint32Array
}

/** Maximum intervals of a bucket with two levels; each prefix adds at most two. */
const maxIntervals = wordsPerLine * intervalsPerLeaf

const slotsPerNode = 1 << strideBits

/** Start of each interval, the first at 0, and its result. */
interface Intervals {
  readonly starts: readonly number[]
  readonly results: readonly number[]
}

/** The slots of a node while it is built: a result, or the range of prefixes that continue below. */
interface Painting {
  readonly results: Uint32Array
  readonly from: Int32Array
  readonly to: Int32Array
}

export function buildPrefixTrie(columns: PrefixColumns): PrefixTrie {
  return new Builder(columns).build()
}

class Builder {
  readonly #columns: PrefixColumns
  /** One per level, as the levels above are unfinished. */
  readonly #paintings: Painting[] = []
  readonly #nodes = new WordList()
  readonly #entries = new WordList()
  readonly #buckets = new WordList()

  constructor(columns: PrefixColumns) {
    this.#columns = columns
  }

  build(): PrefixTrie {
    const slots = 1 << directBits
    const painting = paintingOf(slots)
    this.#paint(painting, 0, directBits, 0, this.#columns.count, noValue)
    const direct = new Uint32Array(slots * 2)
    for (let slot = 0; slot < slots; slot++) {
      // Most are plain values, whose kind 0 is already set.
      if (painting.from[slot]! < 0) direct[slot * 2 + 1] = painting.results[slot]!
      else direct.set(this.#entryOf(painting, slot, directBits), slot * 2)
    }
    return {
      direct,
      nodes: this.#nodes.finish(),
      entries: this.#entries.finish(),
      buckets: this.#buckets.finish(),
    }
  }

  /** The entry of a painted slot; builds the levels below it, which start at bit `depth`. */
  #entryOf({ results, from, to }: Painting, slot: number, depth: number): readonly [kind: number, content: number] {
    const [first, end, inherited] = [from[slot]!, to[slot]!, results[slot]!]
    if (first < 0) return [entryKind.value, inherited]
    if (end - first < maxIntervals && this.#reach(first, end) <= depth + 32) {
      const intervals = this.#intervalsOf(depth, first, end, inherited)
      if (intervals.starts.length <= intervalsPerLeaf) return [entryKind.leaf, this.#addLeaf(intervals, 0)]
      if (intervals.starts.length <= maxIntervals) return [entryKind.bucket, this.#addBucket(intervals)]
    }
    return [entryKind.node, this.#addNode(depth, first, end, inherited)]
  }

  /** The maximum length of the prefixes. */
  #reach(from: number, to: number): number {
    let longest = 0
    for (let place = from; place < to; place++)
      longest = Math.max(longest, this.#columns.lengths[this.#columns.order[place]!]!)
    return longest
  }

  #addNode(depth: number, from: number, to: number, inherited: number): number {
    const painting = (this.#paintings[depth / strideBits] ??= paintingOf(slotsPerNode))
    this.#paint(painting, depth, strideBits, from, to, inherited)
    const node = this.#nodes.reserve(wordsPerNode)
    const starts = Array.from({ length: slotsPerNode }, (_, slot) => startsRun(painting, slot))
    const entries = this.#entries.reserve(starts.filter(Boolean).length * 2)
    let entry = entries
    for (let group = 0; group < slotsPerNode / 32; group++) {
      const first = entry / 2
      let runs = 0
      for (let bit = 0; bit < 32; bit++) {
        const slot = group * 32 + bit
        if (!starts[slot]) continue
        runs |= 1 << bit
        this.#entries.set(entry, ...this.#entryOf(painting, slot, depth + strideBits))
        entry += 2
      }
      this.#nodes.set(node + group * 2, runs, first)
    }
    return node / wordsPerNode
  }

  /** The prefixes at `from`..`to` (exclusive) as intervals of the 32 bits from `depth` on. */
  #intervalsOf(depth: number, from: number, to: number, inherited: number): Intervals {
    const starts: number[] = []
    const results: number[] = []
    const begin = (start: number, value: number): void => {
      if (starts.at(-1) === start) results[results.length - 1] = value
      else if (results.at(-1) !== value && start < 2 ** 32) results[starts.push(start) - 1] = value
    }
    /** The prefixes around the current one, innermost last; after the end of each its parent's value continues. */
    const open: { readonly end: number; readonly value: number }[] = [{ end: 2 ** 32, value: inherited }]
    const close = (before: number): void => {
      while (open.length > 1 && open.at(-1)!.end <= before) begin(open.pop()!.end, open.at(-1)!.value)
    }
    begin(0, inherited)
    for (let place = from; place < to; place++) {
      const prefix = this.#columns.order[place]!
      const first = this.#bitsOf(prefix, depth, 32)
      const value = this.#columns.values[prefix]!
      close(first)
      begin(first, value)
      open.push({ end: first + 2 ** (depth + 32 - this.#columns.lengths[prefix]!), value })
    }
    close(2 ** 32)
    return { starts, results }
  }

  #addBucket(intervals: Intervals): number {
    const { starts } = intervals
    const leaves = Math.ceil(starts.length / intervalsPerLeaf)
    const line = Array.from({ length: wordsPerLine }, () => 0xffff_ffff)
    line[0] = leaves
    for (let leaf = 1; leaf < leaves; leaf++) line[leaf] = starts[leaf * intervalsPerLeaf]!
    const bucket = this.#buckets.push(...line)
    for (let leaf = 0; leaf < leaves; leaf++) this.#addLeaf(intervals, leaf * intervalsPerLeaf)
    return bucket
  }

  /** Adds intervals from `first` on, as many as a leaf has; repeats the last one in the remaining space. */
  #addLeaf({ starts, results }: Intervals, first: number): number {
    const last = Math.min(first + intervalsPerLeaf, starts.length) - 1
    const places = Array.from({ length: intervalsPerLeaf }, (_, place) => Math.min(first + place, last))
    return this.#buckets.push(...places.map((place) => starts[place]!), ...places.map((place) => results[place]!))
  }

  #paint(painting: Painting, depth: number, stride: number, from: number, to: number, inherited: number): void {
    const { order, lengths, values } = this.#columns
    painting.results.fill(inherited)
    painting.from.fill(-1)
    for (let place = from; place < to; place++) {
      const prefix = order[place]!
      const slot = this.#bitsOf(prefix, depth, stride)
      const free = depth + stride - lengths[prefix]!
      if (free >= 0) {
        painting.results.fill(values[prefix]!, slot, slot + 2 ** free)
      } else {
        if (painting.from[slot]! < 0) painting.from[slot] = place
        painting.to[slot] = place + 1
      }
    }
  }

  /** `count` bits of the address from bit `depth` on; bits after the 128th are zero. */
  #bitsOf(prefix: number, depth: number, count: number): number {
    const { words } = this.#columns
    const word = depth >> 5
    const shift = depth & 31
    const high = words[prefix * 4 + word]! << shift
    const low = word < 3 && shift > 0 ? words[prefix * 4 + word + 1]! >>> (32 - shift) : 0
    return (high | low) >>> (32 - count)
  }
}

/** Whether a slot differs from the previous one; the first of each group always starts a run. */
function startsRun({ results, from }: Painting, slot: number): boolean {
  return (slot & 31) === 0 || from[slot]! >= 0 || from[slot - 1]! >= 0 || results[slot] !== results[slot - 1]
}

function paintingOf(slots: number): Painting {
  return { results: new Uint32Array(slots), from: new Int32Array(slots), to: new Int32Array(slots) }
}
