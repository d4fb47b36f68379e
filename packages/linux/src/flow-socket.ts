/**
 * A UDP socket that hands over many datagrams a system call: recvmmsg(2) through FFI. Node's own dgram makes an object,
 * a Buffer and a callback per datagram, which loses most of what a fast exporter sends.
 *
 * The drop counter is SO_MEMINFO's (linux/sock_diag.h, SK_MEMINFO_DROPS): the same number that SO_RXQ_OVFL would put
 * beside every datagram, read only when someone asks.
 * @module
 */
import { createDatagramBatch, type DatagramBatch, defaultBatch } from './datagram-batch.ts'
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork, nothingYet } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

export interface FlowSocketOptions {
  /** IPv4 or IPv6 address; `::` takes IPv6 alone, so that it can stand beside 0.0.0.0 on the same port. */
  readonly address: string
  /** 0 lets the kernel choose. */
  readonly port: number
  /** Socket buffer wanted, in octets; as root more than net.core.rmem_max is granted. */
  readonly receiveBuffer: number
  /** Datagrams a call, 1..1024. */
  readonly batch?: number
  /** `reuse-port`: several sockets share the port and the kernel spreads exporters over them. */
  readonly sharing?: 'exclusive' | 'reuse-port'
  /** How long `receive('wait')` waits, in milliseconds. */
  readonly timeout?: number
}

export interface FlowSocket {
  readonly address: string
  readonly port: number
  /** Octets that the kernel granted. */
  readonly receiveBuffer: number
  readonly fd: number
  readonly batch: DatagramBatch
  /**
   * Fills the batch with what has arrived and returns how many datagrams. `wait` blocks the thread until there is one or
   * the timeout is over; `poll` returns 0 at once when there is none. @throws {UnavailableError}
   */
  receive(patience: 'wait' | 'poll'): number
  /** Datagrams that the kernel dropped here because the buffer was full, since the socket was opened; wraps at 2^32. */
  dropped(): number
  close(): void
}

const maxBatch = 1024
const defaultTimeout = 150
const memInfoWords = 16
const dropsAt = 8

/** @throws {UnavailableError} with a code, where native calls do not work or the kernel refuses */
export function openFlowSocket(options: FlowSocketOptions): FlowSocket {
  const size = options.batch ?? defaultBatch
  if (!Number.isInteger(size) || size < 1 || size > maxBatch) {
    throw new RangeError(`"batch" must be 1..${maxBatch}, got ${size}`)
  }
  const c = libc()
  const local = socketAddressOf(options.address, options.port)
  const family = local.family === 'ipv6' ? linux.AF_INET6 : linux.AF_INET
  const fd = mustWork(c.socket(family, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0), 'socket')
  try {
    prepare(fd, options, local.family)
    mustWork(c.bind(fd, local.octets, local.octets.length), `bind to ${options.address} port ${options.port}`)
    return flowSocket(fd, options.address, createDatagramBatch(size, local.family))
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
  if (options.sharing === 'reuse-port') mustWork(set(linux.SOL_SOCKET, linux.SO_REUSEPORT, 1), 'SO_REUSEPORT')
  const forced = set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, options.receiveBuffer)
  if (forced < 0) mustWork(set(linux.SOL_SOCKET, linux.SO_RCVBUF, options.receiveBuffer), 'SO_RCVBUF')
  const timeout = options.timeout ?? defaultTimeout
  const seconds = Math.trunc(timeout / 1000)
  mustWork(set(linux.SOL_SOCKET, linux.SO_RCVTIMEO, seconds, 0, (timeout - seconds * 1000) * 1000, 0), 'SO_RCVTIMEO')
}

function flowSocket(fd: number, address: string, batch: DatagramBatch): FlowSocket {
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
  let used = 0
  let open = true
  return {
    address,
    port: new DataView(bound.buffer).getUint16(2),
    // The kernel doubles what is set, for its own bookkeeping (socket(7)).
    receiveBuffer: option(linux.SO_RCVBUF)[0]! / 2,
    fd,
    batch,
    receive(patience) {
      if (!open) throw new UnavailableError('refused', 'the socket is closed')
      batch.reset(used)
      const flags = patience === 'wait' ? linux.MSG_WAITFORONE : linux.MSG_DONTWAIT
      const count = c.recvmmsg(fd, batch.headers, batch.size, flags, null)
      used = Math.max(count, 0)
      if (count < 0 && !nothingYet()) mustWork(count, 'recvmmsg')
      return used
    },
    dropped: () => option(linux.SO_MEMINFO)[dropsAt]!,
    close() {
      if (open) c.close(fd)
      open = false
    },
  }
}
