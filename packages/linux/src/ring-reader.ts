/** The consumer's side of the ring. @module */
import {
  control,
  controlMessageOctets,
  controlValueAt,
  dataOctets,
  type DatagramRing,
  header,
  headerOctets,
  nameOctets,
  renewHeader,
  type RingLayout,
  ringLayoutOf,
  slotsTaken,
} from './datagram-ring.ts'
import { linux } from './libc.ts'
import { socketAddressOctets } from './socket-address.ts'

/** Consecutive datagrams of one sender; valid until they are released. */
export interface ReceivedRun {
  /** The ring's memory, and views of the same. */
  readonly octets: Uint8Array
  readonly view: DataView
  readonly memory: WebAssembly.Memory
  /** The datagrams are at `at` up to `end`. */
  readonly at: number
  readonly end: number
  /** Octets of each; the last may have fewer. */
  readonly each: number
  /** The sender. */
  readonly source: {
    /** 16 octets, IPv4 as ::ffff:a.b.c.d. */
    readonly address: Uint8Array
    readonly port: number
  }
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] }

/** Words of a sockaddr that tell senders apart: family and port, IPv4's address, IPv6's from the third on. */
const nameWords = 6
const addressAt = { ipv4: 4, ipv6: 8 } as const

export class RingReader {
  readonly #layout: RingLayout
  readonly #octets: Uint8Array
  readonly #view: DataView
  readonly #control: Int32Array
  readonly #names: Uint32Array
  readonly #run: Changing<ReceivedRun>
  readonly #source = { address: new Uint8Array(16), port: 0 }
  /** The sockaddr that `#source` was read from. */
  readonly #name = new Uint32Array(nameWords)
  /** Slots are released up to `#tail`, and handed out up to `#next`. */
  #tail = 0
  #next = 0
  #head = 0
  #base = 0

  constructor({ slots, memory }: DatagramRing) {
    this.#layout = ringLayoutOf(slots)
    const { buffer } = memory
    this.#octets = new Uint8Array(buffer)
    this.#view = new DataView(buffer)
    this.#control = new Int32Array(buffer, 0, 32)
    this.#names = new Uint32Array(buffer, this.#layout.names, (slots * nameOctets) / 4)
    this.#run = { octets: this.#octets, view: this.#view, memory, at: 0, end: 0, each: 1, source: this.#source }
  }

  /** Whether datagrams wait that were not handed out. */
  get isEmpty(): boolean {
    return this.#next === this.#head && this.#look() === this.#next
  }

  /** The oldest datagrams not yet handed out; valid until the next call. They stay in the ring until `release`. */
  next(): ReceivedRun | undefined {
    if (this.isEmpty) return undefined
    const layout = this.#layout
    const view = this.#view
    const slot = (this.#next - this.#base) & (layout.slots - 1)
    const at = layout.headers + slot * headerOctets
    const length = view.getUint32(at + header.length, true)
    const run = this.#run
    run.at = layout.data + slot * dataOctets
    run.end = run.at + length
    run.each = this.#eachOf(at, slot, length)
    this.#readSource(slot)
    renewHeader(view, layout, slot)
    this.#next = (this.#next + slotsTaken(layout, slot, length)) | 0
    return run
  }

  /** Frees the slots of all datagrams handed out. */
  release(): void {
    this.#tail = this.#next
    Atomics.store(this.#control, control.tail, this.#tail)
  }

  /** Asks the writer to notify of new datagrams. After this call check once more whether any wait. */
  fallAsleep(): void {
    Atomics.store(this.#control, control.asleep, 1)
  }

  /** Asks the writer's thread to end. */
  stop(): void {
    Atomics.store(this.#control, control.stopping, 1)
  }

  #look(): number {
    this.#head = Atomics.load(this.#control, control.head)
    // Only read while something waits: the writer moves it only while nothing does.
    if (this.#head !== this.#tail) this.#base = Atomics.load(this.#control, control.base)
    return this.#head
  }

  /** The kernel tells the length of each datagram of a run by a control message, and tells none with a single one. */
  #eachOf(at: number, slot: number, length: number): number {
    if (this.#view.getUint32(at + header.controlLength, true) < controlMessageOctets) return Math.max(1, length)
    const message = this.#layout.names + slot * nameOctets + socketAddressOctets
    const each = this.#view.getInt32(message + controlValueAt, true)
    return each > 0 ? each : Math.max(1, length)
  }

  #readSource(slot: number): void {
    const names = this.#names
    const name = this.#name
    const at = (slot * nameOctets) / 4
    let differs = 0
    for (let word = 0; word < nameWords; word++) differs |= names[at + word]! ^ name[word]!
    if (differs === 0) return
    for (let word = 0; word < nameWords; word++) name[word] = names[at + word]!
    const octets = this.#octets
    const from = this.#layout.names + slot * nameOctets
    const { address } = this.#source
    this.#source.port = this.#view.getUint16(from + 2)
    if (octets[from] === linux.AF_INET6) {
      for (let index = 0; index < 16; index++) address[index] = octets[from + addressAt.ipv6 + index]!
      return
    }
    address.fill(0).fill(0xff, 10, 12)
    for (let index = 0; index < 4; index++) address[12 + index] = octets[from + addressAt.ipv4 + index]!
  }
}
