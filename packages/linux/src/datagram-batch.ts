/**
 * The memory that `recvmmsg` fills (recvmmsg(2)): made once, with all pointers in place, and then used for ever, so that
 * receiving allocates nothing.
 *
 *   per slot  mmsghdr 64 octets:  name 8  namelen 4+4  iov 8  iovlen 8  control 8  controllen 8  flags 4+4  length 4+4
 *             iovec 16 octets:    base 8  length 8
 *             sockaddr 32 octets, data `slotOctets`
 * @module
 */
import { libc, linux, type Memory } from './libc.ts'
import { socketAddressOctets } from './socket-address.ts'

/** A jumbo frame: exporters keep their datagrams within one frame; what is longer is cut and told as truncated. */
export const slotOctets = 9216
/** 64 datagrams a system call; more no longer lowers the cost and only delays the first. */
export const defaultBatch = 64

const headerOctets = 64
const vectorOctets = 16
const at = { nameLength: 8, vectors: 16, vectorCount: 24, flags: 48, length: 56 }

/** What one call received; slots from the count on hold rubbish. */
export interface DatagramBatch {
  /** The headers, to hand to `recvmmsg`. */
  readonly headers: Memory
  readonly size: number
  /** Puts back what the kernel changed in the headers of the `used` slots of the call before. */
  reset(used: number): void
  /** The datagram, a view that lives until the next call; cut to `slotOctets`. */
  datagram(slot: number): Uint8Array
  /** Source address as 16 octets, IPv4 as ::ffff:a.b.c.d; a view that lives until the next call. */
  sourceAddress(slot: number): Uint8Array
  sourcePort(slot: number): number
  /** Whether the datagram was longer than a slot. */
  truncated(slot: number): boolean
}

export function createDatagramBatch(size: number, family: 'ipv4' | 'ipv6'): DatagramBatch {
  const perSlot = headerOctets + vectorOctets + socketAddressOctets + slotOctets
  const memory = new Uint8Array(size * perSlot)
  const view = new DataView(memory.buffer)
  const base = libc().addressOf(memory)
  const vectorsAt = size * headerOctets
  const namesAt = vectorsAt + size * vectorOctets
  const dataAt = namesAt + size * socketAddressOctets
  const slots = Array.from({ length: size }, (_, slot) => {
    const header = slot * headerOctets
    const vector = vectorsAt + slot * vectorOctets
    const name = namesAt + slot * socketAddressOctets
    const data = dataAt + slot * slotOctets
    view.setBigUint64(header, base + BigInt(name), true)
    view.setUint32(header + at.nameLength, socketAddressOctets, true)
    view.setBigUint64(header + at.vectors, base + BigInt(vector), true)
    view.setBigUint64(header + at.vectorCount, 1n, true)
    view.setBigUint64(vector, base + BigInt(data), true)
    view.setBigUint64(vector + 8, BigInt(slotOctets), true)
    const mapped = new Uint8Array(16).fill(0xff, 10, 12)
    return { header, name, data, source: family === 'ipv6' ? memory.subarray(name + 8, name + 24) : mapped }
  })
  return {
    headers: memory,
    size,
    reset(used) {
      for (let slot = 0; slot < used; slot++) {
        view.setUint32(slot * headerOctets + at.nameLength, socketAddressOctets, true)
      }
    },
    datagram(slot) {
      const { header, data } = slots[slot]!
      return memory.subarray(data, data + view.getUint32(header + at.length, true))
    },
    sourceAddress(slot) {
      const { name, source } = slots[slot]!
      if (family === 'ipv4') for (let i = 0; i < 4; i++) source[12 + i] = memory[name + 4 + i]!
      return source
    },
    sourcePort: (slot) => view.getUint16(slots[slot]!.name + 2),
    truncated: (slot) => (view.getUint32(slots[slot]!.header + at.flags, true) & linux.MSG_TRUNC) !== 0,
  }
}
