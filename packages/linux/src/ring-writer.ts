/** The side of a ring that takes datagrams from the kernel: recvmmsg(2) straight into its slots. @module */
import {
  control,
  type DatagramRing,
  headerOctets,
  prepareSlot,
  type RingLayout,
  ringLayoutOf,
} from './datagram-ring.ts'
import { libc, linux, mustWork, nothingYet } from './libc.ts'

/** 64 datagrams a system call; more no longer lowers the cost and only delays the first. */
const batch = 64

export class RingWriter {
  readonly #layout: RingLayout
  readonly #memory: Uint8Array
  readonly #view: DataView
  readonly #control: Int32Array
  readonly #address: bigint
  readonly #headers: number
  /** Slots whose pointers are in place: those that were never used have touched no memory. */
  #prepared = 0
  #head = 0
  #base = 0

  constructor({ slots, memory }: DatagramRing) {
    this.#layout = ringLayoutOf(slots)
    this.#memory = new Uint8Array(memory)
    this.#view = new DataView(memory)
    this.#control = new Int32Array(memory, 0, 32)
    this.#address = libc().addressOf(this.#memory)
    this.#headers = Number(this.#address) + this.#layout.headers
  }

  /**
   * Takes what has come to a socket, at most a batch; 0 where nothing has come, `full` while the reader has used up
   * nothing: then the kernel keeps what comes, and drops and counts what it has no room for. @throws {UnavailableError}
   */
  receive(fd: number): number | 'full' {
    const { slots } = this.#layout
    const tail = Atomics.load(this.#control, control.tail)
    if (tail === this.#head) {
      this.#base = this.#head
      Atomics.store(this.#control, control.base, this.#base)
    }
    const slot = (this.#head - this.#base) & (slots - 1)
    const room = Math.min(batch, slots - slot, slots - ((this.#head - tail) >>> 0))
    if (room === 0) return 'full'
    while (this.#prepared < slot + room) prepareSlot(this.#view, this.#layout, this.#address, this.#prepared++)
    const count = libc().recvmmsg(fd, this.#headers + slot * headerOctets, room, linux.MSG_DONTWAIT, null)
    if (count <= 0) {
      if (count < 0 && !nothingYet()) mustWork(count, 'recvmmsg')
      return 0
    }
    this.#head = (this.#head + count) | 0
    Atomics.store(this.#control, control.head, this.#head)
    return count
  }

  /** Whether the reader waits to be told of datagrams; asking takes it as told. */
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
}
