/**
 * The memory between the thread that takes datagrams from the kernel and the one that decodes them: a ring of slots in
 * shared memory, laid out as recvmmsg(2) wants it, so that nothing is copied on the way.
 *
 *   control   head, base, asleep, state … | tail …   two cache lines, one for each side
 *   per slot  mmsghdr  64 octets: name 8  namelen 4+4  iov 8  iovlen 8  control 8  controllen 8  flags 4+4  length 4+4
 *             iovec    2 × 16: the slot's data, then a spill
 *             sockaddr 32, and behind it 32 for the control message that says how long each datagram is
 *             data     2,048
 *   64 spills for what does not fit into a slot of a batch, until it is put behind the slot
 *
 * A message of the kernel is one datagram, or a run of them: those of one sender and one length that came close together
 * and that the kernel handed on as one (UDP_GRO, udp(7)), up to 64 KiB. It takes as many slots side by side as its octets
 * need, with the header of the first one. A run that begins near the end of the ring goes on in a margin behind it, and
 * the next message begins in the first slot.
 *
 * `head` and `tail` count slots taken in and used up, modulo 2^32. Slot number n stands at (n - `base`) modulo the count of
 * slots. Each time the ring is empty the writer sets `base` to `head`: a ring that is not full uses its first slots again
 * and again, which then are in the processor's cache.
 * @module
 */
import { socketAddressOctets } from './socket-address.ts'

/** 65,536 slots, 128 MiB when all of them have been used: a quarter of a second of 250,000 datagrams a second. */
export const defaultSlots = 65_536
export const dataOctets = 2048
/** Of a datagram, and of a run of them: the length in IP's header has 16 bits. */
const longestMessage = 65_535
export const slotsOfLongest = Math.ceil(longestMessage / dataOctets)
/** Maximum messages of one recvmmsg(2), and number of spills. */
export const batch = 64
const spillOctets = slotsOfLongest * dataOctets - dataOctets
export const headerOctets = 64
const vectorOctets = 32
/** The address of the sender, and the control message. */
export const nameOctets = 64
/** CMSG_SPACE of an int: length 8, level 4, type 4, value 4, padding. */
export const controlMessageOctets = 24
export const controlValueAt = 16
/** Places within a header. */
export const header = {
  nameLength: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  length: 56,
} as const

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
  readonly spills: number
  readonly octets: number
}

/** @throws {RangeError} unless `slots` is a power of two that two longest messages fit into */
export function ringLayoutOf(slots: number): RingLayout {
  if (!(slots >= 2 * slotsOfLongest && slots <= 2 ** 20 && Number.isInteger(Math.log2(slots)))) {
    throw new RangeError(`"slots" must be a power of two from ${2 * slotsOfLongest} to ${2 ** 20}, got ${slots}`)
  }
  const headers = controlOctets
  const vectors = headers + slots * headerOctets
  const names = vectors + slots * vectorOctets
  const data = names + slots * nameOctets
  const spills = data + (slots + slotsOfLongest) * dataOctets
  return { slots, headers, vectors, names, data, spills, octets: spills + batch * spillOctets }
}

/** The memory of a ring; pass it to the other thread unchanged. */
export interface DatagramRing {
  readonly slots: number
  /** WebAssembly's, so that decoders can be made of its instructions. */
  readonly memory: WebAssembly.Memory
}

const pageOctets = 65_536

/** @throws {RangeError} unless `slots` is a power of two that two longest messages fit into */
export function createDatagramRing(slots = defaultSlots): DatagramRing {
  const pages = Math.ceil(ringLayoutOf(slots).octets / pageOctets)
  return { slots, memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }) }
}

/** Writes the pointers of a slot, whose memory begins at address `base`. */
export function prepareSlot(view: DataView, layout: RingLayout, base: number, slot: number): void {
  const at = layout.headers + slot * headerOctets
  const vectors = layout.vectors + slot * vectorOctets
  const name = layout.names + slot * nameOctets
  setUint64(view, at, base + name)
  setUint64(view, at + header.vectors, base + vectors)
  setUint64(view, at + header.vectorCount, 2)
  setUint64(view, at + header.control, base + name + socketAddressOctets)
  renewHeader(view, layout, slot)
  setUint64(view, vectors, base + layout.data + slot * dataOctets)
  setUint64(view, vectors + 8, dataOctets)
  setUint64(view, vectors + 16, base + spillOf(layout, slot))
  setUint64(view, vectors + 24, spillOctets)
}

/** Below 2^53, as addresses of processes are. Without a BigInt, of which a ring would make half a million in a burst. */
function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true) // modulo 2^32
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

/** Restores the lengths, which the kernel overwrote: the next message may be longer. */
export function renewHeader(view: DataView, layout: RingLayout, slot: number): void {
  const at = layout.headers + slot * headerOctets
  view.setUint32(at + header.nameLength, socketAddressOctets, true)
  view.setUint32(at + header.controlLength, controlMessageOctets, true)
}

/** How much of a message goes into the slot itself: all of it (`whole`), or what a slot has room for (`slot`). */
export function setRoom(view: DataView, layout: RingLayout, slot: number, room: 'whole' | 'slot'): void {
  const octets = room === 'whole' ? slotsOfLongest * dataOctets : dataOctets
  view.setUint32(layout.vectors + slot * vectorOctets + 8, octets, true)
}

/** Where the spill of a slot begins; slots of one batch have different ones. */
export const spillOf = (layout: RingLayout, slot: number): number => layout.spills + (slot % batch) * spillOctets

/** Slots that a message of `length` octets at `slot` takes: at the end of the ring, only those that are left. */
export function slotsTaken(layout: RingLayout, slot: number, length: number): number {
  if (length <= dataOctets) return 1
  return Math.min(Math.ceil(length / dataOctets), layout.slots - slot)
}
