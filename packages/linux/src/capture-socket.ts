/**
 * Copies of all frames that come and go on any interface of a network namespace, as a packet sniffer takes them: a packet
 * socket that is bound to no interface (packet(7)). So it outlives interfaces that go down, and sees those that come.
 *
 * The kernel writes frames, one behind the other, into a ring of blocks in memory that both sides see (TPACKET_V3,
 * linux/if_packet.h). It is bounded by nothing but its own size, and a reader that is late loses nothing before it is full:
 *
 *   block   version 4, offset 4, status 4, frames 4, first 4, octets 4, number 8, times 16
 *   frame   next 4, seconds 4, nanoseconds 4, kept 4, length 4, status 4, offset of link layer 2, of network layer 2, … 20
 *           and behind it sockaddr_ll: family 2, protocol 2, ifIndex 4, hardware 2, kind of packet 1
 *
 * One thread reads many namespaces: a socket stays in the namespace in which it was made, and setns(2) moves only the
 * thread that calls.
 * @module
 */
import { closeSync, openSync } from 'node:fs'
import { libc, linux, mustWork } from './libc.ts'

/** 8 MiB: half a second of 10,000 frames of 1,500 octets a second. The longest frame, on the loopback, has 64 KiB. */
const blockOctets = 262_144
const blocks = 32
/** Milliseconds after which the kernel hands over a block that is not full. */
const handOver = 20
/** A multiple of 16; blocks hold frames of any length. */
const frameUnit = 2048

/** Owner of a block. */
const status = { kernel: 0, reader: 1 } as const
const block = { status: 8, frames: 12, first: 16 } as const
const frame = { next: 0, seconds: 4, nanoseconds: 8, kept: 12, length: 16, start: 24, interface: 52, kind: 58 } as const
/** `sll_pkttype`: sent by this host. */
const outgoing = 4

export interface CapturedFrame {
  /** From the link-layer header on; a view that is valid until the handler returns. */
  readonly octets: Uint8Array
  /** Octets on the wire. */
  readonly length: number
  /** ifIndex, in the namespace of the socket. */
  readonly interface: number
  readonly direction: 'in' | 'out'
  /** When the kernel saw it, nanoseconds since 1970. */
  readonly at: bigint
}

/**
 * @param namespace path of a network namespace, such as `/run/netns/pe-1`
 *
 * Needs CAP_NET_RAW there, and CAP_SYS_ADMIN to enter it. @throws {UnavailableError}; {Error} of the file
 */
export function openCaptureSocket(namespace: string): CaptureSocket {
  const c = libc()
  let memory: ArrayBuffer | undefined
  const fd = within(namespace, () =>
    // Without a protocol nothing arrives before the ring is there.
    mustWork(c.socket(linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'packet socket'),
  )
  try {
    const set = (name: string, option: number, value: Uint32Array): number =>
      mustWork(c.setsockopt(fd, linux.SOL_PACKET, option, value, value.byteLength), name)
    set('PACKET_VERSION', linux.PACKET_VERSION, new Uint32Array([linux.TPACKET_V3]))
    const octets = blockOctets * blocks
    const ring = [blockOctets, blocks, frameUnit, octets / frameUnit, handOver, 0, 0]
    set('PACKET_RX_RING', linux.PACKET_RX_RING, new Uint32Array(ring))
    memory = c.mmap(fd, octets)
    const everything = new Uint8Array(20) // sockaddr_ll: family, protocol (big-endian), interface 0
    everything[0] = linux.AF_PACKET
    everything[3] = linux.ETH_P_ALL
    mustWork(c.bind(fd, everything, everything.length), 'bind')
    return new CaptureSocket(fd, memory)
  } catch (error) {
    if (memory !== undefined) c.munmap(memory)
    c.close(fd)
    throw error
  }
}

export class CaptureSocket {
  readonly #fd: number
  readonly #memory: ArrayBuffer
  readonly #octets: Uint8Array
  readonly #view: DataView
  readonly #words: Int32Array
  /** Whose turn it is: the kernel fills blocks in their order. */
  #block = 0

  /** @param memory of the ring, all of it */
  constructor(fd: number, memory: ArrayBuffer) {
    this.#fd = fd
    this.#memory = memory
    this.#octets = new Uint8Array(memory)
    this.#view = new DataView(memory)
    this.#words = new Int32Array(memory)
  }

  /** Calls `onFrame` with what the kernel has handed over, without waiting. Gives the number of frames. */
  read(onFrame: (frame: CapturedFrame) => void): number {
    let count = 0
    for (let turn = 0; turn < blocks; turn++) {
      const from = this.#block * blockOctets
      const owner = (from + block.status) / 4
      if ((Atomics.load(this.#words, owner) & status.reader) === 0) break
      count += this.#readBlock(from, onFrame)
      Atomics.store(this.#words, owner, status.kernel)
      this.#block = (this.#block + 1) % blocks
    }
    return count
  }

  #readBlock(from: number, onFrame: (frame: CapturedFrame) => void): number {
    const view = this.#view
    const count = view.getUint32(from + block.frames, true)
    let at = from + view.getUint32(from + block.first, true)
    for (let number = 0; number < count; number++) {
      const start = at + view.getUint16(at + frame.start, true)
      const nanoseconds = BigInt(view.getUint32(at + frame.nanoseconds, true))
      onFrame({
        octets: this.#octets.subarray(start, start + view.getUint32(at + frame.kept, true)),
        length: view.getUint32(at + frame.length, true),
        interface: view.getInt32(at + frame.interface, true),
        direction: view.getUint8(at + frame.kind) === outgoing ? 'out' : 'in',
        at: BigInt(view.getUint32(at + frame.seconds, true)) * 1_000_000_000n + nanoseconds,
      })
      at += view.getUint32(at + frame.next, true)
    }
    return count
  }

  /** Since the last call: frames that came, and those of them for which there was no room. */
  counts(): { readonly seen: number; readonly dropped: number } {
    const counts = new Uint32Array(3)
    const option = linux.PACKET_STATISTICS
    mustWork(
      libc().getsockopt(this.#fd, linux.SOL_PACKET, option, counts, new Uint32Array([counts.byteLength])),
      'PACKET_STATISTICS',
    )
    return { seen: counts[0]!, dropped: counts[1]! }
  }

  /** Nothing may be read afterwards. With the ring still in memory, the kernel would go on to fill it. */
  close(): void {
    libc().munmap(this.#memory)
    libc().close(this.#fd)
  }
}

/** Runs `work`, which must not wait for anything, with this thread in another network namespace. */
function within<Result>(namespace: string, work: () => Result): Result {
  const c = libc()
  const own = openSync('/proc/thread-self/ns/net', 'r')
  try {
    const there = openSync(namespace, 'r')
    try {
      mustWork(c.setns(there, linux.CLONE_NEWNET), `enter ${namespace}`)
    } finally {
      closeSync(there)
    }
    try {
      return work()
    } finally {
      mustWork(c.setns(own, linux.CLONE_NEWNET), 'go back to the own namespace')
    }
  } finally {
    closeSync(own)
  }
}
