/**
 * Memory for long packets on their way out, used again as soon as the kernel has them: what is thrown away instead costs
 * the garbage collector as much as it costs to encrypt it.
 * @module
 */

/** Octets of a packet that is worth it; a shorter one gets its own memory. */
const leastOctets = 8 << 10
const roomOctets = 68 << 10
/** As many as a session lets wait here, and some. */
const maxSpare = 16

const spare: ArrayBuffer[] = []
/** What was made here: other memory is never taken for it. */
const rooms = new WeakSet<ArrayBufferLike>()

/** Room for a packet that is overwritten whole. To clear 64 KiB first would cost a tenth of encrypting them. */
export function packetMemory(octets: number): Uint8Array<ArrayBuffer> {
  if (octets >= leastOctets && octets <= roomOctets) {
    return new Uint8Array(spare.pop() ?? newRoom(), 0, octets)
  }
  return uninitialized(octets)
}

/** The kernel has all of `packet`, and nobody else has it. */
export function packetIsSent(packet: Uint8Array): void {
  if (rooms.has(packet.buffer) && spare.length < maxSpare) spare.push(packet.buffer as ArrayBuffer)
}

function newRoom(): ArrayBuffer {
  const { buffer } = uninitialized(roomOctets)
  rooms.add(buffer)
  return buffer
}

/** What short pieces are cut from. */
const slabOctets = 8 << 10
const shortOctets = 2 << 10
let slab = newMemory(slabOctets)
let used = 0

/** Octets that are about to be overwritten, and that nobody else has. */
export function uninitialized(octets: number): Uint8Array<ArrayBuffer> {
  if (octets >= shortOctets) return newMemory(octets)
  if (used + octets > slabOctets) {
    slab = newMemory(slabOctets)
    used = 0
  }
  const from = used
  used += octets
  return slab.subarray(from, used)
}

function newMemory(octets: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(octets).buffer)
}
