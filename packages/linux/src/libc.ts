/**
 * The C library's functions that this package calls, found once by koffi in the running process, and the numbers of
 * Linux that they take (x86-64 and arm64 agree on all of them).
 * @module
 */
import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import type { LibraryHandle } from 'koffi'
import { type UnavailableCode, UnavailableError } from './errors.ts'

/** Numbers from the kernel's headers under `uapi`. */
export const linux = {
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  SOCK_STREAM: 1,
  AF_PACKET: 17,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x8_0000,
  SOL_SOCKET: 1,
  SO_RCVBUF: 8,
  SO_RCVBUFFORCE: 33,
  SO_MEMINFO: 55,
  SO_REUSEADDR: 2,
  IPPROTO_IP: 0,
  IP_FREEBIND: 15,
  IPPROTO_ICMP: 1,
  IP_TTL: 2,
  IP_TRANSPARENT: 19,
  IP_MINTTL: 21,
  IPPROTO_TCP: 6,
  TCP_MD5SIG: 14,
  SOL_PACKET: 263,
  PACKET_RX_RING: 5,
  PACKET_STATISTICS: 6,
  PACKET_VERSION: 10,
  TPACKET_V3: 2,
  PACKET_VNET_HDR: 15,
  PACKET_IGNORE_OUTGOING: 23,
  ETH_P_ALL: 3,
  IPPROTO_UDP: 17,
  UDP_GRO: 104,
  IPPROTO_IPV6: 41,
  IPV6_UNICAST_HOPS: 16,
  IPV6_FREEBIND: 78,
  IPV6_MINHOPCOUNT: 73,
  IPV6_V6ONLY: 26,
  MSG_DONTWAIT: 0x40,
  POLLIN: 1,
  MADV_HUGEPAGE: 14,
  EPOLL_CLOEXEC: 0x8_0000,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLLIN: 1,
  CLOCK_REALTIME: 0,
  CLONE_NEWNET: 0x4000_0000,
  SIOCGSTAMPNS: 0x8907,
  SIOCETHTOOL: 0x8946,
} as const

const errnoNames: Readonly<Record<number, { readonly name: string; readonly code: UnavailableCode }>> = {
  1: { name: 'EPERM', code: 'not-permitted' },
  13: { name: 'EACCES', code: 'not-permitted' },
  97: { name: 'EAFNOSUPPORT', code: 'address' },
  98: { name: 'EADDRINUSE', code: 'in-use' },
  99: { name: 'EADDRNOTAVAIL', code: 'address' },
  101: { name: 'ENETUNREACH', code: 'refused' },
  110: { name: 'ETIMEDOUT', code: 'refused' },
  111: { name: 'ECONNREFUSED', code: 'refused' },
  113: { name: 'EHOSTUNREACH', code: 'refused' },
}
const retryErrnos: ReadonlySet<number> = new Set([4 /* EINTR */, 11 /* EAGAIN */])

/** Memory that a C function reads or writes. `recvmmsg` takes its address instead: koffi would look it up in each call. */
type Memory = Uint8Array | Uint32Array

export interface Libc {
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly bind: (fd: number, address: Memory, length: number) => number
  readonly connect: (fd: number, address: Memory, length: number) => number
  readonly getsockname: (fd: number, address: Memory, length: Memory) => number
  readonly setsockopt: (fd: number, level: number, option: number, value: Memory, length: number) => number
  readonly getsockopt: (fd: number, level: number, option: number, value: Memory, length: Memory) => number
  readonly recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: null) => number
  readonly recv: (fd: number, into: Memory, length: number, flags: number) => number
  readonly send: (fd: number, octets: Memory, length: number, flags: number) => number
  readonly ioctl: (fd: number, request: number, argument: Memory) => number
  /** `time` is a timespec. */
  readonly clock_gettime: (clock: number, time: Memory) => number
  readonly inet_pton: (family: number, text: string, into: Memory) => number
  /** `timeout` is a timespec: seconds and nanoseconds, 64 bits each. */
  readonly ppoll: (descriptors: Memory, count: number, timeout: Memory, signals: null) => number
  readonly epoll_create1: (flags: number) => number
  readonly epoll_ctl: (epoll: number, operation: number, fd: number, event: Memory) => number
  /** `timeout` in milliseconds. */
  readonly epoll_wait: (epoll: number, events: Memory, most: number, timeout: number) => number
  /** 0 when there is none. */
  readonly if_nametoindex: (name: string) => number
  readonly close: (fd: number) => number
  /** Of the thread that calls, and of no other. */
  readonly setns: (fd: number, kind: number) => number
  /** `address` in whole pages. */
  readonly madvise: (address: number, length: number, advice: number) => number
  /** So many octets of a descriptor, in memory that both sides write to. @throws {UnavailableError} */
  readonly mmap: (fd: number, octets: number) => ArrayBuffer
  /** Of what `mmap` gave, which has no octets from then on. */
  readonly munmap: (memory: ArrayBuffer) => number
  /** Errno of the last call. */
  readonly errno: () => number
  readonly addressOf: (memory: Memory) => bigint
}

let loaded: Libc | undefined

/** @throws {UnavailableError} `ffi` where koffi has no binary for this machine, or it is not 64-bit little-endian Linux */
export function libc(): Libc {
  loaded ??= load()
  return loaded
}

function load(): Libc {
  if (process.platform !== 'linux' || endianness() !== 'LE' || !['x64', 'arm64'].includes(process.arch)) {
    throw new UnavailableError(
      'ffi',
      `native calls are written for 64-bit Linux, this is ${process.platform} ${process.arch}`,
    )
  }
  try {
    // Not a static import: where the binary does not load, the caller must get an error that it can answer.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return functionsOf(koffi, koffi.load(null))
  } catch (cause) {
    throw new UnavailableError('ffi', `koffi does not load: ${String(cause)}`, { cause })
  }
}

/** koffi types nothing: the prototypes are those of the manual pages, and the tests call each of them. */
function functionsOf(koffi: typeof import('koffi'), library: LibraryHandle): Libc {
  const mmap: Mmap = library.func('intptr_t mmap(void *at, size_t length, int prot, int flags, int fd, long offset)')
  const munmap: Munmap = library.func('int munmap(uintptr_t at, size_t length)')
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, unsigned int length)'),
    connect: library.func('int connect(int fd, const void *address, unsigned int length)'),
    getsockname: library.func('int getsockname(int fd, void *address, void *length)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)'),
    getsockopt: library.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
    recvmmsg: library.func('int recvmmsg(int fd, uintptr_t messages, unsigned int count, int flags, void *timeout)'),
    recv: library.func('long recv(int fd, void *into, unsigned long length, int flags)'),
    send: library.func('long send(int fd, const void *octets, unsigned long length, int flags)'),
    ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)'),
    clock_gettime: library.func('int clock_gettime(int clock, void *time)'),
    inet_pton: library.func('int inet_pton(int family, const char *text, void *into)'),
    ppoll: library.func('int ppoll(void *fds, unsigned long nfds, const void *timeout, const void *signals)'),
    epoll_create1: library.func('int epoll_create1(int flags)'),
    epoll_ctl: library.func('int epoll_ctl(int epoll, int operation, int fd, void *event)'),
    epoll_wait: library.func('int epoll_wait(int epoll, void *events, int most, int timeout)'),
    if_nametoindex: library.func('unsigned int if_nametoindex(const char *name)'),
    close: library.func('int close(int fd)'),
    setns: library.func('int setns(int fd, int nstype)'),
    madvise: library.func('int madvise(uintptr_t address, unsigned long length, int advice)'),
    mmap: (fd, octets) => mapped(koffi, mmap(null, octets, readAndWrite, shared, fd, 0), octets),
    munmap(memory) {
      const [address, octets] = [koffi.address(memory), memory.byteLength]
      memory.transfer(0) // views are empty from now on, and do not reach for what is gone
      return munmap(address, octets)
    },
    errno: () => koffi.errno(),
    addressOf: (memory) => koffi.address(memory),
  }
}

type Munmap = (at: bigint, length: number) => number
type Mmap = (at: null, length: number, protection: number, flags: number, fd: number, offset: number) => number | bigint

/** PROT_READ and PROT_WRITE, and MAP_SHARED. */
const readAndWrite = 3
const shared = 1

function mapped(koffi: typeof import('koffi'), address: number | bigint, octets: number): ArrayBuffer {
  if (Number(address) === -1) mustWork(-1, 'mmap')
  return koffi.view(BigInt(address), octets)
}

/** The result of a system call that must not fail. @throws {UnavailableError} */
export function mustWork(result: number, what: string): number {
  if (result >= 0) return result
  const errno = libc().errno()
  const { name, code } = errnoNames[errno] ?? { name: `errno ${errno}`, code: 'refused' }
  throw new UnavailableError(code, `${what}: ${name}`)
}

/** Whether the last call failed only because there was nothing to do, or because of a signal. */
export const nothingYet = (): boolean => retryErrnos.has(libc().errno())
