/** The side of a ring that uses datagrams up. @module */
import {
  control,
  type DatagramRing,
  datagramOf,
  header,
  headerOctets,
  longestDatagram,
  type RingLayout,
  ringLayoutOf,
} from './datagram-ring.ts'
import { linux } from './libc.ts'
import { socketAddressOctets } from './socket-address.ts'

export class RingReader {
  readonly #layout: RingLayout
  readonly #memory: Uint8Array
  readonly #view: DataView
  readonly #control: Int32Array
  readonly #whole = new Uint8Array(longestDatagram)
  readonly #mapped = new Uint8Array(16).fill(0xff, 10, 12)
  #tail = 0
  #base = 0

  constructor({ slots, memory }: DatagramRing) {
    this.#layout = ringLayoutOf(slots)
    this.#memory = new Uint8Array(memory)
    this.#view = new DataView(memory)
    this.#control = new Int32Array(memory, 0, 32)
  }

  /** How many datagrams wait. Look at 0 up to it, then `release` them. */
  waiting(): number {
    const head = Atomics.load(this.#control, control.head)
    // Only read while something waits: the writer moves it only while nothing does.
    if (head !== this.#tail) this.#base = Atomics.load(this.#control, control.base)
    return (head - this.#tail) >>> 0
  }

  /** The `index`-th that waits: a view until it is released, or until the next one; cut to `longestDatagram`. */
  datagram(index: number): Uint8Array {
    const slot = this.#slot(index)
    const length = this.#view.getUint32(this.#header(slot) + header.length, true)
    return datagramOf(this.#memory, this.#layout, slot, length, this.#whole)
  }

  /** Source address as 16 octets, IPv4 as ::ffff:a.b.c.d; a view as above. */
  sourceAddress(index: number): Uint8Array {
    const name = this.#name(index)
    const memory = this.#memory
    if (memory[name] === linux.AF_INET6) return memory.subarray(name + 8, name + 24)
    for (let i = 0; i < 4; i++) this.#mapped[12 + i] = memory[name + 4 + i]!
    return this.#mapped
  }

  sourcePort(index: number): number {
    return this.#view.getUint16(this.#name(index) + 2)
  }

  /** Whether the datagram was longer than there is room. */
  truncated(index: number): boolean {
    return (this.#view.getUint32(this.#header(this.#slot(index)) + header.flags, true) & linux.MSG_TRUNC) !== 0
  }

  /** The first `count` are used up; their slots are free again. */
  release(count: number): void {
    // The kernel put the length of the address there; an IPv6 address may come next.
    for (let index = 0; index < count; index++) {
      this.#view.setUint32(this.#header(this.#slot(index)) + header.nameLength, socketAddressOctets, true)
    }
    this.#tail = (this.#tail + count) | 0
    Atomics.store(this.#control, control.tail, this.#tail)
  }

  /** The writer is to tell when something comes. Look whether something waits after calling this. */
  fallAsleep(): void {
    Atomics.store(this.#control, control.asleep, 1)
  }

  /** The writer's thread is to end. */
  stop(): void {
    Atomics.store(this.#control, control.stopping, 1)
  }

  #slot(index: number): number {
    return (this.#tail + index - this.#base) & (this.#layout.slots - 1)
  }

  #header(slot: number): number {
    return this.#layout.headers + slot * headerOctets
  }

  #name(index: number): number {
    return this.#layout.names + this.#slot(index) * socketAddressOctets
  }
}
