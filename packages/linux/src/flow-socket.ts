/**
 * A UDP socket for many datagrams: its buffer, and the counter of dropped datagrams. `RingWriter` does the receiving.
 *
 * The drop counter is SO_MEMINFO's (linux/sock_diag.h, SK_MEMINFO_DROPS): the same number that SO_RXQ_OVFL would put
 * beside every datagram, read only when someone asks.
 * @module
 */
import { libc, linux, mustWork } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

export interface FlowSocketOptions {
  /** IPv4 or IPv6 address; `::` takes IPv6 alone, so that it can stand beside 0.0.0.0 on the same port. */
  readonly address: string
  /** 0 lets the kernel choose. */
  readonly port: number
  /** Requested socket buffer in octets; root may exceed net.core.rmem_max. */
  readonly receiveBuffer: number
}

export interface FlowSocket {
  readonly address: string
  readonly port: number
  /** Octets that the kernel granted. */
  readonly receiveBuffer: number
  readonly fd: number
  /** Datagrams that the kernel dropped here because the buffer was full, since the socket was opened; wraps at 2^32. */
  dropped(): number
  close(): void
}

const memInfoWords = 16
const dropsAt = 8

/** @throws {UnavailableError} with a code, where native calls do not work or the kernel refuses */
export function openFlowSocket(options: FlowSocketOptions): FlowSocket {
  const c = libc()
  const local = socketAddressOf(options.address, options.port)
  const family = local.family === 'ipv6' ? linux.AF_INET6 : linux.AF_INET
  const fd = mustWork(c.socket(family, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0), 'socket')
  try {
    prepare(fd, options, local.family)
    mustWork(c.bind(fd, local.octets, local.octets.length), `bind to ${options.address} port ${options.port}`)
    return flowSocket(fd, options.address)
  } catch (error) {
    c.close(fd)
    throw error
  }
}

function prepare(fd: number, options: FlowSocketOptions, family: 'ipv4' | 'ipv6'): void {
  const c = libc()
  const set = (level: number, option: number, ...words: readonly number[]): number => {
    const value = new Uint32Array(words)
    return c.setsockopt(fd, level, option, value, value.byteLength)
  }
  if (family === 'ipv6') mustWork(set(linux.IPPROTO_IPV6, linux.IPV6_V6ONLY, 1), 'IPV6_V6ONLY')
  const forced = set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, options.receiveBuffer)
  if (forced < 0) mustWork(set(linux.SOL_SOCKET, linux.SO_RCVBUF, options.receiveBuffer), 'SO_RCVBUF')
  // Datagrams of one sender and length that came close together in one message. Kernels before 5.0 hand over each alone.
  set(linux.IPPROTO_UDP, linux.UDP_GRO, 1)
}

function flowSocket(fd: number, address: string): FlowSocket {
  const c = libc()
  const memory = new Uint32Array(memInfoWords)
  const length = new Uint32Array(1)
  const option = (name: number): Uint32Array => {
    length[0] = memory.byteLength
    mustWork(c.getsockopt(fd, linux.SOL_SOCKET, name, memory, length), 'getsockopt')
    return memory
  }
  const bound = new Uint8Array(32)
  mustWork(c.getsockname(fd, bound, new Uint32Array([bound.length])), 'getsockname')
  let open = true
  let droppedAtClose = 0
  const dropped = (): number => (open ? option(linux.SO_MEMINFO)[dropsAt]! : droppedAtClose)
  return {
    address,
    port: new DataView(bound.buffer).getUint16(2),
    // The kernel doubles what is set, for its own bookkeeping (socket(7)).
    receiveBuffer: option(linux.SO_RCVBUF)[0]! / 2,
    fd,
    dropped,
    close() {
      if (!open) return
      droppedAtClose = dropped()
      c.close(fd)
      open = false
    },
  }
}
