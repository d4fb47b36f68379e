/** Asks the routers of a link to say that they are there, so that the kernel's table of neighbours has them. @module */
import { libc, linux, mustWork } from './libc.ts'

/** Echo request (RFC 4443 §4.1); the kernel writes the checksum of raw sockets of ICMPv6 (RFC 3542 §3.1). */
const echoRequest = Uint8Array.of(128, 0, 0, 0, 0x56, 0x41, 0, 1)
/** All routers of the link (RFC 4291 §2.7.1); only routers are in this group. */
const allRouters = 'ff02::2'
const protocol = 58
/** `sockaddr_in6`: family, port, flow, address at 8, interface at 24. */
const addressOctets = 28

/** One echo request to all routers of the link. Needs CAP_NET_RAW. @throws {UnavailableError} */
export function askRouters(interfaceName: string): void {
  const c = libc()
  const index = c.if_nametoindex(interfaceName)
  const to = new Uint8Array(addressOctets)
  const view = new DataView(to.buffer)
  view.setUint16(0, linux.AF_INET6, true)
  const address = new Uint8Array(16)
  mustWork(c.inet_pton(linux.AF_INET6, allRouters, address), 'inet_pton')
  to.set(address, 8)
  view.setUint32(24, index, true)
  const fd = mustWork(c.socket(linux.AF_INET6, linux.SOCK_RAW | linux.SOCK_CLOEXEC, protocol), 'raw socket')
  try {
    mustWork(c.connect(fd, to, to.length), `connect over ${interfaceName}`)
    mustWork(c.send(fd, echoRequest, echoRequest.length, 0), `echo request over ${interfaceName}`)
  } finally {
    c.close(fd)
  }
}
