/**
 * IPv4 packets of one protocol between two addresses (raw(7)): the kernel writes the IP header, the caller all that follows.
 * With `sender: 'any'` the source need not be an address of this host, as with a forged packet.
 * @module
 */
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

const protocols = { tcp: linux.IPPROTO_TCP, udp: linux.IPPROTO_UDP } as const
const largestPacket = 65_536
/** Octets of packets that may wait to be read. */
const receiveBuffer = 4_194_304

export interface RawSocket {
  readonly fd: number
  /** The next packet that came from the destination, IP header first; a view that the next call overwrites. */
  receive(): Uint8Array | undefined
  /** What follows the IP header. False when the kernel does not take it, such as for lack of room. */
  send(octets: Uint8Array): boolean
  close(): void
}

export interface RawSocketOptions {
  readonly protocol: keyof typeof protocols
  /** IPv4 addresses. */
  readonly source: string
  readonly destination: string
  /** `any`: `source` need not be an address of this host; needs CAP_NET_ADMIN. */
  readonly sender: 'own' | 'any'
}

/** Needs CAP_NET_RAW. @throws {UnavailableError} `refused` without a route */
export function openRawSocket({ protocol, source, destination, sender }: RawSocketOptions): RawSocket {
  if ([source, destination].some((text) => text.includes(':')))
    throw new UnavailableError(
      'address',
      `a raw packet goes from one IPv4 address to another, not ${source} to ${destination}`,
    )
  const c = libc()
  const fd = mustWork(c.socket(linux.AF_INET, linux.SOCK_RAW | linux.SOCK_CLOEXEC, protocols[protocol]), 'raw socket')
  const set = (level: number, option: number, value: number): number =>
    c.setsockopt(fd, level, option, new Uint32Array([value]), 4)
  try {
    if (sender === 'any') mustWork(set(linux.IPPROTO_IP, linux.IP_TRANSPARENT, 1), 'IP_TRANSPARENT')
    if (set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, receiveBuffer) < 0)
      mustWork(set(linux.SOL_SOCKET, linux.SO_RCVBUF, receiveBuffer), 'SO_RCVBUF')
    const [from, to] = [socketAddressOf(source, 0), socketAddressOf(destination, 0)]
    mustWork(c.bind(fd, from.octets, from.octets.length), `bind to ${source}`)
    mustWork(c.connect(fd, to.octets, to.octets.length), `connect to ${destination}`)
  } catch (error) {
    c.close(fd)
    throw error
  }
  const into = new Uint8Array(largestPacket)
  return {
    fd,
    receive() {
      const length = c.recv(fd, into, into.length, linux.MSG_DONTWAIT)
      return length > 0 ? into.subarray(0, length) : undefined
    },
    send: (octets) => c.send(fd, octets, octets.length, linux.MSG_DONTWAIT) === octets.length,
    close: () => void c.close(fd),
  }
}
