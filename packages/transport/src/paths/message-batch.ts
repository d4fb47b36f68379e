/**
 * The memory that recvmmsg(2) fills: rows of `mmsghdr`, `iovec`, `sockaddr` and octets, on 64-bit little-endian Linux.
 *
 *   mmsghdr  64 octets: name 8  namelen 4+4  iov 8  iovlen 8  control 8  controllen 8  flags 4+4  length 4+4
 *   iovec    16: base 8  length 8
 *   sockaddr 32: family 2  port 2 (big-endian), then the address of IPv4 4; or flow info 4, address 16, scope 4
 * @module
 */
import { uninitialized } from '../packet-memory.ts'

/** Datagrams per call. */
export const batch = 16
const headerOctets = 64
const vectorOctets = 16
const nameOctets = 32
/** Room for each datagram: none is longer. Pages that are never written take no memory. */
const roomOctets = 65_536
const vectorsAt = batch * headerOctets
const namesAt = vectorsAt + batch * vectorOctets
const roomsAt = namesAt + batch * nameOctets
const nameLengthAt = 8
const lengthAt = 56
const family = { v4: 2, v6: 10 } as const

export class MessageBatch {
  /** The kernel's address of the `mmsghdr` rows. */
  readonly address: number
  readonly #octets = uninitialized(roomsAt + batch * roomOctets)
  readonly #view = new DataView(this.#octets.buffer, this.#octets.byteOffset, roomsAt)

  constructor(addressOf: (memory: Uint8Array) => bigint) {
    const base = addressOf(this.#octets)
    this.address = Number(base)
    this.#octets.fill(0, 0, roomsAt)
    const pointer = (at: number, to: number): void => this.#view.setBigUint64(at, base + BigInt(to), true)
    for (let index = 0; index < batch; index++) {
      const header = index * headerOctets
      const vector = vectorsAt + index * vectorOctets
      pointer(header, namesAt + index * nameOctets)
      pointer(header + 16, vector)
      this.#view.setBigUint64(header + 24, 1n, true)
      pointer(vector, roomsAt + index * roomOctets)
      this.#view.setBigUint64(vector + 8, BigInt(roomOctets), true)
      this.#renew(index)
    }
  }

  /** Datagram `index`, valid until the next call of the kernel. */
  datagram(index: number): Uint8Array {
    const at = roomsAt + index * roomOctets
    return this.#octets.subarray(at, at + this.#view.getUint32(index * headerOctets + lengthAt, true))
  }

  /** Equal only for datagrams of the same sender. */
  keyOf(index: number): string | number {
    const at = namesAt + index * nameOctets
    const view = this.#view
    if (view.getUint16(at, true) === family.v4) return view.getUint32(at + 4) * 65_536 + view.getUint16(at + 2)
    return keyOfName(this.nameOf(index))
  }

  /** A copy of the `sockaddr`, with a new buffer for the next one. */
  nameOf(index: number): Uint8Array<ArrayBuffer> {
    const at = namesAt + index * nameOctets
    return this.#octets.slice(at, at + (this.#view.getUint16(at, true) === family.v6 ? 28 : 16))
  }

  /** To be called before the next call: the kernel overwrote the name lengths of `count` datagrams. */
  renew(count: number): void {
    for (let index = 0; index < count; index++) this.#renew(index)
  }

  #renew(index: number): void {
    this.#view.setUint32(index * headerOctets + nameLengthAt, nameOctets, true)
  }
}

/** Equal only for the same `sockaddr`: see `keyOf`. */
export function keyOfName(name: Uint8Array): string | number {
  const view = new DataView(name.buffer, name.byteOffset, name.byteLength)
  if (view.getUint16(0, true) === family.v4) return view.getUint32(4) * 65_536 + view.getUint16(2)
  return Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1', 2)
}

/** The `sockaddr` of an address without a scope. */
export function nameOf(address: string, port: number): Uint8Array {
  const isSix = address.includes(':')
  const name = new Uint8Array(isSix ? 28 : 16)
  const view = new DataView(name.buffer)
  view.setUint16(0, isSix ? family.v6 : family.v4, true)
  view.setUint16(2, port)
  if (isSix) groupsOf(address).forEach((group, index) => view.setUint16(8 + 2 * index, group))
  else name.set(address.split('.').map(Number), 4)
  return name
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // The URL parser writes the short form (RFC 5952).
  const [head = '', tail] = new URL(`udp6://[${address}]`).hostname.slice(1, -1).split('::')
  const numbers = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

/** The address and port of a `sockaddr`. */
export function readName(name: Uint8Array): { readonly address: string; readonly port: number } {
  const view = new DataView(name.buffer, name.byteOffset, name.byteLength)
  const port = view.getUint16(2)
  if (view.getUint16(0, true) === family.v4) return { address: name.subarray(4, 8).join('.'), port }
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index).toString(16))
  const scope = view.getUint32(24, true)
  // The URL parser writes the short form (RFC 5952).
  const address = new URL(`udp6://[${groups.join(':')}]`).hostname.slice(1, -1)
  return { address: scope === 0 ? address : `${address}%${scope}`, port }
}
