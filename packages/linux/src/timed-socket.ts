/**
 * UDP sockets whose datagrams the kernel times when they arrive, for `node:dgram` to read: how busy this process is does not
 * show in what it measures.
 * @module
 */
import { libc, linux, mustWork } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

export interface TimedSocket {
  /** Bound; for `socket.bind({ fd })`, which closes it with the socket. */
  readonly fd: number
  /** When the datagram arrived that was read last, milliseconds since 1970 with fractions. To be asked as soon as it is read. */
  readonly arrivedAt: () => number
}

/**
 * @param address of an interface, or one that a local route gives to this host
 * @param port 0 lets the kernel choose
 * @throws {UnavailableError}
 */
export function openTimedSocket(address: string, port: number): TimedSocket {
  const c = libc()
  const { family, octets } = socketAddressOf(address, port)
  const kind = linux.SOCK_DGRAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC
  const fd = mustWork(c.socket(family === 'ipv6' ? linux.AF_INET6 : linux.AF_INET, kind, 0), 'UDP socket')
  const time = new Uint8Array(16) // a timespec
  try {
    // Without it the kernel lets a socket have only addresses of interfaces.
    const [level, option] =
      family === 'ipv6'
        ? ([linux.IPPROTO_IPV6, linux.IPV6_FREEBIND] as const)
        : ([linux.IPPROTO_IP, linux.IP_FREEBIND] as const)
    const on = new Uint32Array([1])
    mustWork(c.setsockopt(fd, level, option, on, on.byteLength), 'socket option for addresses of no interface')
    mustWork(c.bind(fd, octets, octets.length), `bind to ${address}, port ${port}`)
    c.ioctl(fd, linux.SIOCGSTAMPNS, time) // from the first question on, the kernel notes times
  } catch (error) {
    c.close(fd)
    throw error
  }
  return {
    fd,
    arrivedAt() {
      mustWork(c.ioctl(fd, linux.SIOCGSTAMPNS, time), 'time of arrival')
      return millisecondsIn(time)
    },
  }
}

/** The clock of `arrivedAt` now. @throws {UnavailableError} `ffi` */
export function kernelNow(): number {
  const time = new Uint8Array(16)
  mustWork(libc().clock_gettime(linux.CLOCK_REALTIME, time), 'clock_gettime')
  return millisecondsIn(time)
}

function millisecondsIn(time: Uint8Array): number {
  const view = new DataView(time.buffer)
  return Number(view.getBigInt64(0, true)) * 1000 + Number(view.getBigInt64(8, true)) / 1e6
}
