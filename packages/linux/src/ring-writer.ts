/** The producer's side of the ring: recvmmsg(2) straight into its slots. @module */
import {
  batch,
  control,
  dataOctets,
  type DatagramRing,
  header,
  headerOctets,
  nameOctets,
  prepareSlot,
  renewHeader,
  type RingLayout,
  ringLayoutOf,
  setRoom,
  slotsOfLongest,
  slotsTaken,
  spillOf,
} from './datagram-ring.ts'
import { libc, linux, mustWork, nothingYet } from './libc.ts'

/** Messages that are read one by one, each with room for the longest, after one that did not fit into a slot. */
const oneByOne = 16

export class RingWriter {
  readonly #layout: RingLayout
  readonly #memory: Uint8Array
  readonly #view: DataView
  readonly #control: Int32Array
  readonly #address: number
  readonly #headers: number
  /** Slots whose pointers are in place: those that were never used have touched no memory. */
  #prepared = 0
  #head = 0
  #base = 0
  /** Messages still to be read one by one. */
  #oneByOne = 0

  constructor({ slots, memory }: DatagramRing) {
    this.#layout = ringLayoutOf(slots)
    const { buffer } = memory
    this.#memory = new Uint8Array(buffer)
    this.#view = new DataView(buffer)
    this.#control = new Int32Array(buffer, 0, 32)
    this.#address = Number(libc().addressOf(this.#memory))
    this.#headers = this.#address + this.#layout.headers
    // By pages of 2 MiB, where the kernel has them: fewer faults, and fewer places for the processor to remember. Only
    // advice, so whether it is taken makes no difference to what is received.
    libc().madvise(this.#address, this.#memory.length, linux.MADV_HUGEPAGE)
  }

  /**
   * Takes messages that have come to a socket, at most a batch. Returns their number: 0 if nothing has come, `full`
   * while the reader has used up too little; then the kernel keeps what comes, and drops and counts what it has no room
   * for.
   * @throws {UnavailableError}
   */
  receive(fd: number): number | 'full' {
    const { slots } = this.#layout
    const tail = Atomics.load(this.#control, control.tail)
    if (tail === this.#head) {
      this.#base = this.#head
      Atomics.store(this.#control, control.base, this.#base)
    }
    const slot = (this.#head - this.#base) & (slots - 1)
    const room = Math.floor((slots - ((this.#head - tail) >>> 0)) / slotsOfLongest)
    if (room === 0) return 'full'
    const isOne = this.#oneByOne > 0
    const count = isOne ? this.#readOne(fd, slot) : this.#read(fd, slot, Math.min(batch, room, slots - slot))
    if (count <= 0) {
      if (count < 0 && !nothingYet()) mustWork(count, 'recvmmsg')
      return 0
    }
    const taken = isOne ? slotsTaken(this.#layout, slot, this.#lengthAt(slot)) : this.#spread(slot, count)
    if (taken > count) this.#oneByOne = oneByOne
    else if (isOne) this.#oneByOne--
    this.#head = (this.#head + taken) | 0
    Atomics.store(this.#control, control.head, this.#head)
    return count
  }

  /** Whether the reader waits for a notification; the call clears the request. */
  takeAsleep(): boolean {
    return Atomics.load(this.#control, control.asleep) === 1 && Atomics.exchange(this.#control, control.asleep, 0) === 1
  }

  get isStopping(): boolean {
    return Atomics.load(this.#control, control.stopping) === 1
  }

  /** Sleeps. Milliseconds. */
  pause(milliseconds: number): void {
    Atomics.wait(this.#control, control.pause, 0, milliseconds)
  }

  #read(fd: number, slot: number, messages: number): number {
    this.#prepare(slot + messages)
    const headers = this.#headers + slot * headerOctets
    return libc().recvmmsg(fd, headers, messages, linux.MSG_DONTWAIT, null)
  }

  /** One message with room for all of it, over the slots that follow. */
  #readOne(fd: number, slot: number): number {
    this.#prepare(slot + 1)
    setRoom(this.#view, this.#layout, slot, 'whole')
    const count = this.#read(fd, slot, 1)
    setRoom(this.#view, this.#layout, slot, 'slot')
    return count
  }

  #prepare(slots: number): void {
    while (this.#prepared < slots) prepareSlot(this.#view, this.#layout, this.#address, this.#prepared++)
  }

  #lengthAt(slot: number): number {
    return this.#view.getUint32(this.#layout.headers + slot * headerOctets + header.length, true)
  }

  /**
   * Puts what spilled out of the slots of a batch behind the slot that it belongs to, and what came later further back.
   * Returns the number of slots that the batch then takes. Rare, as the next messages are read one by one.
   */
  #spread(first: number, count: number): number {
    const places: number[] = []
    let longest = 0
    for (let slot = first; slot < first + count; slot++) longest = Math.max(longest, this.#lengthAt(slot))
    if (longest <= dataOctets) return count
    let next = first
    let taken = 0
    for (let slot = first; slot < first + count; slot++) {
      places.push(next)
      const here = slotsTaken(this.#layout, next, this.#lengthAt(slot))
      next = (next + here) % this.#layout.slots
      taken += here
    }
    // From the last on: a place is never before where the message is now, unless it is at the begin of the ring.
    for (let index = count - 1; index >= 0; index--) this.#move(first + index, places[index]!)
    return taken
  }

  #move(from: number, to: number): void {
    const { data, headers, names } = this.#layout
    const memory = this.#memory
    const length = this.#lengthAt(from)
    const place = data + to * dataOctets
    if (to !== from) {
      this.#prepare(to + 1)
      const at = headers + from * headerOctets + header.controlLength
      // The lengths; the pointers of a header are those of its own slot.
      memory.copyWithin(headers + to * headerOctets + header.controlLength, at, headers + (from + 1) * headerOctets)
      memory.copyWithin(names + to * nameOctets, names + from * nameOctets, names + (from + 1) * nameOctets)
      memory.copyWithin(place, data + from * dataOctets, data + (from + 1) * dataOctets)
      renewHeader(this.#view, this.#layout, from)
    }
    if (length <= dataOctets) return
    const spill = spillOf(this.#layout, from)
    memory.copyWithin(place + dataOctets, spill, spill + length - dataOctets)
  }
}
