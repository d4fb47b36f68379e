/**
 * Copies of all frames that come and go on any interface of a network namespace, as a packet sniffer takes them: a packet
 * socket that is bound to no interface (packet(7)). So it outlives interfaces that go down, and sees those that come. The
 * kernel notes when each frame passed.
 *
 * One thread reads many namespaces: a socket stays in the namespace in which it was made, and setns(2) moves only the
 * thread that calls.
 * @module
 */
import { closeSync, openSync } from 'node:fs'
import { libc, linux, mustWork, nothingYet } from './libc.ts'

/** Frames of one recvmmsg(2). */
const batch = 64
/** The longest that a packet socket hands over: 64 KiB of IP on the loopback, and what stands before. */
const slotOctets = 65_536 + 128
/** Octets of frames that may wait to be read. Without privilege outside, the kernel gives less: net.core.rmem_max. */
const receiveBuffer = 16_777_216
const headerOctets = 64
const nameOctets = 32
/** CMSG_SPACE of a timespec: length 8, level 4, type 4, seconds 8, nanoseconds 8. */
const controlOctets = 32
/** `sll_pkttype` of linux/if_packet.h: sent by this host. */
const outgoing = 4
const nanoseconds = 1_000_000_000n
const enetdown = 100

export interface CapturedFrame {
  /** From the link-layer header on; a view that is valid until the handler returns. */
  readonly octets: Uint8Array
  /** Octets on the wire: more than there are in `octets` if those did not fit. */
  readonly length: number
  /** ifIndex, in the namespace of the socket. */
  readonly interface: number
  readonly direction: 'in' | 'out'
  /** Nanoseconds since 1970. */
  readonly at: bigint
}

export interface CaptureSocket {
  readonly fd: number
  /** Since the last call: frames that came, and those of them for which there was no room. */
  counts(): { readonly seen: number; readonly dropped: number }
  close(): void
}

/**
 * @param namespace path of a network namespace, such as `/run/netns/pe-1`
 *
 * Needs CAP_NET_RAW there, and CAP_SYS_ADMIN to enter it. @throws {UnavailableError}; {Error} of the file
 */
export function openCaptureSocket(namespace: string): CaptureSocket {
  const c = libc()
  const own = openSync('/proc/thread-self/ns/net', 'r')
  const there = openSync(namespace, 'r')
  let fd: number
  try {
    mustWork(c.setns(there, linux.CLONE_NEWNET), `enter ${namespace}`)
    try {
      // Without a protocol: nothing arrives before its time is noted.
      fd = mustWork(c.socket(linux.AF_PACKET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'packet socket')
    } finally {
      mustWork(c.setns(own, linux.CLONE_NEWNET), 'go back to the own namespace')
    }
  } finally {
    closeSync(there)
    closeSync(own)
  }
  const set = (option: number, value: number): number =>
    c.setsockopt(fd, linux.SOL_SOCKET, option, new Uint32Array([value]), 4)
  try {
    mustWork(set(linux.SO_TIMESTAMPNS, 1), 'SO_TIMESTAMPNS')
    if (set(linux.SO_RCVBUFFORCE, receiveBuffer) < 0) mustWork(set(linux.SO_RCVBUF, receiveBuffer), 'SO_RCVBUF')
    const everything = new Uint8Array(20) // sockaddr_ll: family, protocol (big-endian), interface 0
    everything[0] = linux.AF_PACKET
    everything[3] = linux.ETH_P_ALL
    mustWork(c.bind(fd, everything, everything.length), 'bind')
  } catch (error) {
    c.close(fd)
    throw error
  }
  return {
    fd,
    counts() {
      const counts = new Uint32Array(2)
      mustWork(
        c.getsockopt(fd, linux.SOL_PACKET, linux.PACKET_STATISTICS, counts, new Uint32Array([8])),
        'PACKET_STATISTICS',
      )
      return { seen: counts[0]!, dropped: counts[1]! }
    },
    close: () => void c.close(fd),
  }
}

/** Reads capture sockets, many frames a system call. Its memory is used again by each call: one reader serves all sockets. */
export class CaptureReader {
  readonly #memory = new Uint8Array(batch * (headerOctets + 16 + nameOctets + controlOctets + slotOctets))
  readonly #view = new DataView(this.#memory.buffer)
  readonly #address = Number(libc().addressOf(this.#memory))
  readonly #vectors = batch * headerOctets
  readonly #names = this.#vectors + batch * 16
  readonly #controls = this.#names + batch * nameOctets
  readonly #data = this.#controls + batch * controlOctets

  constructor() {
    for (let slot = 0; slot < batch; slot++) {
      const header = slot * headerOctets
      const vector = this.#vectors + slot * 16
      this.#put(header, this.#address + this.#names + slot * nameOctets)
      this.#put(header + 16, this.#address + vector)
      this.#put(header + 24, 1)
      this.#put(header + 32, this.#address + this.#controls + slot * controlOctets)
      this.#put(vector, this.#address + this.#data + slot * slotOctets)
      this.#put(vector + 8, slotOctets)
    }
  }

  /** Calls `onFrame` with what has come, at most 64 frames, without waiting. Gives their number. @throws {UnavailableError} */
  read({ fd }: CaptureSocket, onFrame: (frame: CapturedFrame) => void): number {
    const view = this.#view
    for (let slot = 0; slot < batch; slot++) {
      view.setUint32(slot * headerOctets + 8, nameOctets, true)
      view.setUint32(slot * headerOctets + 40, controlOctets, true)
    }
    const count = libc().recvmmsg(fd, this.#address, batch, linux.MSG_DONTWAIT | linux.MSG_TRUNC, null)
    if (count < 0) {
      // That an interface went down is reported once, and is no end: the socket is bound to none.
      if (!nothingYet()) this.#refuse(count)
      return 0
    }
    for (let slot = 0; slot < count; slot++) {
      const length = view.getUint32(slot * headerOctets + 56, true)
      const name = this.#names + slot * nameOctets
      const time = this.#controls + slot * controlOctets + 16
      const data = this.#data + slot * slotOctets
      onFrame({
        octets: this.#memory.subarray(data, data + Math.min(length, slotOctets)),
        length,
        interface: view.getInt32(name + 4, true),
        direction: view.getUint8(name + 10) === outgoing ? 'out' : 'in',
        at: view.getBigInt64(time, true) * nanoseconds + view.getBigInt64(time + 8, true),
      })
    }
    return count
  }

  #refuse(result: number): void {
    if (libc().errno() !== enetdown) mustWork(result, 'recvmmsg')
  }

  #put(at: number, value: number): void {
    this.#view.setBigUint64(at, BigInt(value), true)
  }
}
