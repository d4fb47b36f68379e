/**
 * ICMP echo requests (RFC 792) and when the kernel got their replies. The other host's kernel answers, and ours notes the
 * time, so that how busy either machine is hardly shows in a round trip.
 *
 *   octets  20     1     1     2          2            2          4          …
 *           IPv4   type  code  checksum   identifier   sequence   sequence   zeros
 * @module
 */
import { UnavailableError } from './errors.ts'
import { libc, linux, mustWork } from './libc.ts'
import { socketAddressOf } from './socket-address.ts'

const ipOctets = 20
const ours = 12
/** Of an IPv4 packet with a request. */
const leastEchoOctets = ipOctets + ours
const largestEcho = 1500
const echoRequest = 8
const echoReply = 0

export interface EchoReply {
  readonly sequence: number
  /** When the kernel got it, milliseconds since 1970, with fractions. */
  readonly at: number
}

export interface EchoSocket {
  readonly fd: number
  /** @param sequence 0..2^32-1. False when it could not be sent, such as for lack of a route. */
  send(sequence: number): boolean
  /** The next reply to a request of this socket. */
  receive(): EchoReply | undefined
  close(): void
}

export interface EchoOptions {
  /** IPv4 addresses. */
  readonly source: string
  readonly destination: string
  /** Of each IPv4 packet. */
  readonly octets: number
  /** 0..65,535: of several sockets on one host, each has its own. */
  readonly identifier: number
}

/** Needs CAP_NET_RAW. @throws {UnavailableError}, {RangeError} for `octets` */
export function openEchoSocket({ source, destination, octets, identifier }: EchoOptions): EchoSocket {
  if (!(octets >= leastEchoOctets && octets <= largestEcho))
    throw new RangeError(`an echo has ${leastEchoOctets}..${largestEcho} octets, not ${octets}`)
  if ([source, destination].some((text) => text.includes(':')))
    throw new UnavailableError(
      'address',
      `an echo goes from one IPv4 address to another, not ${source} to ${destination}`,
    )
  const c = libc()
  const kind = linux.SOCK_RAW | linux.SOCK_CLOEXEC
  const fd = mustWork(c.socket(linux.AF_INET, kind, linux.IPPROTO_ICMP), 'ICMP socket')
  const stamp = new Uint8Array(16) // a timespec
  const time = new DataView(stamp.buffer)
  try {
    const [from, to] = [socketAddressOf(source, 0), socketAddressOf(destination, 0)]
    mustWork(c.bind(fd, from.octets, from.octets.length), `bind to ${source}`)
    mustWork(c.connect(fd, to.octets, to.octets.length), `connect to ${destination}`)
    c.ioctl(fd, linux.SIOCGSTAMPNS, stamp) // from the first question on, the kernel notes times
  } catch (error) {
    c.close(fd)
    throw error
  }
  const request = new Uint8Array(octets - ipOctets)
  const view = new DataView(request.buffer)
  const into = new Uint8Array(2048)
  return {
    fd,
    send(sequence) {
      request[0] = echoRequest
      view.setUint16(2, 0)
      view.setUint16(4, identifier)
      view.setUint16(6, sequence & 0xffff)
      view.setUint32(8, sequence)
      view.setUint16(2, checksumOf(view))
      return c.send(fd, request, request.length, linux.MSG_DONTWAIT) === request.length
    },
    receive() {
      for (;;) {
        const length = c.recv(fd, into, into.length, linux.MSG_DONTWAIT)
        if (length <= 0) return undefined
        const sequence = sequenceIn(into.subarray(0, length), identifier)
        if (sequence === undefined) continue // a raw socket gets what others asked for, too
        mustWork(c.ioctl(fd, linux.SIOCGSTAMPNS, stamp), 'time of arrival')
        return { sequence, at: Number(time.getBigInt64(0, true)) * 1000 + Number(time.getBigInt64(8, true)) / 1e6 }
      }
    },
    close: () => void c.close(fd),
  }
}

/** Undefined when it is no reply to one of these requests. */
function sequenceIn(packet: Uint8Array, identifier: number): number | undefined {
  const header = (packet[0]! & 15) * 4
  if (packet.length < header + ours) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset + header)
  return view.getUint8(0) === echoReply && view.getUint16(4) === identifier ? view.getUint32(8) : undefined
}

/** RFC 1071, of a message whose octets are even in number or end with zeros. */
function checksumOf(view: DataView): number {
  let sum = 0
  for (let at = 0; at + 1 < view.byteLength; at += 2) sum += view.getUint16(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
