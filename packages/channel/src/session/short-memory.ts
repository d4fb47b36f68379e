/**
 * Memory for short pieces of streams, cut from a larger one: a piece of a hundred octets that has memory of its own
 * costs the collector more than what is done with it. A piece that is kept keeps 8 KiB.
 * @module
 */

const slabOctets = 8192
/** Octets of a piece; longer ones have memory of their own. */
const longest = 1024

let slab = new Uint8Array(slabOctets)
let used = 0

/** Octets that nobody else has. */
export function shortMemory(octets: number): Uint8Array<ArrayBuffer> {
  if (octets > longest) return new Uint8Array(octets)
  if (used + octets > slabOctets) {
    slab = new Uint8Array(slabOctets)
    used = 0
  }
  const from = used
  used += octets
  return slab.subarray(from, used)
}
