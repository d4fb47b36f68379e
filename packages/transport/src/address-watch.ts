/**
 * When addresses or interfaces of this host change: the kernel says so over rtnetlink(7), which costs nothing while they do
 * not.
 * @module
 */
import { type Koffi, type Library, withNative } from './native.ts'

const netlinkFamily = 16
/** SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC */
const socketType = 3 | 0x800 | 0x8_0000
const routeProtocol = 0
/** RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR */
const groups = 0x1 | 0x10 | 0x100
const dontWait = 0x40
/** What a message says is not read: whoever watches looks for himself. */
const room = 8192
/**
 * Milliseconds until it is told: routes are set behind the address that they are for, and what is sent before leaves by
 * the network of before, which may be dead.
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

let kernel: Kernel | undefined | 'not asked' = 'not asked'

/**
 * Calls `changed` after each change, once for those that came together, until the function that it returns is called. Does
 * not keep the process. `undefined`: native calls do not work here.
 */
export function watchAddresses(changed: () => void): (() => void) | undefined {
  if (kernel === 'not asked') kernel = withNative(kernelOf)
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
  let isTold = false
  let timer: NodeJS.Timeout | undefined
  const tell = (): void => {
    isTold = false
    if (isOpen) changed()
  }
  const onReadable = (status: unknown): void => {
    if (!isOpen) return
    while (recv(fd, into, room, dontWait) > 0);
    // Where more came than the kernel keeps, libuv stops the poll; then something changed as well.
    if (typeof status === 'number' && status < 0) handle.start(onReadable)
    if (!isTold) timer = setTimeout(tell, settling).unref()
    isTold = true
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

/** koffi stops a poll that nobody holds. */
const watched = new Set<unknown>()
