/**
 * The default routes of IPv4, asked for over rtnetlink(7): of a route with several next hops /proc/net/route shows only
 * the first.
 * @module
 */
import { type Library, nativeOnce } from './native.ts'
import { interfacesInDump } from './route-messages.ts'

const netlinkFamily = 16
/** SOCK_RAW | SOCK_CLOEXEC */
const socketType = 3 | 0x8_0000
const dontWait = 0x40
/** SOL_NETLINK, NETLINK_GET_STRICT_CHK: only the table that is asked for. Kernels before 4.20 send all tables. */
const strictly = [270, 12] as const
const getRoute = 26
/** NLM_F_REQUEST | NLM_F_DUMP */
const flags = 0x301
const ipv4 = 2
const mainTable = 254
/** The kernel fills at most 32 KiB a datagram. Only the first is read: a dump of IPv4 begins with the default routes. */
const answerOctets = 32_768
const nameOctets = 16

interface Kernel {
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number
  readonly send: (fd: number, octets: Uint8Array, length: number, flags: number) => number
  readonly recv: (fd: number, into: Uint8Array, length: number, flags: number) => number
  readonly close: (fd: number) => number
  readonly nameOf: (index: number, into: Uint8Array) => string | null
}

function kernelOf(library: Library): Kernel {
  if (process.platform !== 'linux') throw new Error('only Linux has rtnetlink')
  return {
    socket: library.func('int socket(int family, int type, int protocol)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int option, const void *value, unsigned int length)'),
    send: library.func('long send(int fd, const void *octets, unsigned long length, int flags)'),
    recv: library.func('long recv(int fd, void *into, unsigned long length, int flags)'),
    close: library.func('int close(int fd)'),
    nameOf: library.func('const char *if_indextoname(unsigned int index, void *into)'),
  }
}

const kernelHere = nativeOnce(kernelOf)

/** Names of the interfaces of every next hop; `undefined` if native calls do not work here, or the kernel refuses. */
export function dumpedDefaultRouteInterfaces(): readonly string[] | undefined {
  const kernel = kernelHere()
  if (kernel === undefined) return undefined
  const { nameOf } = kernel
  const answer = firstAnswer(kernel)
  const indices = answer === undefined ? undefined : interfacesInDump(answer)
  return indices?.flatMap((index) => nameOf(index, new Uint8Array(nameOctets)) ?? [])
}

/** The kernel has it ready when `send` returns. */
function firstAnswer({ socket, setsockopt, send, recv, close }: Kernel): Uint8Array | undefined {
  const fd = socket(netlinkFamily, socketType, 0)
  if (fd < 0) return undefined
  try {
    setsockopt(fd, ...strictly, Uint8Array.of(1, 0, 0, 0), 4)
    const request = dumpRequest()
    if (send(fd, request, request.length, 0) < 0) return undefined
    const answer = new Uint8Array(answerOctets)
    const length = recv(fd, answer, answer.length, dontWait)
    return length < 0 ? undefined : answer.subarray(0, length)
  } finally {
    close(fd)
  }
}

/** nlmsghdr and rtmsg, as in `route-messages.ts`. */
function dumpRequest(): Uint8Array {
  const request = new Uint8Array(28)
  const view = new DataView(request.buffer)
  view.setUint32(0, request.length, true)
  view.setUint16(4, getRoute, true)
  view.setUint16(6, flags, true)
  view.setUint32(8, 1, true)
  request[16] = ipv4
  request[20] = mainTable
  return request
}
