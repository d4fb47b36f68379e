/**
 * Watches for changes of this host's addresses and interfaces. The kernel reports them over rtnetlink(7), which costs
 * nothing while nothing changes.
 * @module
 */
import { type Koffi, type Library, nativeOnce } from './native.ts'

const netlinkFamily = 16
/** SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC */
const socketType = 3 | 0x800 | 0x8_0000
const routeProtocol = 0
/** RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR */
const groups = 0x1 | 0x10 | 0x100
const dontWait = 0x40
/** The messages are only drained: the caller looks at the addresses itself. */
const room = 8192
/**
 * Milliseconds before `changed` is called. The kernel sets routes after the address they belong to; a packet sent
 * earlier would leave by the previous network, which may be dead.
 */
const settling = 10

interface Kernel {
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly bind: (fd: number, address: Uint8Array, length: number) => number
  readonly recv: (fd: number, into: Uint8Array, length: number, flags: number) => number
  readonly close: (fd: number) => number
  readonly poll: Koffi['node']['poll']
}

function kernelOf(library: Library, koffi: Koffi): Kernel {
  if (process.platform !== 'linux') throw new Error('only Linux has rtnetlink')
  return {
    socket: library.func('int socket(int family, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, unsigned int length)'),
    recv: library.func('long recv(int fd, void *into, unsigned long length, int flags)'),
    close: library.func('int close(int fd)'),
    poll: koffi.node.poll,
  }
}

const kernelHere = nativeOnce(kernelOf)

/**
 * Calls `changed` after each change, once for changes that arrive together, until the returned function is called. Does
 * not keep the process alive. `undefined` if native calls do not work here.
 */
export function watchAddresses(changed: () => void): (() => void) | undefined {
  const kernel = kernelHere()
  if (kernel === undefined) return undefined
  const { socket, bind, recv, close, poll } = kernel
  const fd = socket(netlinkFamily, socketType, routeProtocol)
  if (fd < 0) return undefined
  // sockaddr_nl: family 2, padding 2, port 4 (the kernel's choice), groups 4
  const address = new DataView(new ArrayBuffer(12))
  address.setUint16(0, netlinkFamily, true)
  address.setUint32(8, groups, true)
  if (bind(fd, new Uint8Array(address.buffer), 12) !== 0) {
    close(fd)
    return undefined
  }
  const into = new Uint8Array(room)
  let isOpen = true
  let isPending = false
  let timer: NodeJS.Timeout | undefined
  const report = (): void => {
    isPending = false
    if (isOpen) changed()
  }
  const onReadable = (status: unknown): void => {
    if (!isOpen) return
    while (recv(fd, into, room, dontWait) > 0);
    // If more messages arrived than the kernel keeps, libuv stops the poll. Something changed in that case too.
    if (typeof status === 'number' && status < 0) handle.start(onReadable)
    if (!isPending) timer = setTimeout(report, settling).unref()
    isPending = true
  }
  const handle = poll(fd, onReadable)
  handle.unref()
  watched.add(handle)
  return () => {
    if (!isOpen) return
    isOpen = false
    clearTimeout(timer)
    watched.delete(handle)
    handle.close()
    close(fd)
  }
}

/** Keeps polls referenced: koffi stops a poll that is garbage collected. */
const watched = new Set<unknown>()
