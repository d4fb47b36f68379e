/**
 * Memory for long outgoing packets, reused as soon as the kernel has copied them. Discarding it instead would cost the
 * garbage collector as much time as encrypting the packet.
 * @module
 */

/** Octets from which on reuse pays off; a shorter packet gets its own memory. */
const minOctets = 8 << 10
const roomOctets = 68 << 10
/** A little more than a session lets wait here. */
const maxSpare = 16

const spare: ArrayBuffer[] = []
/** Buffers made here. No other memory is reused. */
const rooms = new WeakSet<ArrayBufferLike>()

/** Room for a packet that is overwritten completely. Clearing 64 KiB first would cost a tenth of encrypting it. */
export function packetMemory(octets: number): Uint8Array<ArrayBuffer> {
  if (octets >= minOctets && octets <= roomOctets) {
    return new Uint8Array(spare.pop() ?? newRoom(), 0, octets)
  }
  return uninitialized(octets)
}

/** The kernel has copied all of `packet`, and no one else refers to it. */
export function packetIsSent(packet: Uint8Array): void {
  if (rooms.has(packet.buffer) && spare.length < maxSpare) spare.push(packet.buffer as ArrayBuffer)
}

function newRoom(): ArrayBuffer {
  const { buffer } = uninitialized(roomOctets)
  rooms.add(buffer)
  return buffer
}

/** Size of the slabs from which short arrays are cut. */
const slabOctets = 8 << 10
const shortOctets = 2 << 10
let slab = newMemory(slabOctets)
let used = 0

/** Uninitialised octets, which no one else refers to. */
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
