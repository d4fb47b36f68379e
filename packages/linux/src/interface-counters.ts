/**
 * Counters of all interfaces of the network namespace that the process is in, by rtnetlink (RTM_GETLINK with
 * IFLA_STATS64). Not by /sys/class/net: what that shows belongs to the namespace in which sysfs was mounted, which need
 * not be ours.
 * @module
 */
import { UnavailableError } from './errors.ts'
import { type Libc, libc, linux, mustWork } from './libc.ts'
import { type InterfaceCounters, linkMessages } from './link-message.ts'

/** Large enough for every answer: the kernel fills at most 32 KiB a datagram (netlink(7)). */
const answerOctets = 65_536
/** A dump of more datagrams than this is not an answer: 4,096 interfaces at some 1.5 kB each need about 200. */
const maxAnswers = 4096
const ethtoolGetSettings = 1

/** An interface with its speed in bits per second, 0 where the driver does not say. */
export type Interface = InterfaceCounters & { readonly speed: number }

/** @throws {UnavailableError} `ffi` where native calls do not work, else what the kernel refused */
export function readInterfaceCounters(): readonly Interface[] {
  const c = libc()
  const fd = mustWork(c.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0), 'netlink socket')
  try {
    mustWork(c.send(fd, dumpRequest, dumpRequest.length, 0), 'RTM_GETLINK')
    return answersOf(c, fd)
  } finally {
    c.close(fd)
  }
}

/** nlmsghdr: length 32, RTM_GETLINK 18, NLM_F_REQUEST | NLM_F_DUMP, sequence 1; ifinfomsg of zeros: all interfaces. */
const dumpRequest = new Uint8Array([32, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, ...Array.from({ length: 20 }, () => 0)])

function answersOf(c: Libc, fd: number): readonly Interface[] {
  const answer = new Uint8Array(answerOctets)
  const found: InterfaceCounters[] = []
  for (let answers = 0; answers < maxAnswers; answers++) {
    const length = mustWork(c.recv(fd, answer, answer.length, 0), 'netlink answer')
    const { interfaces, error, end } = linkMessages(answer.subarray(0, length))
    if (error !== 0) throw new UnavailableError('refused', `RTM_GETLINK: errno ${error}`)
    found.push(...interfaces)
    if (end === 'done') break
  }
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
