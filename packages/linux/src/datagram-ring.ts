/**
 * The memory between the thread that takes datagrams from the kernel and the one that decodes them: a ring of slots in
 * shared memory, laid out as recvmmsg(2) wants it, so that nothing is copied on the way.
 *
 *   control   head, base, asleep, state … | tail …   two cache lines, one for each side
 *   per slot  mmsghdr  64 octets: name 8  namelen 4+4  iov 8  iovlen 8  control 8  controllen 8  flags 4+4  length 4+4
 *             iovec    2 × 16: the slot's data, then its spill
 *             sockaddr 32
 *             data     2,048: a datagram that came in one Ethernet frame, which nearly all do
 *             spill    7,168: the rest of one that came in a jumbo frame; memory that is never touched takes none
 *
 * `head` and `tail` count datagrams taken in and used up, modulo 2^32. Datagram n stands in slot (n - `base`) modulo the
 * count of slots. Each time the ring is empty the writer sets `base` to `head`: a ring that is not full uses its first
 * slots again and again, which then are in the processor's cache.
 * @module
 */
import { socketAddressOctets } from './socket-address.ts'

/** 65,536 datagrams, 128 MiB when all of it has been used: a quarter of a second of 250,000 datagrams a second. */
export const defaultSlots = 65_536
const dataOctets = 2048
const spillOctets = 7168
/** A jumbo frame: exporters keep their datagrams within one frame; what is longer is cut and told as truncated. */
export const longestDatagram = dataOctets + spillOctets
export const headerOctets = 64
const vectorOctets = 32
/** Places within a header. */
export const header = { nameLength: 8, vectors: 16, vectorCount: 24, flags: 48, length: 56 } as const

/** Words of the control memory. The reader's stands in a cache line of its own. */
export const control = { head: 0, base: 1, asleep: 2, stopping: 3, pause: 4, tail: 16 } as const
const controlOctets = 128

/** Where the parts begin, in octets. */
export interface RingLayout {
  readonly slots: number
  readonly headers: number
  readonly vectors: number
  readonly names: number
  readonly data: number
  readonly spill: number
  readonly octets: number
}

/** @throws {RangeError} unless `slots` is a power of two, so that numbers modulo 2^32 stay in step with slots */
export function ringLayoutOf(slots: number): RingLayout {
  if (!(slots >= 1 && slots <= 2 ** 20 && Number.isInteger(Math.log2(slots)))) {
    throw new RangeError(`"slots" must be a power of two up to ${2 ** 20}, got ${slots}`)
  }
  const headers = controlOctets
  const vectors = headers + slots * headerOctets
  const names = vectors + slots * vectorOctets
  const data = names + slots * socketAddressOctets
  const spill = data + slots * dataOctets
  return { slots, headers, vectors, names, data, spill, octets: spill + slots * spillOctets }
}

/** The memory of a ring; hand it to the other thread as it is. */
export interface DatagramRing {
  readonly slots: number
  readonly memory: SharedArrayBuffer
}

/** @throws {RangeError} unless `slots` is a power of two */
export function createDatagramRing(slots = defaultSlots): DatagramRing {
  return { slots, memory: new SharedArrayBuffer(ringLayoutOf(slots).octets) }
}

/** Writes the pointers of a slot, whose memory begins at address `base`. */
export function prepareSlot(view: DataView, layout: RingLayout, base: bigint, slot: number): void {
  const at = layout.headers + slot * headerOctets
  const vectors = layout.vectors + slot * vectorOctets
  view.setBigUint64(at, base + BigInt(layout.names + slot * socketAddressOctets), true)
  view.setUint32(at + header.nameLength, socketAddressOctets, true)
  view.setBigUint64(at + header.vectors, base + BigInt(vectors), true)
  view.setBigUint64(at + header.vectorCount, 2n, true)
  view.setBigUint64(vectors, base + BigInt(layout.data + slot * dataOctets), true)
  view.setBigUint64(vectors + 8, BigInt(dataOctets), true)
  view.setBigUint64(vectors + 16, base + BigInt(layout.spill + slot * spillOctets), true)
  view.setBigUint64(vectors + 24, BigInt(spillOctets), true)
}

/** A view of a datagram of `length` octets in a slot; one that spilled is put together in `whole`. */
export function datagramOf(
  memory: Uint8Array,
  layout: RingLayout,
  slot: number,
  length: number,
  whole: Uint8Array,
): Uint8Array {
  const data = layout.data + slot * dataOctets
  if (length <= dataOctets) return memory.subarray(data, data + length)
  const spill = layout.spill + slot * spillOctets
  whole.set(memory.subarray(data, data + dataOctets))
  whole.set(memory.subarray(spill, spill + length - dataOctets), dataOctets)
  return whole.subarray(0, length)
}
