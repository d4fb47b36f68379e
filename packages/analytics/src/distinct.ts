/**
 * How many different keys there were: HyperLogLog (Flajolet et al., 2007) with 1,024 registers of an octet, and Ertl's
 * estimator (arXiv 1702.01284, algorithm 6), which has no bias between few and many. The standard error is 3.3 %. A key that
 * comes again changes nothing.
 * @module
 */

const indexBits = 10
const registers = 1 << indexBits
const mostRank = 33 - indexBits

export class Distinct {
  readonly #ranks = new Uint8Array(registers)

  /** @param hash of the key, 32 bits, by one function for all keys, which nobody can foresee */
  add(hash: number): void {
    // Its bits may be unlike one another; murmur3's end makes them alike.
    let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    mixed ^= mixed >>> 16
    const place = mixed >>> (32 - indexBits)
    const rank = Math.min(mostRank, Math.clz32(mixed << indexBits) + 1)
    if (rank > this.#ranks[place]!) this.#ranks[place] = rank
  }

  /** Also of the keys of another one. */
  merge(other: Distinct): void {
    for (let at = 0; at < registers; at++) {
      if (other.#ranks[at]! > this.#ranks[at]!) this.#ranks[at] = other.#ranks[at]!
    }
  }

  get count(): number {
    const having = new Float64Array(mostRank + 1)
    for (const rank of this.#ranks) having[rank]!++
    let sum = registers * tau(1 - having[mostRank]! / registers)
    for (let rank = mostRank - 1; rank >= 1; rank--) sum = 0.5 * (sum + having[rank]!)
    sum += registers * sigma(having[0]! / registers)
    return registers ** 2 / (2 * Math.LN2 * sum)
  }

  clear(): void {
    this.#ranks.fill(0)
  }
}

/** Of the part of registers that are empty: infinite where all are. */
function sigma(part: number): number {
  if (part === 1) return Infinity
  let [power, weight, sum, before] = [part, 1, part, NaN]
  while (sum !== before) {
    before = sum
    power *= power
    sum += power * weight
    weight *= 2
  }
  return sum
}

/** Of the part of registers that are not full. */
function tau(part: number): number {
  if (part === 0 || part === 1) return 0
  let [root, weight, sum, before] = [part, 1, 1 - part, NaN]
  while (sum !== before) {
    before = sum
    root = Math.sqrt(root)
    weight *= 0.5
    sum -= (1 - root) ** 2 * weight
  }
  return sum / 3
}
