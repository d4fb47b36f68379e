/**
 * Builds a `PrefixTrie` from prefixes sorted by address and length. In that order a prefix comes before all that lie
 * within it, so each node is painted in one pass: shorter prefixes first, longer ones over them.
 * @module
 */
import { directBits, leafFlag, noValue, type PrefixTrie, strideBits, wordsPerNode } from './prefix-trie.ts'

/** Prefixes as columns; four words an address, MOST significant first, IPv4 in the first word. */
export interface PrefixColumns {
  readonly count: number
  readonly words: Uint32Array
  readonly lengths: Uint8Array
  readonly values: Uint32Array
  /** Places of the prefixes in the order of (address, length). */
  readonly order: Uint32Array
}

const slotsPerNode = 1 << strideBits

/** What the slots of one node hold while it is built: a result, or the range of prefixes that go on below. */
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
  readonly #paintings: Painting[] = []
  #nodes = new Uint32Array(64 * wordsPerNode)
  #nodeCount = 0
  #leaves = new Uint32Array(64)
  #leafCount = 0

  constructor(columns: PrefixColumns) {
    this.#columns = columns
  }

  build(): PrefixTrie {
    const slots = 1 << directBits
    const { results, from, to } = this.#paint(paintingOf(slots), 0, directBits, 0, this.#columns.count, noValue)
    const direct = new Uint32Array(slots)
    for (let slot = 0; slot < slots; slot++) {
      if (from[slot]! < 0) {
        const isRunOn = slot > 0 && from[slot - 1]! < 0 && results[slot] === results[slot - 1]
        direct[slot] = isRunOn ? direct[slot - 1]! : leafFlag + this.#addLeaf(results[slot]!)
      } else {
        direct[slot] = this.#addNodes(1)
        this.#fillNode(direct[slot]!, directBits, from[slot]!, to[slot]!, results[slot]!)
      }
    }
    return {
      direct,
      nodes: this.#nodes.slice(0, this.#nodeCount * wordsPerNode),
      leaves: this.#leaves.slice(0, this.#leafCount),
    }
  }

  /** Fills `node`, which stands behind `depth` bits and holds the prefixes `from`..`to` (exclusive) of the order. */
  #fillNode(node: number, depth: number, from: number, to: number, inherited: number): void {
    const level = (depth - directBits) / strideBits
    const painting = (this.#paintings[level] ??= paintingOf(slotsPerNode))
    this.#paint(painting, depth, strideBits, from, to, inherited)
    for (let half = 0; half < 2; half++) {
      let children = 0
      let runs = 0
      let childCount = 0
      const firstLeaf = this.#leafCount
      for (let bit = 0; bit < 32; bit++) {
        const slot = half * 32 + bit
        if (painting.from[slot]! >= 0) {
          children |= 1 << bit
          childCount++
        } else if (this.#leafCount === firstLeaf || this.#leaves[this.#leafCount - 1] !== painting.results[slot]) {
          runs |= 1 << bit
          this.#addLeaf(painting.results[slot]!)
        }
      }
      const firstChild = this.#addNodes(childCount)
      this.#nodes.set([children, runs, firstChild, firstLeaf], node * wordsPerNode + half * 4)
    }
    this.#fillChildren(node, depth + strideBits, painting)
  }

  #fillChildren(node: number, depth: number, painting: Painting): void {
    let child = 0
    for (let slot = 0; slot < slotsPerNode; slot++) {
      if ((slot & 31) === 0) child = this.#nodes[node * wordsPerNode + (slot >> 5) * 4 + 2]!
      if (painting.from[slot]! < 0) continue
      this.#fillNode(child++, depth, painting.from[slot]!, painting.to[slot]!, painting.results[slot]!)
    }
  }

  #paint(painting: Painting, depth: number, stride: number, from: number, to: number, inherited: number): Painting {
    const { order, lengths, values } = this.#columns
    painting.results.fill(inherited)
    painting.from.fill(-1)
    for (let place = from; place < to; place++) {
      const prefix = order[place]!
      const slot = this.#bitsOf(prefix, depth, stride)
      const free = depth + stride - lengths[prefix]!
      if (free >= 0) {
        painting.results.fill(values[prefix]!, slot, slot + (1 << free))
      } else {
        if (painting.from[slot]! < 0) painting.from[slot] = place
        painting.to[slot] = place + 1
      }
    }
    return painting
  }

  /** `count` bits of the address from bit `depth` on; bits behind the 128th are zero. */
  #bitsOf(prefix: number, depth: number, count: number): number {
    const { words } = this.#columns
    const word = depth >> 5
    const high = words[prefix * 4 + word]! << (depth & 31)
    const low = word < 3 && (depth & 31) > 0 ? words[prefix * 4 + word + 1]! >>> (32 - (depth & 31)) : 0
    return (high | low) >>> (32 - count)
  }

  #addNodes(count: number): number {
    const first = this.#nodeCount
    this.#nodeCount += count
    this.#nodes = roomFor(this.#nodes, this.#nodeCount * wordsPerNode)
    return first
  }

  #addLeaf(result: number): number {
    this.#leaves = roomFor(this.#leaves, this.#leafCount + 1)
    this.#leaves[this.#leafCount] = result
    return this.#leafCount++
  }
}

function paintingOf(slots: number): Painting {
  return { results: new Uint32Array(slots), from: new Int32Array(slots), to: new Int32Array(slots) }
}

function roomFor(words: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= words.length) return words
  const larger = new Uint32Array(Math.max(length, words.length * 2))
  larger.set(words)
  return larger
}
