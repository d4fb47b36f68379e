/**
 * Counters of all interfaces of the network namespace that the process is in, by rtnetlink (RTM_GETLINK with
 * IFLA_STATS64). Not by /sys/class/net: what that shows belongs to the namespace in which sysfs was mounted, which need
 * not be ours.
 * @module
 */
import { type Libc, libc, linux, mustWork } from './libc.ts'
import { type InterfaceCounters, linkMessages } from './link-message.ts'
import { netlinkDump } from './netlink-request.ts'

const getLink = 18
const linkBodyOctets = 16
const ethtoolGetSettings = 1

/** An interface with its speed in bits per second, 0 when the driver does not report it. */
export type Interface = InterfaceCounters & { readonly speed: number }

/** @throws {UnavailableError} `ffi` where native calls do not work, else what the kernel refused */
export function readInterfaceCounters(): readonly Interface[] {
  const found: InterfaceCounters[] = []
  netlinkDump(getLink, linkBodyOctets, (datagram) => {
    const answer = linkMessages(datagram)
    found.push(...answer.interfaces)
    return answer
  })
  const c = libc()
  const udp = mustWork(c.socket(linux.AF_INET, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0), 'socket')
  try {
    return found.map((one) => ({ ...one, speed: speedOf(c, udp, one.name) }))
  } finally {
    c.close(udp)
  }
}

/**
 * SIOCETHTOOL with ETHTOOL_GSET (linux/ethtool.h). `ifreq` is the name in 16 octets and a pointer; `ethtool_cmd` has the
 * speed in Mb/s in two halves, at octets 12 and 28; all ones means unknown.
 */
function speedOf(c: Libc, fd: number, name: string): number {
  const command = new Uint8Array(64)
  const view = new DataView(command.buffer)
  view.setUint32(0, ethtoolGetSettings, true)
  const request = new Uint8Array(40)
  request.set(new TextEncoder().encode(name).subarray(0, 15))
  new DataView(request.buffer).setBigUint64(16, c.addressOf(command), true)
  if (c.ioctl(fd, linux.SIOCETHTOOL, request) < 0) return 0
  const megabits = (view.getUint16(28, true) << 16) | view.getUint16(12, true)
  return megabits > 0 && megabits !== 0xffff ? megabits * 1e6 : 0
}
