/**
 * Memory for short pieces of streams, cut from a larger block: a piece of a hundred octets with memory of its own would
 * cost the garbage collector more than its processing. A piece that is kept keeps 8 KiB alive.
 * @module
 */

const slabOctets = 8192
/** Maximum octets of a piece; longer ones get memory of their own. */
const maxShort = 1024

let slab = new Uint8Array(slabOctets)
let used = 0

/** Octets that no one else refers to. */
export function shortMemory(octets: number): Uint8Array<ArrayBuffer> {
  if (octets > maxShort) return new Uint8Array(octets)
  if (used + octets > slabOctets) {
    slab = new Uint8Array(slabOctets)
    used = 0
  }
  const from = used
  used += octets
  return slab.subarray(from, used)
}
